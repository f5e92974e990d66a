package policygen

// A nodeKind is the type of a JSON value, as messages name it.
type nodeKind string

const (
	object  nodeKind = "an object"
	list    nodeKind = "a list"
	text    nodeKind = "a string"
	number  nodeKind = "a number"
	boolean nodeKind = "a boolean"
	null    nodeKind = "null"
)

// A node is one JSON value and where it begins.
type node struct {
	at      position
	kind    nodeKind
	text    string // of a string its value; of a number, boolean or null its JSON
	items   []node
	members []member
}

// A member is one key of an object and its value.
type member struct {
	key   string
	at    position // of the key
	value node
}

// member returns an object's member of that key.
func (n node) member(key string) (member, bool) {
	for _, m := range n.members {
		if m.key == key {
			return m, true
		}
	}
	return member{}, false
}
