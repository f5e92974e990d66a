package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// openTo names those whom the statement admits without need: any topic, any source of another service, or anyone. It
// returns "" if the statement is narrow enough. scopable reports whether a source condition can limit a service.
func openTo(st *policygen.Statement, scopable func(policygen.ServicePrincipal) bool) string {
	if st.Effect != policygen.Allow || st.Principal == nil {
		return ""
	}
	if (st.Principal.Anyone || slices.Contains(st.Principal.AWS, "*")) && !limited(st, limitsOfAnyone) {
		return anyone
	}
	var open []string
	for _, service := range st.Principal.Service {
		if limited(st, limitsOfServices) || !scopable(policygen.ServicePrincipal(service)) {
			continue
		}
		if strings.HasPrefix(service, "sns.") {
			open = append(open, "any topic of any account")
		} else {
			open = append(open, service+", for any account,")
		}
	}
	return list(open)
}

// anyone is whom a statement for everybody admits.
const anyone = "anyone, of every account,"

// These condition keys tie a statement to somebody. They are in lower case.
var (
	limitsOfServices = []string{"aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths",
		"kms:encryptioncontext:aws:sqs:arn", "kms:encryptioncontext:aws:sns:topicarn"}
	limitsOfAnyone = append([]string{"aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:userid",
		"aws:username", "aws:principalservicename", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceip", "aws:vpcsourceip",
		"kms:calleraccount", "sns:endpoint"}, limitsOfServices...)
)

// limited reports whether a condition on one of the keys, or one that compares another key with one of them, ties the
// statement to somebody. A pattern that everybody matches does not.
func limited(st *policygen.Statement, by []string) bool {
	for op, keys := range st.Condition {
		if strings.Contains(op, "Not") || op == "Null" || strings.HasSuffix(op, "IfExists") {
			continue
		}
		for key, values := range keys {
			compared := append([]string{key}, values...)
			if slices.ContainsFunc(compared, func(k string) bool { return limits(k, by) }) && !slices.ContainsFunc(values, anybody) {
				return true
			}
		}
	}
	return false
}

// limits reports whether a condition key, or a policy variable such as ${aws:PrincipalOrgID}, is or is about one of the keys.
func limits(key string, by []string) bool {
	key = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(key, "${"), "}"))
	return slices.Contains(by, key) || strings.HasPrefix(key, "aws:principaltag/") && slices.Contains(by, "aws:principalarn")
}

// anybody reports whether a condition's value is a pattern that every account matches, such as "*" or arn:aws:sns:*:*:*.
func anybody(v string) bool {
	if strings.Trim(v, "*?") == "" {
		return true
	}
	parts, ok := text.SplitARN(v)
	if !ok || text.Unresolved(v) {
		return false
	}
	account := parts[4] // a bucket's ARN has none, and its name is unique
	return account != "" && strings.Trim(account, "*") == "" || account == "" && strings.Trim(parts[5], "*") == ""
}

// mentions reports whether the statement's actions include any of the set, whose members are in lower case.
func mentions(st *policygen.Statement, set map[string]bool) bool {
	for _, a := range st.Action {
		p := text.NewPattern(a, true)
		for member := range set {
			if p.Match(member) != text.No {
				return true
			}
		}
	}
	return false
}

// narrow returns the statements that could replace an open one: those that the hops of its services need.
func (s *subject) narrow(st *policygen.Statement, hops []*Hop, on policygen.Target) []Fix {
	var all []Fix
	for _, h := range hops {
		var calls []*Call
		for i := range h.Calls {
			c := &h.Calls[i]
			if c.On == on && slices.Contains(st.Principal.Service, c.Caller.String()) {
				as := *c
				as.Causes = []Cause{ByResource}
				calls = append(calls, &as)
			}
		}
		if len(calls) > 0 {
			all = append(all, s.mend(h, calls)...)
		}
	}
	return all
}
