package policygen

import (
	"bytes"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Version is the policy language version that every generated document declares. Documents without it are read as
// 2008-10-17, in which policy variables are literal text.
//
// [IAM JSON policy elements: Version]
//
// [IAM JSON policy elements: Version]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
const Version = "2012-10-17"

// A Document is an IAM JSON policy document: an identity policy, or the policy of a queue, a topic or a key.
//
// It holds whatever AWS accepts; [Parse] and the JSON methods keep its meaning. Its JSON is byte-stable: AWS's usual
// element order, condition operators and keys sorted, one value as a string and several as a list.
type Document struct {
	Version    string // "2012-10-17", "2008-10-17" or "" (which means 2008-10-17)
	ID         string // resource policies only
	Statements []Statement
}

// Effect is Allow or Deny.
type Effect string

// The two effects of a statement.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// A Statement is one statement of a [Document]. A nil slice or pointer is an element that is not there.
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
	Anyone        bool     // "*": everyone, of every account, signed or not; excludes the other fields
	AWS           []string // ARNs, account ids, or "*"
	Service       []string // such as "sns.amazonaws.com"
	Federated     []string
	CanonicalUser []string
}

// A Condition maps an operator, such as "ArnEquals", to condition keys and the values of each. All keys of all operators
// must hold; of a key's values, one.
type Condition map[string]map[string][]string

// JSON returns the document indented by two spaces, without HTML escapes and with a final newline.
func (d Document) JSON() []byte { return value.EncodeJSON(d.wire(), "  ") }

// String returns the document as [Document.JSON] does.
func (d Document) String() string { return string(d.JSON()) }

// MarshalJSON returns the document without white space.
func (d Document) MarshalJSON() ([]byte, error) {
	return bytes.TrimSuffix(value.EncodeJSON(d.wire(), ""), []byte("\n")), nil
}

// MarshalJSON returns the statement without white space.
func (s Statement) MarshalJSON() ([]byte, error) {
	return bytes.TrimSuffix(value.EncodeJSON(s.wire(), ""), []byte("\n")), nil
}

// The wire types fix the order of elements.
type documentWire struct {
	Version   string          `json:"Version,omitempty"`
	ID        string          `json:"Id,omitempty"`
	Statement []statementWire `json:"Statement"`
}

type statementWire struct {
	Sid          string `json:"Sid,omitempty"`
	Effect       Effect `json:"Effect"`
	Principal    any    `json:"Principal,omitempty"`
	NotPrincipal any    `json:"NotPrincipal,omitempty"`
	Action       any    `json:"Action,omitempty"`
	NotAction    any    `json:"NotAction,omitempty"`
	Resource     any    `json:"Resource,omitempty"`
	NotResource  any    `json:"NotResource,omitempty"`
	Condition    any    `json:"Condition,omitempty"` // not a map: an empty one would be left out
}

type principalsWire struct {
	AWS           any `json:"AWS,omitempty"`
	Service       any `json:"Service,omitempty"`
	Federated     any `json:"Federated,omitempty"`
	CanonicalUser any `json:"CanonicalUser,omitempty"`
}

func (d Document) wire() documentWire {
	w := documentWire{Version: d.Version, ID: d.ID, Statement: make([]statementWire, len(d.Statements))}
	for i, s := range d.Statements {
		w.Statement[i] = s.wire()
	}
	return w
}

func (s Statement) wire() statementWire {
	w := statementWire{
		Sid: s.Sid, Effect: s.Effect,
		Principal: s.Principal.wire(), NotPrincipal: s.NotPrincipal.wire(),
		Action: oneOrMany(s.Action), NotAction: oneOrMany(s.NotAction),
		Resource: oneOrMany(s.Resource), NotResource: oneOrMany(s.NotResource),
	}
	if s.Condition != nil {
		condition := make(map[string]map[string]any, len(s.Condition))
		for op, keys := range s.Condition {
			condition[op] = make(map[string]any, len(keys))
			for key, values := range keys {
				if values == nil {
					values = []string{}
				}
				condition[op][key] = oneOrMany(values)
			}
		}
		w.Condition = condition
	}
	return w
}

func (p *Principals) wire() any {
	switch {
	case p == nil:
		return nil
	case p.Anyone:
		return "*"
	}
	return principalsWire{oneOrMany(p.AWS), oneOrMany(p.Service), oneOrMany(p.Federated), oneOrMany(p.CanonicalUser)}
}

// oneOrMany returns nil for an absent element, the value for one, the list for several or none.
func oneOrMany(v []string) any {
	switch {
	case v == nil:
		return nil
	case len(v) == 1:
		return v[0]
	}
	return v
}
