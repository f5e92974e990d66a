package terraform

import (
	"math"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// documentText returns the JSON that an aws_iam_policy_document makes of its statements and of other documents. Why says why
// that is not all of it.
//
// [aws_iam_policy_document]
//
// [aws_iam_policy_document]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
func (r *resource) documentText() (document, why string) {
	statements := r.blocks("statement")
	sources, overrides := r.documents("source_policy_documents", "source_json"), r.documents("override_policy_documents", "override_json")
	if why = firstOf(whyUnknown(r.unknown["statement"]), sources.why, overrides.why); why != "" {
		why = r.address + ": " + why
	}
	if len(statements) == 0 && len(sources.all) == 0 && len(overrides.all) == 0 {
		return "", firstOf(why, "the statements of "+r.address+" are known only after apply")
	}
	d := policygen.Document{Version: firstOf(r.text("version"), policygen.Version), ID: r.text("policy_id")}
	for _, block := range statements {
		s, reason := statementOf(block)
		if reason != "" {
			why = firstOf(why, r.address+": "+reason)
			continue
		}
		d.Statements = append(d.Statements, s)
	}
	if len(sources.all) == 0 && len(overrides.all) == 0 {
		return d.String(), why
	}
	all, reason := mergeDocuments(slices.Concat(sources.all, []string{d.String()}, overrides.all))
	return all, firstOf(why, reason)
}

// documents returns the texts of other documents.
func (r *resource) documents(attributes ...string) values {
	var all values
	for _, attribute := range attributes {
		if e := r.expression(attribute); e != nil {
			found := merged(r.values[attribute], r.unknown[attribute], e)
			all.all = append(all.all, found.all...)
			if found.why != "" && all.why == "" {
				all.why = "it takes statements from other documents: " + found.why
			}
		}
	}
	return all
}

// mergeDocuments merges documents as the data source does: a statement replaces an earlier one with the same Sid.
func mergeDocuments(texts []string) (merged, why string) {
	var statements []value.Value
	all := value.Value{Kind: value.Object}
	for _, text := range texts {
		if text == "" {
			continue
		}
		d, err := value.ParseJSON("", []byte(text))
		if err != nil || d.Kind != value.Object {
			return "", "a document that it takes statements from is not known"
		}
		for _, key := range []string{"Version", "Id"} {
			if d.Get(key).There() {
				all = all.With(key, d.Get(key))
			}
		}
		for _, s := range d.Get("Statement").OneOrMany() {
			sid := s.Get("Sid").Text
			i := slices.IndexFunc(statements, func(old value.Value) bool { return sid != "" && old.Get("Sid").Text == sid })
			if i >= 0 {
				statements[i] = s
			} else {
				statements = append(statements, s)
			}
		}
	}
	return all.With("Statement", value.NewList(value.Place{}, statements...)).JSON(math.MaxInt), ""
}

// statement reads a statement block. why says why it is not all known.
func statementOf(s block) (statement policygen.Statement, why string) {
	list := func(of block, name string) []string {
		v := merged(of.values[name], of.unknown[name], of.config[name])
		if v.why != "" {
			why = name + " of a statement: " + v.why
		}
		if len(v.all) == 0 {
			return nil
		}
		for i := range v.all {
			// How the data source writes the variables of policies, which look like its own references.
			v.all[i] = strings.ReplaceAll(v.all[i], "&{", "${")
		}
		return v.all
	}
	statement = policygen.Statement{Effect: policygen.Allow, Action: list(s, "actions"), NotAction: list(s, "not_actions"),
		Resource: list(s, "resources"), NotResource: list(s, "not_resources")}
	statement.Sid, _ = s.values["sid"].(string)
	if effect, ok := s.values["effect"].(string); ok && effect != "" {
		statement.Effect = policygen.Effect(effect)
	}
	kindOf := func(b block) string {
		kind, _ := b.values["type"].(string)
		if text.Unresolved(kind) || anyUnknown(b.unknown["type"]) {
			why = "the type of a principal is not known"
		}
		return kind
	}
	statement.Principal = principals(s.blocks("principals"), kindOf, list)
	statement.NotPrincipal = principals(s.blocks("not_principals"), kindOf, list)
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

func principals(blocks []block, kindOf func(block) string, list func(block, string) []string) *policygen.Principals {
	if len(blocks) == 0 {
		return nil
	}
	var all policygen.Principals
	for _, b := range blocks {
		ids := list(b, "identifiers")
		switch kindOf(b) {
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
