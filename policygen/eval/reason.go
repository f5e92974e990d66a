package eval

import (
	"strconv"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Reason says of one statement whether it applies to the request, and if it does not, which element stands against it.
type Reason struct {
	Policy    PolicyKind
	Level     int // of a service or resource control policy: the level of the organization, from 0 at the root
	Index     int // which of the policies of that kind and level
	Statement int // which statement of the policy
	Effect    policygen.Effect
	Sid       string
	// Applies says whether the statement applies to the request.
	Applies Match
	// Element is why it does not, or may not.
	Element Element

	statement *statement
	condition int
	grant     grant
	run       *run
}

// Match says whether a statement applies to a request.
type Match uint8

// The values of Match.
const (
	DoesNotApply Match = iota
	MayApply           // something that is not known decides it
	Applies
)

// String returns "no", "maybe" or "yes".
func (m Match) String() string {
	if int(m) < 3 {
		return [...]string{"no", "maybe", "yes"}[m]
	}
	return "maybe"
}

// MarshalText returns the match as [Match.String] does.
func (m Match) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// A trace collects reasons. It has a pointer to the run of its own, so that runs without a trace need no memory.
type trace struct {
	run     *run
	reasons []Reason
}

// note adds the reason for statement i of the document in a place to the trace.
func (r *run) note(at place, i int, s *statement, a application) {
	t := r.trace
	t.reasons = append(t.reasons, Reason{
		Policy: at.policy, Level: at.level, Index: at.index, Statement: i, Effect: s.effect, Sid: s.sid,
		Applies: Match(a.truth - text.No), Element: a.element, statement: s, condition: a.condition, grant: a.grant, run: t.run,
	})
}

func (r *Reason) conditionOf() *condition {
	if r.statement == nil || r.Element != ConditionElement {
		return nil
	}
	return &r.statement.conditions[r.condition]
}

// String returns the reason as one line, such as: key policy, statement 2 "AllowSNS" (Allow) does not apply: condition
// ArnEquals aws:SourceArn wants "arn:…", the request has "arn:…".
func (r Reason) String() string {
	var buffer [512]byte
	b := append(append(append(r.appendWhere(buffer[:0]), " ("...), r.Effect...), ") "...)
	switch r.Applies {
	case Applies:
		return string(append(b, "applies"...))
	case MayApply:
		b = append(b, "may apply: "...)
	default:
		b = append(b, "does not apply: "...)
	}
	return string(r.appendWhy(b))
}

// Where names the statement: its policy, its number from 1, and its Sid.
func (r Reason) Where() string {
	var buffer [128]byte
	return string(r.appendWhere(buffer[:0]))
}

func (r *Reason) appendWhere(b []byte) []byte {
	b = append(b, r.policyName()...)
	switch r.Policy {
	case ServiceControlPolicy, ResourceControlPolicy:
		b = strconv.AppendInt(append(b, ' '), int64(r.Index+1), 10)
		b = strconv.AppendInt(append(b, " of level "...), int64(r.Level+1), 10)
	case IdentityPolicy, SessionPolicy:
		b = strconv.AppendInt(append(b, ' '), int64(r.Index+1), 10)
	}
	b = strconv.AppendInt(append(b, ", statement "...), int64(r.Statement+1), 10)
	if r.Sid != "" {
		b = append(append(append(b, ` "`...), r.Sid...), '"')
	}
	return b
}

// policyName returns the kind of policy, a resource policy by its resource.
func (r *Reason) policyName() string {
	if r.Policy == ResourcePolicy && r.run != nil {
		return r.run.resourcePolicyName()
	}
	return r.Policy.String()
}

func (r *run) resourcePolicyName() string {
	switch {
	case r.isKMS:
		return "key policy"
	case r.isTrust:
		return "trust policy"
	case hasService(r.req.Action, "sqs"):
		return "queue policy"
	case hasService(r.req.Action, "sns"):
		return "topic policy"
	}
	return ResourcePolicy.String()
}

// Why says why the statement does not or may not apply; empty if it applies.
func (r Reason) Why() string {
	var buffer [512]byte
	return string(r.appendWhy(buffer[:0]))
}

func (r *Reason) appendWhy(b []byte) []byte {
	s := r.statement
	if s == nil || r.run == nil {
		return b
	}
	switch r.Element {
	case ActionElement:
		if !s.hasAction {
			b = append(b, "Not"...)
		}
		b = appendListed(append(b, "Action is "...), len(s.actions), func(i int) string { return s.actions[i].written() })
		return r.appendUnknown(b, r.run.req.Action)
	case PrincipalElement:
		return r.appendWhyPrincipal(b)
	case ResourceElement:
		if !s.hasResource && !s.hasNot {
			return append(b, "it has no Resource"...)
		}
		if !s.hasResource {
			b = append(b, "Not"...)
		}
		b = appendListed(append(b, "Resource is "...), len(s.resources), func(i int) string { return s.resources[i].written })
		return r.appendUnknown(b, string(r.run.req.Resource))
	case ConditionElement:
		return r.appendWhyCondition(b)
	}
	return b
}

// appendUnknown ends a sentence about a list of the policy: by the value of the request that is not on it, or that may be.
func (r *Reason) appendUnknown(b []byte, value string) []byte {
	before := `, the request has "`
	if r.Applies == MayApply {
		before = `, which may or may not be "`
	}
	return append(append(append(b, before...), value...), '"')
}

func (r *Reason) appendWhyPrincipal(b []byte) []byte {
	p, before, not, maybe := r.statement.principal, "Principal is ", ", not ", ", which may or may not be "
	if p == nil {
		p, before, not, maybe = r.statement.notNamed, "NotPrincipal is ", ", which leaves out ", ", which may or may not leave out "
	}
	if p == nil {
		return append(b, "it has no Principal"...)
	}
	b = p.appendNames(append(b, before...))
	if r.Applies == MayApply {
		not = maybe
	}
	return r.run.caller.append(append(b, not...))
}

func (r *Reason) appendWhyCondition(b []byte) []byte {
	c := r.conditionOf()
	if c.comparison == unknownOperator {
		return append(append(append(b, `condition operator "`...), c.operator.written...), `" is unknown`...)
	}
	b = append(append(append(append(append(b, "condition "...), c.operator.written...), ' '), c.written...), " wants "...)
	b = appendListed(b, len(c.values), func(i int) string { return c.values[i].text.written() })
	switch v := r.run.lookUp(c.key, c.written); v.known {
	case text.No:
		return append(b, ", the request does not have this key"...)
	case text.Maybe:
		return append(b, ", and what the request has is not known"...)
	default:
		return appendListed(append(b, ", the request has "...), v.len(), v.at)
	}
}

// appendListed appends n values in quotes; of many, the first few.
func appendListed(b []byte, n int, value func(int) string) []byte {
	const most = 4
	if n == 0 {
		return append(b, "empty"...)
	}
	for i := range n {
		switch {
		case i == most:
			b = strconv.AppendInt(append(b, " and "...), int64(n-most), 10)
			return append(b, " more"...)
		case i > 0 && i == n-1 && n <= most:
			b = append(b, " or "...)
		case i > 0:
			b = append(b, ", "...)
		}
		b = append(append(append(b, '"'), value(i)...), '"')
	}
	return b
}
