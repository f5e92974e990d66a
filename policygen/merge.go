package policygen

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// Merge returns the policy that stands where a generated one is to be attached, completed with what that one grants: the
// whole document to set. It allows what either of them allows, and denies what either of them denies.
//
// The statements of the policy stay as they are and in order. What they allow already is not granted again. A statement
// that bears the Sid of a generated one, and differs from it in nothing but the actions, the values of one condition, the
// resources or the principals, gets those that it lacks; the other generated statements follow at the end, each under a
// Sid that is not taken. Merging the same policy once more changes nothing.
//
// The error is a [*LimitError] if AWS would refuse the whole document for its size.
func Merge(there Document, generated Attachment) (Document, error) {
	whole := there
	if len(there.Statements) == 0 && there.Version == "" {
		whole.Version = generated.Document.Version
	}
	whole.Statements = slices.Clone(there.Statements)
	for i := range generated.Document.Statements {
		whole.complete(there.Statements, &generated.Document.Statements[i])
	}
	generated.Document = whole
	if err := generated.CheckLimits(); err != nil {
		return Document{}, err
	}
	return whole, nil
}

// complete adds to the document what the statement says and those that were there do not.
func (d *Document) complete(there []Statement, s *Statement) {
	one, ok := draftOf(s)
	if !ok {
		if !slices.ContainsFunc(there, func(t Statement) bool { t.Sid = s.Sid; return reflect.DeepEqual(t, *s) }) {
			added := *s
			added.Sid = d.freeSid(s.Sid)
			d.Statements = append(d.Statements, added)
		}
		return
	}
	missing := slices.DeleteFunc(one.singles(), func(single draft) bool {
		return slices.ContainsFunc(there, func(t Statement) bool { return t.allows(&single) })
	})
	for _, m := range fewest(missing) {
		if !d.unite(&m) {
			d.Statements = append(d.Statements, m.statement(d.freeSid(m.sid)))
		}
	}
}

// draftOf returns a statement as a draft. It reports false for a statement that no draft becomes, such as a denial.
func draftOf(s *Statement) (draft, bool) {
	d := draft{sid: s.Sid, actions: s.Action, resources: s.Resource}
	if s.Effect != Allow || s.Action == nil || s.Resource == nil || s.NotAction != nil || s.NotResource != nil || s.NotPrincipal != nil {
		return draft{}, false
	}
	if p := s.Principal; p != nil {
		if p.Anyone || p.Federated != nil || p.CanonicalUser != nil || (p.AWS == nil) == (p.Service == nil) {
			return draft{}, false
		}
		d.kind, d.principals = awsPrincipal, p.AWS
		if p.Service != nil {
			d.kind, d.principals = servicePrincipal, p.Service
		}
	}
	d.condition = s.Condition
	if len(s.Condition) == 1 {
		for op, keys := range s.Condition {
			for k, values := range keys {
				if len(keys) == 1 {
					d.operator, d.key, d.values, d.condition = op, k, values, nil
				}
			}
		}
	}
	return d, true
}

// singles returns a draft for each combination of the members of the sets.
func (d *draft) singles() []draft {
	all := []draft{*d}
	for s := theActions; s <= thePrincipals; s++ {
		if len(*s.of(d)) == 0 {
			continue
		}
		var each []draft
		for _, one := range all {
			for _, member := range *s.of(d) {
				*s.of(&one) = []string{member}
				each = append(each, one)
			}
		}
		all = each
	}
	return all
}

// allows reports whether the statement surely allows what a draft of one principal, action and resource does.
func (s *Statement) allows(single *draft) bool {
	if s.Effect != Allow || s.NotPrincipal != nil || !s.names(single) {
		return false
	}
	action := func(pattern string) bool { return text.MatchFold(pattern, single.actions[0]) == text.Yes }
	resource := func(pattern string) bool { return text.Match(pattern, single.resources[0]) == text.Yes }
	return slices.ContainsFunc(s.Action, action) && slices.ContainsFunc(s.Resource, resource) && s.Condition.holdsUnder(single.whole())
}

// names reports whether the statement is about the only principal of a draft.
func (s *Statement) names(single *draft) bool {
	switch p := s.Principal; {
	case p == nil || single.kind == nobody:
		return p == nil && single.kind == nobody
	case single.kind == servicePrincipal:
		return slices.Contains(p.Service, single.principals[0])
	default:
		who := asParsed(single.principals[0])
		return p.Anyone || slices.ContainsFunc(p.AWS, func(named string) bool { return named == "*" || asParsed(named) == who })
	}
}

// asParsed returns a principal in the form that [ParsePrincipal] gives it: AWS turns an account id into the ARN of its root user
// when a policy is set.
//
// [AWS account principals]
//
// [AWS account principals]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
func asParsed(principal string) string {
	if p, err := ParsePrincipal(principal); err == nil {
		return p.String()
	}
	return principal
}

// holdsUnder reports whether the condition holds for every request for which the other does.
func (c Condition) holdsUnder(other Condition) bool {
	for op, keys := range c {
		for key, values := range keys {
			asked := []string(nil)
			for k, v := range other[op] {
				if strings.EqualFold(k, key) {
					asked = v
				}
			}
			if asked == nil || !(sameSet(asked, values) || anyOf[op] && holdsAll(values, asked)) {
				return false
			}
		}
	}
	return true
}

// anyOf are the operators of generated documents. They hold if one of the values matches, so that more values allow more.
var anyOf = map[string]bool{"ArnEquals": true, "ArnLike": true, "StringEquals": true, "StringLike": true}

// unite adds a draft to a statement of its Sid that differs from it in one set at most. It reports whether there is one.
func (d *Document) unite(m *draft) bool {
	for i := range d.Statements {
		s := &d.Statements[i]
		have, ok := draftOf(s)
		if !ok || stem(s.Sid) == "" || stem(s.Sid) != stem(m.sid) || have.kind != m.kind ||
			have.operator != m.operator || !strings.EqualFold(have.key, m.key) || !reflect.DeepEqual(have.condition, m.condition) {
			continue
		}
		var other []set
		for s := theActions; s <= thePrincipals; s++ {
			if !sameSet(*s.of(&have), *s.of(m)) {
				other = append(other, s)
			}
		}
		if len(other) > 1 || slices.Contains(other, theValues) && !anyOf[have.operator] {
			continue
		}
		for _, o := range other {
			into := o.of(&have)
			*into = slices.Clip(*into)
			for _, v := range *o.of(m) {
				if !slices.Contains(*into, v) {
					*into = append(*into, v)
				}
			}
		}
		*s = have.statement(s.Sid)
		return true
	}
	return false
}

// stem returns a Sid without the number that makes it unique.
func stem(sid string) string { return strings.TrimRight(sid, "0123456789") }

// freeSid returns a Sid that no statement has: sid, or sid with a number.
func (d *Document) freeSid(sid string) string {
	given := map[string]int{}
	for free := uniqueSid(sid, given); ; free = uniqueSid(stem(sid), given) {
		if free == "" || !slices.ContainsFunc(d.Statements, func(s Statement) bool { return s.Sid == free }) {
			return free
		}
	}
}

func sameSet(a, b []string) bool { return holdsAll(a, b) && holdsAll(b, a) }

// holdsAll reports whether all has every one of some.
func holdsAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
