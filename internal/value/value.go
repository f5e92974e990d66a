// Package value is one tree of values with their places, which JSON and YAML files are read into, and the error that names a
// place in such a file. It uses the standard library only; package yaml below it reads YAML.
package value

import "fmt"

// A Kind is the type of a value.
type Kind uint8

// The kinds of value. The zero Kind is that of a value which is not there.
const (
	Absent Kind = iota // not there
	Null
	Boolean
	Number
	Text
	List
	Object
)

// String returns the kind as messages name it, such as "a string".
func (k Kind) String() string {
	return [...]string{"nothing", "null", "a boolean", "a number", "a string", "a list", "an object"}[k]
}

// A Place is where a value begins in its file. Line and Column count from 1; Column counts characters.
type Place struct{ Line, Column int32 }

// String returns the place as messages name it.
func (p Place) String() string { return fmt.Sprintf("line %d, column %d", p.Line, p.Column) }

// A Value is one value of a file and where it begins. JSON and YAML give the same values. The zero Value is not there.
type Value struct {
	Kind    Kind
	At      Place
	Text    string // the characters of a string; a number or boolean as the file has it
	Items   []Value
	Members []Member
}

// A Member is one key of an object and its value.
type Member struct {
	Key   string
	At    Place // of the key
	Value Value
}

// Get returns the value of an object's key; it is the zero Value where there is none.
func (v Value) Get(key string) Value {
	for i := range v.Members {
		if v.Members[i].Key == key {
			return v.Members[i].Value
		}
	}
	return Value{}
}

// Path follows keys from object to object.
func (v Value) Path(keys ...string) Value {
	for _, k := range keys {
		v = v.Get(k)
	}
	return v
}

// Has reports whether an object has the key.
func (v Value) Has(key string) bool { return has(v.Members, key) }

func has(members []Member, key string) bool {
	for i := range members {
		if members[i].Key == key {
			return members[i].Value.Kind != Absent
		}
	}
	return false
}

// There reports whether the value is anything but nothing or null.
func (v Value) There() bool { return v.Kind > Null }

// Scalar reports whether the value is a string, number or boolean, which Text holds.
func (v Value) Scalar() bool { return v.Kind >= Boolean && v.Kind <= Text }

// OneOrMany returns the items of a list, or the value itself as the only item, as most of AWS's properties take either.
func (v Value) OneOrMany() []Value {
	switch {
	case v.Kind == List:
		return v.Items
	case !v.There():
		return nil
	}
	return []Value{v}
}

// With returns the object with the member set.
func (v Value) With(key string, to Value) Value {
	members := make([]Member, 0, len(v.Members)+1)
	done := false
	for _, m := range v.Members {
		if m.Key == key {
			m.Value, done = to, true
		}
		members = append(members, m)
	}
	if !done {
		members = append(members, Member{Key: key, At: to.At, Value: to})
	}
	return Value{Kind: Object, At: v.At, Members: members}
}

// NewText returns the string s, in the place of another value.
func NewText(at Place, s string) Value { return Value{Kind: Text, At: at, Text: s} }

// NewList returns a list, in the place of another value.
func NewList(at Place, items ...Value) Value { return Value{Kind: List, At: at, Items: items} }

// NewObject returns an object, in the place of another value.
func NewObject(at Place, members ...Member) Value {
	return Value{Kind: Object, At: at, Members: members}
}

// Pair returns a member whose key stands where its value does.
func Pair(key string, value Value) Member { return Member{Key: key, At: value.At, Value: value} }

// MovedTo returns the value with everything in it in one place, as that of a text in which it is written.
func (v Value) MovedTo(at Place) Value {
	v.At = at
	items := make([]Value, len(v.Items))
	for i, item := range v.Items {
		items[i] = item.MovedTo(at)
	}
	members := make([]Member, len(v.Members))
	for i, m := range v.Members {
		members[i] = Member{Key: m.Key, At: at, Value: m.Value.MovedTo(at)}
	}
	v.Items, v.Members = items, members
	return v
}

// A KeySet finds duplicate keys: those of small objects by comparing, those of large ones with a map.
type KeySet map[string]Place

// Add notes the key that follows the members, and returns where it already is.
func (k *KeySet) Add(key string, members []Member) (Place, bool) {
	const small = 16
	if *k == nil {
		if len(members) < small {
			for i := range members {
				if members[i].Key == key {
					return members[i].At, true
				}
			}
			return Place{}, false
		}
		*k = make(KeySet, 2*small)
	}
	if len(*k) < len(members) {
		for _, m := range members[len(*k):] {
			(*k)[m.Key] = m.At
		}
	}
	at, dup := (*k)[key]
	return at, dup
}

// Duplicate returns the error of a key that is there already.
func Duplicate(file, key string, first Place) *Error {
	return &Error{File: file, What: "key", Value: key, Got: "it is already at " + first.String(), Want: "each key once", Cause: ErrDuplicate}
}
