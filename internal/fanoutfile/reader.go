package fanoutfile

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/hopgrant/hopgrant/policygen"
)

// A reader walks the nodes of a file and notes everything that is wrong.
type reader struct {
	name  string
	at    map[string][]position
	nodes int
	errs  []error
}

// maxNodes is how many values are read of one file, those that aliases repeat included: an alias can stand for much, and
// aliases of aliases for more than there is memory.
const maxNodes = 200_000

var errTooMany = errors.New("too many values")

// A field is one key of a mapping.
type field struct {
	name     string
	required bool
	read     func(*yaml.Node)
}

func (r *reader) add(n *yaml.Node, what, value, got, want string) {
	r.addErr(n, &policygen.InputError{What: what, Value: excerpt(value), Got: got, Want: want})
}

func (r *reader) addErr(n *yaml.Node, err error) {
	r.errs = append(r.errs, &Error{r.name, max(n.Line, 1), max(n.Column, 1), err})
}

// resolve returns what an alias stands for.
func (r *reader) resolve(n *yaml.Node) *yaml.Node {
	if r.nodes++; r.nodes > maxNodes {
		panic(errTooMany)
	}
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// object reads a mapping with the given fields and no others.
func (r *reader) object(n *yaml.Node, what string, fields ...field) {
	n = r.resolve(n)
	if n.Kind != yaml.MappingNode {
		r.add(n, what, scalarText(n), "it is "+kindOf(n), "a mapping with "+names(fields))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := r.resolve(n.Content[i])
		f := slices.IndexFunc(fields, func(f field) bool { return key.Kind == yaml.ScalarNode && f.name == key.Value })
		switch {
		case f < 0:
			r.add(n.Content[i], "field", scalarText(key), what+" has no such field", names(fields))
		case seen[key.Value]:
			r.add(n.Content[i], "field", key.Value, "it is there twice", "once")
		default:
			seen[key.Value] = true
			fields[f].read(n.Content[i+1])
		}
	}
	for _, f := range fields {
		if f.required && !seen[f.name] {
			r.add(n, what, "", "it has no "+f.name, f.name)
		}
	}
}

// list reads a sequence.
func (r *reader) list(n *yaml.Node, what string, read func(*yaml.Node)) {
	n = r.resolve(n)
	if n.Kind != yaml.SequenceNode {
		r.add(n, what, scalarText(n), "it is "+kindOf(n), "a list")
		return
	}
	for _, item := range n.Content {
		read(item)
	}
}

// text reads a string; what names it in errors, as policygen's errors do.
func (r *reader) text(n *yaml.Node, what string) string {
	given := n
	n = r.resolve(n)
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		r.add(given, what, scalarText(n), "it is "+kindOf(n), "a string")
		return ""
	}
	r.at[n.Value] = append(r.at[n.Value], position{given.Line, given.Column, what})
	return n.Value
}

// flag reads a boolean.
func (r *reader) flag(n *yaml.Node, what string) bool {
	n = r.resolve(n)
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		r.add(n, what, scalarText(n), "it is "+kindOf(n), "true or false")
	}
	return n.Value == "true"
}

// choice reads one of the values of a closed set.
func (r *reader) choice(n *yaml.Node, what string, of ...string) string {
	s := r.text(n, what)
	if s != "" && !slices.Contains(of, s) {
		r.add(n, what, s, "unknown", inWords(of))
		return ""
	}
	return s
}

func (r *reader) principal(n *yaml.Node) policygen.Principal {
	s := r.text(n, "principal")
	if s == "" {
		return nil
	}
	p, err := policygen.ParsePrincipal(s)
	if err != nil {
		r.addErr(n, err)
		return nil
	}
	return p
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!bool":
		return "a boolean"
	case "!!int", "!!float":
		return "a number"
	}
	return "a string"
}

func scalarText(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return ""
}

// excerpt makes s fit for one line of an error message.
func excerpt(s string) string {
	const most = 80
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func names(fields []field) string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.name
	}
	return inWords(list)
}

// inWords returns "a, b or c".
func inWords(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}
