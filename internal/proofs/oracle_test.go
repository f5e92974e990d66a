package proofs

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
	"pgregory.net/rapid"
)

// An oracle decides requests by AWS's flow chart, written down a second time in the plainest way: everything is known,
// text is matched by regular expressions, and nothing is prepared or remembered. The evaluator must agree with it.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
type oracle struct {
	eval.Request
	policies eval.Policies
}

func (o oracle) decide() eval.Outcome {
	p := o.policies
	if strings.HasPrefix(o.Action, "sns:") {
		p.ResourceControl = nil // SNS is not among the services that they cover
	}
	service := policygen.IsService(o.Principal)
	if service || o.Principal == policygen.Principal(policygen.Anyone{}) {
		p.Identity, p.Boundary, p.Session, p.ServiceControl = nil, nil, nil, nil
	}
	denied := o.any(p.Identity, policygen.Deny) || o.any(p.Session, policygen.Deny) || o.anyOf(p.Boundary, policygen.Deny) || o.anyOf(p.Resource, policygen.Deny)
	for _, level := range slices.Concat(p.ServiceControl, p.ResourceControl) {
		denied = denied || o.any(level, policygen.Deny)
	}
	if denied {
		return eval.ExplicitDeny
	}
	for _, level := range p.ServiceControl {
		if !o.any(level, policygen.Allow) {
			return eval.ImplicitDeny
		}
	}
	if o.allowed(p) {
		return eval.Allowed
	}
	return eval.ImplicitDeny
}

// allowed decides a request by what grants it and by what limits it.
func (o oracle) allowed(p eval.Policies) bool {
	var named, role, account bool // whether the resource's policy allows the caller itself, its role, or its account
	if p.Resource != nil {
		for _, s := range p.Resource.Statements {
			if s.Effect != policygen.Allow || !o.applies(s) {
				continue
			}
			n, r, a := o.covered(s.Principal)
			named, role, account = named || n, role || r, account || a
		}
	}
	mine, its := policygen.AccountOf(o.Principal), o.Resource.Account()
	if mine == "" {
		return named
	}
	identity := o.any(p.Identity, policygen.Allow)
	limits := (p.Boundary == nil || o.anyOf(p.Boundary, policygen.Allow)) && (p.Session == nil || o.any(p.Session, policygen.Allow))
	if mine != its {
		return identity && limits && (named || role || account)
	}
	if strings.HasPrefix(o.Action, "kms:") {
		// A key's policy must allow the call, or delegate to identity policies.
		identity = identity && (named || role || account)
	}
	_, isUser := o.Principal.(policygen.UserARN)
	session := p.Session == nil || o.any(p.Session, policygen.Allow)
	return named && (!isUser || session || p.Resource != nil && o.everybody(*p.Resource)) || (role || identity) && limits
}

// everybody reports whether a statement for everybody allows the request. Session policies do not limit such a
// statement.
func (o oracle) everybody(d policygen.Document) bool {
	return slices.ContainsFunc(d.Statements, func(s policygen.Statement) bool {
		return s.Effect == policygen.Allow && o.applies(s) && (s.Principal.Anyone || slices.Contains(s.Principal.AWS, "*"))
	})
}

func (o oracle) any(docs []policygen.Document, effect policygen.Effect) bool {
	return slices.ContainsFunc(docs, func(d policygen.Document) bool { return o.anyOf(&d, effect) })
}

func (o oracle) anyOf(d *policygen.Document, effect policygen.Effect) bool {
	return d != nil && slices.ContainsFunc(d.Statements, func(s policygen.Statement) bool { return s.Effect == effect && o.applies(s) })
}

// applies reports whether principal, action, resource and conditions of a statement match.
func (o oracle) applies(s policygen.Statement) bool {
	if s.Principal != nil {
		if n, r, a := o.covered(s.Principal); !n && !r && !a {
			return false
		}
	}
	action := func(pattern string) bool { return wildcards(strings.ToLower(pattern), strings.ToLower(o.Action)) }
	resource := func(pattern string) bool { return matchesARN(pattern, string(o.Resource)) }
	switch {
	case s.Action != nil && !slices.ContainsFunc(s.Action, action), s.NotAction != nil && slices.ContainsFunc(s.NotAction, action):
		return false
	case s.Resource != nil && !slices.ContainsFunc(s.Resource, resource), s.NotResource != nil && slices.ContainsFunc(s.NotResource, resource):
		return false
	}
	for op, keys := range s.Condition {
		for key, values := range keys {
			if !o.holds(op, key, values) {
				return false
			}
		}
	}
	return true
}

// covered says whether the principals cover the caller by its own name or as everybody, by its role, or by its account.
func (o oracle) covered(p *policygen.Principals) (named, role, account bool) {
	if p.Anyone || slices.Contains(p.AWS, "*") {
		return true, false, false
	}
	who := o.Principal.String()
	switch o.Principal.(type) {
	case policygen.ServicePrincipal:
		return slices.Contains(p.Service, who), false, false
	case policygen.RoleARN:
		role = slices.Contains(p.AWS, who)
	case policygen.SessionARN:
		named = slices.Contains(p.AWS, who)
		parts := strings.Split(who, "/")
		role = slices.Contains(p.AWS, "arn:aws:iam::"+policygen.AccountOf(o.Principal)+":role/"+parts[1])
	case policygen.UserARN:
		named = slices.Contains(p.AWS, who)
	}
	id := policygen.AccountOf(o.Principal)
	return named, role, id != "" && (slices.Contains(p.AWS, id) || slices.Contains(p.AWS, "arn:aws:iam::"+id+":root"))
}

