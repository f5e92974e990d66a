package policygen

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A DocumentReader reads documents that are part of larger files. It is meant for hopgrant's own readers; other programs use
// [Parse], which reads the JSON and then does the same. The zero DocumentReader is ready.
type DocumentReader struct{ memory documentMemory }

// Reset makes the memory of all documents that were read free for the next ones. Only their strings stay.
func (r *DocumentReader) Reset() { r.memory.reset() }

// Read returns the document that a value is.
//
// It calls problem for each thing that is wrong, with the index of the statement from 0, or -1 outside of statements,
// the element of the statement or document, and the error. A statement with a problem holds what could be read of it,
// and the document has as many statements as the value.
//
// What AWS refuses in a policy of the kind is a problem too, such as a Principal in an identity policy.
//
// Unless loose is set, the document must not be larger than [Parse] allows. If loose is set, values are read as
// CloudFormation takes them: a number or boolean is its text, and a list within a list, as a list parameter gives it,
// is part of the outer list.
func (r *DocumentReader) Read(v value.Value, k kind.Policy, loose bool, problem func(statement int, element string, e *value.Error)) Document {
	reader := documentReader{kind: k, loose: loose, problem: problem, memory: &r.memory}
	if !loose && v.Longer(maxDocumentSize) {
		reader.index = -1
		reader.add(v.At, "document", "", "it is too large", fmt.Sprintf("at most %d bytes", maxDocumentSize), "")
		return Document{}
	}
	return reader.document(v)
}

// A documentReader reads a document and hands out its problems.
type documentReader struct {
	kind    kind.Policy
	loose   bool
	problem func(statement int, element string, e *value.Error)

	// The statement and element that the reader is in.
	index   int
	element string

	problems int // so far

	memory *documentMemory
}

func (r *documentReader) add(at value.Place, what, text, got, want, fix string) {
	r.problems++
	r.problem(r.index, r.element, (&value.Error{What: what, Value: text, Got: got, Want: want, Fix: fix, Cause: value.ErrShape}).In(at))
}

func (r *documentReader) document(v value.Value) Document {
	var d Document
	r.index, r.element = -1, ""
	if v.Kind != value.Object {
		r.wrongKind(v, "document", "an object")
		return d
	}
	if !v.Has("Statement") {
		r.add(v.At, "document", "", "it has no Statement", "at least one statement", "")
	}
	for _, m := range v.Members {
		r.element = m.Key
		switch m.Key {
		case "Version":
			d.Version = r.literal(m.Value, "Version", "2012-10-17", "2008-10-17")
		case "Id":
			d.ID = r.string(m.Value, "Id")
			r.id(m, &d)
		case "Statement":
			d.Statements = r.statements(m.Value)
		default:
			r.unknown(m, "element", "Version", "Id", "Statement")
		}
	}
	r.version(v, &d)
	return d
}

func (r *documentReader) statements(v value.Value) []Statement {
	if v.Kind != value.List && v.Kind != value.Object {
		r.wrongKind(v, "Statement", "an object or a list of objects")
		return nil
	}
	items := v.OneOrMany()
	all := r.memory.statements.next(len(items))
	for r.index = range items {
		r.statement(items[r.index], &all[r.index])
	}
	r.index = -1
	return all
}

