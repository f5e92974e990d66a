package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// policy reads the document of a policy resource into p, and notes if it is not known whether the resource exists.
func (b *builder) policy(r *resource, p *topology.Policy) *topology.Policy {
	b.document(r.stack, r.get("PolicyDocument"), p)
	if p.MayChange != "" {
		p.Unknown = p.MayChange
	}
	if r.exists() == text.Maybe {
		p.Unknown = "it is not known whether condition " + r.Condition + " holds"
	}
	return p
}

// document reads a resolved policy document into p. p.Unknown says what could not be read; the rest is kept.
func (b *builder) document(s stack, v value.Value, p *topology.Policy) {
	switch v = parsed(v); {
	case v.Kind == value.Object:
		p.Read(v, s.position, b.Registry)
	case v.Scalar() && text.Unresolved(v.Text):
		p.Unknown = "its document is not known: " + value.Excerpt(v.Text)
	case !v.There():
		p.Unknown = "it has no document"
	default:
		p.Unknown = "its document is not known"
	}
}

// parsed returns a resolved object that may also be written as JSON text, whose values then stand where the text does.
func parsed(v value.Value) value.Value {
	if v.Kind == value.Text && strings.HasPrefix(strings.TrimSpace(v.Text), "{") {
		if object, err := value.ParseJSON("", []byte(v.Text)); err == nil {
			return object.MovedTo(v.At)
		}
	}
	return v
}