// holds decides one condition.
func (o oracle) holds(op, key string, want []string) bool {
	var got []string
	for k, values := range o.Context {
		if strings.EqualFold(k, key) {
			got = values
		}
	}
	op, ifExists := strings.CutSuffix(op, "IfExists")
	set, bare, isSet := strings.Cut(op, ":")
	if !isSet {
		bare = op
	}
	negated := strings.Contains(bare, "Not")
	switch {
	case bare == "Null":
		return slices.Contains(want, strconv.FormatBool(len(got) == 0))
	case len(got) == 0:
		return ifExists || negated || set == "ForAllValues"
	}
	// Keys of these requests have one value each, so that any and all are the same.
	one := slices.ContainsFunc(want, func(w string) bool { return compare(strings.Replace(bare, "Not", "", 1), w, got[0]) })
	return one != negated
}

func compare(op, want, got string) bool {
	switch op {
	case "StringEquals":
		return want == got
	case "StringLike":
		return wildcards(want, got)
	case "ArnLike", "ArnEquals":
		return matchesARN(want, got)
	case "Bool":
		return want == got && (got == "true" || got == "false")
	case "NumericLessThan":
		a, err1 := strconv.Atoi(got)
		b, err2 := strconv.Atoi(want)
		return err1 == nil && err2 == nil && a < b
	case "IpAddress":
		if want == got {
			_, err := netip.ParseAddr(got)
			return err == nil
		}
		network, err1 := netip.ParsePrefix(want)
		address, err2 := netip.ParseAddr(got)
		return err1 == nil && err2 == nil && network.Contains(address)
	}
	panic("no such operator: " + op)
}

// wildcards reports whether a pattern with * and ? matches the whole of s.
func wildcards(pattern, s string) bool {
	expr := regexp.QuoteMeta(pattern)
	expr = strings.ReplaceAll(strings.ReplaceAll(expr, `\*`, `.*`), `\?`, `.`)
	return regexp.MustCompile(`^(?s:` + expr + `)$`).MatchString(s)
}

// matchesARN compares ARNs part by part.
func matchesARN(pattern, arn string) bool {
	if pattern == "*" {
		return true
	}
	p, a := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(p) != 6 || len(a) != 6 {
		return false
	}
	for i := range p {
		if !wildcards(p[i], a[i]) {
			return false
		}
	}
	return true
}

// known returns the statements of a document about which AWS's pages say enough for an oracle: those without unresolved
// text, policy variables and NotPrincipal. It also leaves out statements that name a session of the role that asks,
// because it is not known whether the role asks in that session.
func known(d policygen.Document, who policygen.Principal) policygen.Document {
	_, isRole := who.(policygen.RoleARN)
	d.Statements = slices.DeleteFunc(slices.Clone(d.Statements), func(s policygen.Statement) bool {
		text, _ := s.MarshalJSON()
		for op, keys := range s.Condition {
			for key := range keys {
				// An account id is a string, and AWS does not document whether number operators compare it.
				if strings.HasPrefix(op, "Numeric") && strings.EqualFold(key, "aws:SourceAccount") {
					return true
				}
				// AWS does not document what ARN operators do with text that is no ARN.
				if strings.HasPrefix(op, "Arn") && !strings.EqualFold(key, "aws:SourceArn") || strings.HasPrefix(op, "Arn") && strings.Contains(string(text), `"*"`) {
					return true
				}
			}
		}
		return s.NotPrincipal != nil || isRole && strings.Contains(string(text), ":assumed-role/") || strings.Contains(string(text), "${") || !arnValuesOnly(s)
	})
	return d
}

func arnValuesOnly(s policygen.Statement) bool {
	for op, keys := range s.Condition {
		for _, values := range keys {
			for _, v := range values {
				if strings.HasPrefix(op, "Arn") && !strings.HasPrefix(v, "arn:") {
					return false
				}
			}
		}
	}
	return true
}

// TestOracle checks that the evaluator and the oracle agree wherever everything is known.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		request, policies := drawRequest(t), drawPolicies(t)
		request.Principal = pick(t, "principal", somePrincipals[:4])
		request.Resource = policygen.ARN(pick(t, "resource", askedResources[:2]))
		for _, key := range []string{"aws:SourceArn", "aws:SourceAccount", "kms:ViaService", "aws:SecureTransport", "aws:PrincipalTag/queue"} {
			values := valuesOf(key, resolvedValues)
			if key == "aws:SourceArn" {
				values = []string{"arn:aws:sns:us-east-1:111111111111:t", "arn:aws:sns:us-east-1:222222222222:t"}
			}
			if rapid.Bool().Draw(t, key) {
				request.Context[key] = []string{pick(t, "value", values)}
			} else {
				request.Context[key] = nil
			}
		}
		for _, d := range documentsOf(&policies) {
			*d = known(*d, request.Principal)
		}
		for _, level := range policies.ResourceControl { // these deny, and their only principal is "*"
			for i := range level {
				level[i].Statements = slices.DeleteFunc(slices.Clone(level[i].Statements), func(s policygen.Statement) bool { return s.Effect == policygen.Allow })
				for j := range level[i].Statements {
					level[i].Statements[j].Principal = &policygen.Principals{Anyone: true}
				}
			}
		}
		got := eval.Evaluate(request, policies)
		if want := (oracle{request, policies}).decide(); got.Outcome != want {
			t.Fatalf("%v, by AWS's flow chart %v\n%s\n%v\nidentity %v\nresource %v\nboundary %v\nsession %v\nSCPs %v\nRCPs %v", got.Outcome, want, got.Explain(),
				request, policies.Identity, policies.Resource, policies.Boundary, policies.Session, policies.ServiceControl, policies.ResourceControl)
		}
	})
}