func (r *documentReader) statement(v value.Value, s *Statement) {
	before := r.problems
	if r.element = ""; v.Kind != value.Object {
		r.wrongKind(v, "statement", "an object")
		return
	}
	for _, m := range v.Members {
		r.element = m.Key
		switch v := m.Value; m.Key {
		case "Sid":
			s.Sid = r.string(v, "Sid")
		case "Effect":
			s.Effect = Effect(r.literal(v, "Effect", string(Allow), string(Deny)))
		case "Principal":
			s.Principal = r.principals(v, m.Key)
		case "NotPrincipal":
			s.NotPrincipal = r.principals(v, m.Key)
		case "Action":
			s.Action = r.strings(v, m.Key, "")
		case "NotAction":
			s.NotAction = r.strings(v, m.Key, "")
		case "Resource":
			s.Resource = r.strings(v, m.Key, "")
		case "NotResource":
			s.NotResource = r.strings(v, m.Key, "")
		case "Condition":
			s.Condition = r.condition(v)
		default:
			r.unknown(m, "element", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
		}
	}
	if r.completeness(v, s.Sid); r.problems == before {
		r.rules(v, s)
	}
}

// exclusive lists the pairs of elements that a statement may have only one of.
//
// [IAM JSON policy elements reference]
//
// [IAM JSON policy elements reference]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
var exclusive = [][2]string{{"Principal", "NotPrincipal"}, {"Action", "NotAction"}, {"Resource", "NotResource"}}

// completeness notes the elements that a statement lacks, and those that exclude each other.
func (r *documentReader) completeness(v value.Value, sid string) {
	if r.element = "Effect"; !v.Has("Effect") {
		r.add(v.At, "statement", sid, "it has no Effect", `"Allow" or "Deny"`, "")
	}
	if r.element = "Action"; !v.Has("Action") && !v.Has("NotAction") {
		r.add(v.At, "statement", sid, "it has neither Action nor NotAction", "one of them", "")
	}
	for _, pair := range exclusive {
		if !v.Has(pair[0]) || !v.Has(pair[1]) {
			continue
		}
		var found []value.Member
		for _, m := range v.Members {
			if m.Key == pair[0] || m.Key == pair[1] {
				found = append(found, m)
			}
		}
		r.element = found[1].Key
		r.add(found[1].At, "element", found[1].Key, found[0].Key+" is already at "+found[0].At.String(), "one of them", "")
	}
}

func (r *documentReader) principals(v value.Value, what string) *Principals {
	all := &r.memory.principals.next(1)[0]
	if v.Kind == value.Text && v.Text == "*" {
		all.Anyone = true
		return all
	}
	if v.Kind != value.Object {
		r.wrongKind(v, what, `"*" or an object such as {"AWS": "111122223333"}`)
		return nil
	}
	for _, m := range v.Members {
		switch m.Key {
		case "AWS":
			all.AWS = r.strings(m.Value, what, m.Key)
		case "Service":
			all.Service = r.strings(m.Value, what, m.Key)
		case "Federated":
			all.Federated = r.strings(m.Value, what, m.Key)
		case "CanonicalUser":
			all.CanonicalUser = r.strings(m.Value, what, m.Key)
		default:
			r.unknown(m, what+" type", "AWS", "Service", "Federated", "CanonicalUser")
		}
	}
	return all
}

func (r *documentReader) condition(v value.Value) Condition {
	if v.Kind != value.Object {
		r.wrongKind(v, "Condition", "an object of operators")
		return nil
	}
	c := Condition(r.memory.conditions.next(len(v.Members)))
	for _, op := range v.Members {
		if op.Value.Kind != value.Object {
			r.wrongKind(op.Value, "Condition "+value.Excerpt(op.Key), "an object of condition keys")
			continue
		}
		keys := r.memory.operators.next(len(op.Value.Members))
		for _, m := range op.Value.Members {
			keys[m.Key] = r.values(m.Value, "condition key", m.Key, "a string, number or boolean", true)
		}
		c[op.Key] = keys
		if len(keys) > 1 {
			r.cases(op.Value.Members)
		}
	}
	return c
}

// cases notes condition keys that differ only in case. Keys are not case-sensitive, so they are one key with two sets
// of values.
func (r *documentReader) cases(keys []value.Member) {
	seen := make(map[string]value.Member, len(keys))
	for _, m := range keys {
		if first, ok := seen[strings.ToLower(m.Key)]; ok {
			r.add(m.At, "condition key", m.Key, `"`+value.Excerpt(first.Key)+`" is already at `+first.At.String()+", and case makes no difference",
				"each key once", "")
		}
		seen[strings.ToLower(m.Key)] = m
	}
}
