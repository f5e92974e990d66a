package terraform

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
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
	for _, other := range []string{"source_policy_documents", "override_policy_documents", "source_json", "override_json"} {
		if r.expression(other) != nil {
			p.Unknown = r.address + " takes statements from other documents, which are known only after apply"
		}
	}
	statements := r.blocks("statement")
	if len(statements) == 0 {
		p.Unknown = "the statements of " + r.address + " are known only after apply"
		return
	}
	d := policygen.Document{Version: firstOf(r.text("version"), policygen.Version), ID: r.text("policy_id")}
	for _, block := range statements {
		s, why := b.statement(r, block)
		if why != "" && p.Unknown == "" {
			p.Unknown = r.address + ": " + why
		}
		if why == "" {
			d.Statements = append(d.Statements, s)
		}
	}
	b.parse(p, d.String())
}

// statement reads a statement block. why says why it is not all known.
func (b *builder) statement(r *resource, s block) (statement policygen.Statement, why string) {
	list := func(of block, name string) []string {
		v := merged(of.values[name], of.unknown[name], of.config[name])
		if v.why != "" {
			why = name + " of a statement: " + v.why
		}
		if len(v.all) == 0 {
			return nil
		}
		return v.all
	}
	statement = policygen.Statement{Effect: policygen.Allow, Action: list(s, "actions"), NotAction: list(s, "not_actions"),
		Resource: list(s, "resources"), NotResource: list(s, "not_resources")}
	statement.Sid, _ = s.values["sid"].(string)
	if effect, ok := s.values["effect"].(string); ok && effect != "" {
		statement.Effect = policygen.Effect(effect)
	}
	statement.Principal = principals(s.blocks("principals"), list)
	statement.NotPrincipal = principals(s.blocks("not_principals"), list)
	for _, c := range s.blocks("condition") {
		test, ok1 := c.values["test"].(string)
		variable, ok2 := c.values["variable"].(string)
		if !ok1 || !ok2 {
			return statement, "a condition of a statement is known only after apply"
		}
		if statement.Condition == nil {
			statement.Condition = policygen.Condition{}
		}
		if statement.Condition[test] == nil {
			statement.Condition[test] = map[string][]string{}
		}
		values := list(c, "values")
		if values == nil {
			values = []string{}
		}
		statement.Condition[test][variable] = append(statement.Condition[test][variable], values...)
	}
	return statement, why
}

func principals(blocks []block, list func(block, string) []string) *policygen.Principals {
	if len(blocks) == 0 {
		return nil
	}
	var all policygen.Principals
	for _, b := range blocks {
		ids := list(b, "identifiers")
		switch kind, _ := b.values["type"].(string); kind {
		case "*":
			all.Anyone = true
		case "AWS":
			all.AWS = append(all.AWS, ids...)
		case "Service":
			all.Service = append(all.Service, ids...)
		case "Federated":
			all.Federated = append(all.Federated, ids...)
		case "CanonicalUser":
			all.CanonicalUser = append(all.CanonicalUser, ids...)
		}
	}
	return &all
}
