package snippet

import (
	"bytes"
	"encoding/json"

	"github.com/hopgrant/hopgrant/policygen"
)

// A tree is a policy document as JSON has it, in its order: a string, a list or an object. Documents hold nothing else.
type tree struct {
	kind    treeKind
	text    string
	items   []tree
	members []treeMember
}

type treeMember struct {
	key   string
	value tree
}

type treeKind int

const (
	text treeKind = iota
	list
	object
)

// documentTree returns the document as its JSON reads, which fixes the order of elements.
func documentTree(d policygen.Document) tree {
	b, err := d.MarshalJSON()
	if err != nil {
		panic("snippet: a document did not become JSON: " + err.Error())
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	return readTree(dec)
}

func readTree(dec *json.Decoder) tree {
	switch t := nextToken(dec).(type) {
	case json.Delim:
		if t == '[' {
			n := tree{kind: list}
			for dec.More() {
				n.items = append(n.items, readTree(dec))
			}
			nextToken(dec)
			return n
		}
		n := tree{kind: object}
		for dec.More() {
			key, _ := nextToken(dec).(string)
			n.members = append(n.members, treeMember{key, readTree(dec)})
		}
		nextToken(dec)
		return n
	case string:
		return tree{text: t}
	}
	panic("snippet: a document holds something that is no string, list or object")
}

func nextToken(dec *json.Decoder) json.Token {
	t, err := dec.Token()
	if err != nil {
		panic("snippet: a document's own JSON is broken: " + err.Error())
	}
	return t
}

// member returns the value of an object's key, or an empty list.
func (t tree) member(key string) tree {
	for _, m := range t.members {
		if m.key == key {
			return m.value
		}
	}
	return tree{kind: list}
}
