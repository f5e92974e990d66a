package policygen

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Version is the policy language version of every generated document. A document without a version is read as
// 2008-10-17, in which policy variables are literal text.
//
// [IAM JSON policy elements: Version]
//
// [IAM JSON policy elements: Version]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
const Version = "2012-10-17"

// A Document is an IAM JSON policy document: an identity policy, or the policy of a queue, topic or key.
//
// It holds whatever AWS accepts, and [Parse] and the JSON methods keep its meaning. Its JSON is byte-stable: elements
// stand in AWS's usual order, condition operators and keys are sorted, a single value is written as a string and
// several as a list.
type Document struct {
	Version    string // "2012-10-17", "2008-10-17", or "", which means 2008-10-17
	ID         string // resource policies only
	Statements []Statement
}

// An Effect is Allow or Deny.
type Effect string

// The effects of a statement.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// A Statement is one statement of a [Document]. A nil slice or pointer means that the element is absent.
type Statement struct {
	Sid          string
	Effect       Effect
	Principal    *Principals // resource policies only
	NotPrincipal *Principals
	Action       []string
	NotAction    []string
	Resource     []string
	NotResource  []string
	Condition    Condition
}

// Principals is the value of a Principal element.
type Principals struct {
	Anyone        bool     // "*": everyone, in every account, signed or not; excludes the other fields
	AWS           []string // ARNs, account ids, or "*"
	Service       []string // such as "sns.amazonaws.com"
	Federated     []string
	CanonicalUser []string
}

// A Condition maps an operator, such as "ArnEquals", to condition keys and their values. All keys of all operators must
// match; a key matches if any of its values does.
type Condition map[string]map[string][]string

// String returns the document as JSON, indented by two spaces, with a final newline and without HTML escapes.
func (d Document) String() string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(d.value().JSON(math.MaxInt)+"\n"), "", "  "); err != nil {
		panic("policygen: a document's own JSON is broken: " + err.Error())
	}
	return b.String()
}

// MarshalJSON returns the document without white space.
func (d Document) MarshalJSON() ([]byte, error) { return []byte(d.value().JSON(math.MaxInt)), nil }

// MarshalJSON returns the statement without white space.
func (s Statement) MarshalJSON() ([]byte, error) { return []byte(s.value().JSON(math.MaxInt)), nil }

// value returns the document as the tree that its JSON is written from.
func (d Document) value() value.Value {
	var m members
	m.text("Version", d.Version)
	m.text("Id", d.ID)
	statements := make([]value.Value, len(d.Statements))
	for i := range d.Statements {
		statements[i] = d.Statements[i].value()
	}
	m.add("Statement", value.NewList(value.Place{}, statements...))
	return m.object()
}

func (s Statement) value() value.Value {
	m := make(members, 0, 6)
	m.text("Sid", s.Sid)
	m.add("Effect", value.NewText(value.Place{}, string(s.Effect)))
	m.principals("Principal", s.Principal)
	m.principals("NotPrincipal", s.NotPrincipal)
	m.oneOrMany("Action", s.Action)
	m.oneOrMany("NotAction", s.NotAction)
	m.oneOrMany("Resource", s.Resource)
	m.oneOrMany("NotResource", s.NotResource)
	if s.Condition != nil {
		var condition members
		for _, op := range slices.Sorted(maps.Keys(s.Condition)) {
			var keys members
			for _, key := range slices.Sorted(maps.Keys(s.Condition[op])) {
				values := s.Condition[op][key]
				if values == nil {
					values = []string{}
				}
				keys.oneOrMany(key, values)
			}
			condition.add(op, keys.object())
		}
		m.add("Condition", condition.object())
	}
	return m.object()
}

// members are the members of an object under construction.
type members []value.Member

func (m *members) add(key string, v value.Value) { *m = append(*m, value.Pair(key, v)) }

func (m *members) object() value.Value { return value.NewObject(value.Place{}, *m...) }

func (m *members) text(key, s string) {
	if s != "" {
		m.add(key, value.NewText(value.Place{}, s))
	}
}

// oneOrMany adds one value as a string, and several or none as a list. It adds nothing if texts is nil.
func (m *members) oneOrMany(key string, texts []string) {
	switch {
	case texts == nil:
	case len(texts) == 1:
		m.add(key, value.NewText(value.Place{}, texts[0]))
	default:
		list := make([]value.Value, len(texts))
		for i, s := range texts {
			list[i] = value.NewText(value.Place{}, s)
		}
		m.add(key, value.NewList(value.Place{}, list...))
	}
}

func (m *members) principals(key string, p *Principals) {
	switch {
	case p == nil:
	case p.Anyone:
		m.add(key, value.NewText(value.Place{}, "*"))
	default:
		var kinds members
		kinds.oneOrMany("AWS", p.AWS)
		kinds.oneOrMany("Service", p.Service)
		kinds.oneOrMany("Federated", p.Federated)
		kinds.oneOrMany("CanonicalUser", p.CanonicalUser)
		m.add(key, kinds.object())
	}
}
