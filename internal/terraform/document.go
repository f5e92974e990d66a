package terraform

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// inlineDocument reads the policy of a resource that may do without; nil if it has none.
func (b *builder) inlineDocument(r *resource, attribute string, k kind.Policy) *topology.Policy {
	e := r.expression(attribute)
	redacted := b.plan.deployed && slices.Contains(r.redacted, attribute)
	if r.text(attribute) == "" && (!r.isUnknown(attribute) || e == nil) && !redacted {
		return nil
	}
	if e, ok := e.(planned); ok && r.text(attribute) == "" && e.isNull() {
		return nil
	}
	p := b.document(r, attribute, k)
	if e == nil && (r.written != nil || b.plan.deployed) {
		b.refreshed[p] = true
	}
	return p
}

// separate returns the policies of a topic or queue with one that a resource of its own sets. What the state has as the policy of
// the topic or queue itself, and the configuration does not set, is what was set so before.
func (b *builder) separate(policies []*topology.Policy, p *topology.Policy) []*topology.Policy {
	return append(slices.DeleteFunc(policies, func(old *topology.Policy) bool { return b.refreshed[old] }), p)
}

// isDefaultTopicPolicy reports whether a document is the one that SNS gives a topic, as its Id and Sid say.
//
// [Default policy]
//
// [Default policy]: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
func isDefaultTopicPolicy(d policygen.Document) bool {
	return d.ID == "__default_policy_ID" && len(d.Statements) == 1 && d.Statements[0].Sid == "__default_statement_ID" &&
		d.Statements[0].Condition["StringEquals"] != nil
}

// document reads a policy document: its JSON where that is known, else the data source that it refers to.
func (b *builder) document(r *resource, attribute string, k kind.Policy) *topology.Policy {
	p := &topology.Policy{Element: b.element(r), Kind: k, Name: r.text("name")}
	if p.Unknown = r.mayChange; p.Unknown != "" {
		return p // what is not surely there allows nothing
	}
	if text := r.text(attribute); text != "" {
		b.parse(p, text)
		return p
	}
	switch e := r.expression(attribute).(type) {
	case nil:
		p.Unknown = "the document is known only after apply"
		if slices.Contains(r.redacted, attribute) {
			p.Unknown = "the document is redacted"
		}
	case planned:
		b.planned(p, e)
	default:
		v := e.values()
		if text, ok := v.one(); ok {
			b.parse(p, text)
		} else {
			p.Unknown = firstOf(v.why, "the document is null")
		}
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
			source, why := b.plan.instance(e.of, "data."+parts[1]+"."+parts[2], false)
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
		if strings.HasPrefix(strings.TrimSpace(text), "${") {
			p.Unknown = "the document is " + text + ", whose text is not known"
			return
		}
		p.Unknown = "the document cannot be read: " + strings.ReplaceAll(err.Error(), "\n", "; ")
		return
	}
	// Statements in JSON text have no place of their own in a plan.
	p.Read(v, func(value.Place) topology.Position { return topology.Position{} }, b.Registry)
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
