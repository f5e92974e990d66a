package eval

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// A variable is a policy variable, such as ${aws:username} or ${aws:PrincipalTag/team, 'none'}.
//
// [IAM policy elements: Variables and tags]
//
// [IAM policy elements: Variables and tags]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
type variable struct {
	key      string // lower case
	written  string
	fallback string
	hasElse  bool   // there is a fallback
	literal  string // for ${*}, ${?} and ${$}: the character, which then is no wildcard
}

// parseVariable returns the variable that tok, "${…}", is. Names of condition keys have a service and one colon, which
// neither CDK tokens nor Terraform references nor Fn::Sub variables (AWS::Region) have.
func parseVariable(tok string) (v variable, ok bool) {
	if !strings.HasPrefix(tok, "${") || !strings.HasSuffix(tok, "}") {
		return v, false
	}
	name := tok[2 : len(tok)-1]
	if name == "*" || name == "?" || name == "$" {
		return variable{literal: name}, true
	}
	name, fallback, hasElse := strings.Cut(name, ",")
	name = strings.TrimSpace(name)
	service, key, ok := strings.Cut(name, ":")
	if !ok || service == "" || key == "" || key[0] == ':' || strings.Trim(service, serviceChars) != "" || strings.ContainsAny(key, `"{}[]`) {
		return v, false
	}
	if hasElse {
		fallback = strings.TrimSpace(fallback)
		if len(fallback) < 2 || fallback[0] != '\'' || fallback[len(fallback)-1] != '\'' {
			return v, false
		}
		fallback = fallback[1 : len(fallback)-1]
	}
	return variable{key: text.Lower(name), written: name, fallback: fallback, hasElse: hasElse}, true
}

// serviceChars are those of the part of a condition key before its colon, which may be an identity provider's domain.
const serviceChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/"

// value returns the variable's value: known is yes with a value, no if the request surely has none, else maybe. A key with
// several values cannot be used as a variable, so what it does is not known.
func (v *variable) value(r *run) (s string, known text.Truth) {
	if r == nil {
		return "", text.Maybe
	}
	c, tried := r.trial[v.key]
	if !tried {
		c = r.lookUp(v.key, v.written)
	} else if c.known == text.Yes {
		return "", text.Maybe // of the values that it may hold, one is tried
	}
	switch {
	case c.known == text.Maybe:
		return "", text.Maybe
	case c.known == text.No && v.hasElse:
		return v.fallback, text.Yes
	case c.known == text.No:
		return "", text.No
	case c.many != nil && len(c.many) != 1:
		return "", text.Maybe
	}
	return c.at(0), text.Yes
}
