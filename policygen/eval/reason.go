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

// note adds the reason for statement i of a document to the trace.
func (r *run) note(d *document, i int, a application) {
	t := r.trace
	s := &d.statements[i]
	t.reasons = append(t.reasons, Reason{
		Policy: d.kind, Level: d.level, Index: d.index, Statement: i, Effect: s.source.Effect, Sid: s.source.Sid,
		Applies: Match(a.truth - text.No), Element: a.element, statement: s, condition: a.condition, grant: a.grant, run: t.run,
	})
}

func (r Reason) conditionOf() *condition {
	if r.statement == nil || r.Element != ConditionElement {
		return nil
	}
	return &r.statement.conditions[r.condition]
}

// String returns the reason as one line, such as: key policy, statement 2 "AllowSNS" (Allow) does not apply: condition
// ArnEquals aws:SourceArn wants "arn:…", the request has "arn:…".
func (r Reason) String() string {
	var buffer [256]byte
	b := append(append(append(r.appendWhere(buffer[:0]), " ("...), r.Effect...), ") "...)
	switch r.Applies {
	case Applies:
		return string(append(b, "applies"...))
	case MayApply:
		b = append(b, "may apply: "...)
	default:
		b = append(b, "does not apply: "...)
	}
	return string(append(b, r.Why()...))
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
	if r.statement == nil || r.run == nil {
		return ""
	}
	s := r.statement.source
	switch r.Element {
	case ActionElement:
		if s.Action != nil {
			return "Action is " + listed(s.Action) + r.orUnknown(r.run.req.Action)
		}
		return "NotAction is " + listed(s.NotAction) + r.orUnknown(r.run.req.Action)
	case PrincipalElement:
		return r.whyPrincipal()
	case ResourceElement:
		switch {
		case s.Resource != nil:
			return "Resource is " + listed(s.Resource) + r.orUnknown(string(r.run.req.Resource))
		case s.NotResource != nil:
			return "NotResource is " + listed(s.NotResource) + r.orUnknown(string(r.run.req.Resource))
		}
		return "it has no Resource"
	case ConditionElement:
		return r.whyCondition()
	}
	return ""
}

// orUnknown ends a sentence about a list of the policy: by the value of the request that is not on it, or that may be.
func (r Reason) orUnknown(value string) string {
	if r.Applies == MayApply {
		return `, which may or may not be "` + value + `"`
	}
	return `, the request has "` + value + `"`
}

func (r Reason) whyPrincipal() string {
	c := &r.run.caller
	switch p := r.statement; {
	case p.principal != nil && r.Applies == MayApply:
		return "Principal is " + listed(p.principal.names()) + ", which may or may not be " + c.String()
	case p.principal != nil:
		return "Principal is " + listed(p.principal.names()) + ", not " + c.String()
	case p.notNamed != nil && r.Applies == MayApply:
		return "NotPrincipal is " + listed(p.notNamed.names()) + ", which may or may not leave out " + c.String()
	case p.notNamed != nil:
		return "NotPrincipal is " + listed(p.notNamed.names()) + ", which leaves out " + c.String()
	}
	return "it has no Principal"
}

func (r Reason) whyCondition() string {
	c := r.conditionOf()
	if c.comparison == unknownOperator {
		return `condition operator "` + c.operator.written + `" is unknown`
	}
	var values []string
	for _, o := range c.values {
		values = append(values, o.text.written)
	}
	s := "condition " + c.operator.written + " " + c.written + " wants " + listed(values)
	switch v := r.run.lookUp(c.key, c.written); v.known {
	case text.No:
		return s + ", the request does not have this key"
	case text.Maybe:
		return s + ", and what the request has is not known"
	default:
		var have []string
		for i := range v.len() {
			have = append(have, v.at(i))
		}
		return s + ", the request has " + listed(have)
	}
}

// listed returns values in quotes; of many, the first few.
func listed(values []string) string {
	const most = 4
	if len(values) == 0 {
		return "empty"
	}
	var buffer [256]byte
	b := buffer[:0]
	for i, v := range values {
		switch {
		case i == most:
			b = strconv.AppendInt(append(b, " and "...), int64(len(values)-most), 10)
			return string(append(b, " more"...))
		case i > 0 && i == len(values)-1 && len(values) <= most:
			b = append(b, " or "...)
		case i > 0:
			b = append(b, ", "...)
		}
		b = append(append(append(b, '"'), v...), '"')
	}
	return string(b)
}
