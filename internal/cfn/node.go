package cfn

import "fmt"

// A kind is the type of a value in a template, as messages name it.
type kind uint8

const (
	absent kind = iota // not there, or AWS::NoValue
	null
	boolean
	number
	text
	list
	object
)

// String returns the kind with its article.
func (k kind) String() string {
	return [...]string{"nothing", "null", "a boolean", "a number", "a string", "a list", "an object"}[k]
}

// A place is where a value begins in its file, both from 1; the column counts characters.
type place struct{ line, column int32 }

// String returns the place as messages name it.
func (p place) String() string { return fmt.Sprintf("line %d, column %d", p.line, p.column) }

// A node is one value of a template and where it begins. JSON and YAML give the same nodes: short tags such as !Ref are
// objects with one member, as in JSON.
type node struct {
	kind    kind
	at      place
	text    string // of a string its value; of a number or boolean its text in the file
	items   []node
	members []member
}

// A member is one key of an object and its value.
type member struct {
	key   string
	at    place // of the key
	value node
}

// get returns the value of an object's key; the zero node is nothing.
func (n node) get(key string) node {
	for i := range n.members {
		if n.members[i].key == key {
			return n.members[i].value
		}
	}
	return node{}
}

// path follows keys from object to object.
func (n node) path(keys ...string) node {
	for _, k := range keys {
		n = n.get(k)
	}
	return n
}

// has reports whether an object has the key.
func (n node) has(key string) bool { return n.get(key).kind != absent }

// there reports whether the value is anything but nothing or null.
func (n node) there() bool { return n.kind > null }

// scalar reports whether the value is a string, number or boolean, whose text is n.text.
func (n node) scalar() bool { return n.kind >= boolean && n.kind <= text }

// list returns the items of a list, or the value itself as the only item, as most of AWS's properties take either.
func (n node) list() []node {
	switch {
	case n.kind == list:
		return n.items
	case !n.there():
		return nil
	}
	return []node{n}
}

// with returns the object with the member set.
func (n node) with(key string, value node) node {
	members := make([]member, 0, len(n.members)+1)
	done := false
	for _, m := range n.members {
		if m.key == key {
			m.value, done = value, true
		}
		members = append(members, m)
	}
	if !done {
		members = append(members, member{key: key, at: value.at, value: value})
	}
	return node{kind: object, at: n.at, members: members}
}

// newText, newList and newObject build values that stand for the one at the place.
func newText(at place, s string) node { return node{kind: text, at: at, text: s} }

func newList(at place, items ...node) node { return node{kind: list, at: at, items: items} }

func newObject(at place, members ...member) node {
	return node{kind: object, at: at, members: members}
}

func pair(key string, value node) member { return member{key: key, at: value.at, value: value} }

// call builds the intrinsic function of that name.
func call(name string, arg node) node { return newObject(arg.at, pair(name, arg)) }
