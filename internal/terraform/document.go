package terraform

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// inlineDocument reads the policy of a resource that may do without; nil if it has none.
func (b *builder) inlineDocument(r *resource, attribute string, k kind.Policy) *topology.Policy {
	if r.text(attribute) == "" && (!r.isUnknown(attribute) || r.expression(attribute) == nil) {
		return nil
	}
	return b.document(r, attribute, k)
}

// document reads a policy document: its JSON where that is known, else the data source that it refers to.
func (b *builder) document(r *resource, attribute string, k kind.Policy) *topology.Policy {
	p := &topology.Policy{Element: b.element(r), Kind: k, Name: r.text("name")}
	if text := r.text(attribute); text != "" {
		b.parse(p, text)
		return p
	}
	switch e := r.expression(attribute).(type) {
	case nil:
		p.Unknown = "the document is known only after apply"
	case planned:
		b.planned(p, e)
	default:
		p.Unknown = e.values().why
	}
	return p
}

// planned reads a document that the plan does not have: the data source that its expression refers to.
func (b *builder) planned(p *topology.Policy, e planned) {
	if e.ExpressionData == nil {
		p.Unknown = "the document is known only after apply"
		return
	}
	if refs := leaves(e.References); len(refs) == 1 {
		parts := splitReference(refs[0])
		if len(parts) == 4 && parts[0] == "data" && parts[1] == "aws_iam_policy_document" && parts[3] == "json" {
			source, why := b.plan.instance(e.of.module, e.of, "data."+parts[1]+"."+parts[2], false)
			if source == nil {
				p.Unknown = why
				return
			}
			b.source(p, source)
			return
		}
		if v, ok := e.values().one(); ok && strings.HasPrefix(strings.TrimSpace(v), "{") {
			b.parse(p, v)
			return
		}
	}
	p.Unknown = "the document is put together from values that are known only after apply; an aws_iam_policy_document data source can be read"
}

// parse reads a document's JSON.
func (b *builder) parse(p *topology.Policy, text string) {
	v, err := value.ParseJSON("", []byte(text))
	if err != nil {
		p.Unknown = "the document cannot be read: " + strings.ReplaceAll(err.Error(), "\n", "; ")
		return
	}
	// Statements in JSON text have no place of their own in a plan.
	p.Read(v, func(value.Place) topology.Position { return topology.Position{} }, b.Respelled)
}

// source reads an aws_iam_policy_document: its JSON where Terraform has made it, else its statements.
func (b *builder) source(p *topology.Policy, r *resource) {
	if text := r.text("json"); text != "" {
		b.parse(p, text)
		return
	}
	text, why := r.documentText()
	p.Unknown = why
	if text != "" {
		b.parse(p, text)
	}
}
