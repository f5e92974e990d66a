package cfn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxExpanded is how many values the aliases of one file may stand for. CloudFormation itself reads no aliases; tools that
// resolve them before it are common, bombs are not.
const maxExpanded = 100_000

// readYAML returns data's only document; the error is a [*ReadError].
func readYAML(file string, data []byte) (node, error) {
	if n, ok := readPlainYAML(data); ok {
		return n, nil
	}
	return readAnyYAML(file, data)
}

// readAnyYAML reads all that the YAML library reads.
func readAnyYAML(file string, data []byte) (node, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return node{}, &ReadError{File: file, What: "file", Got: err.Error(), Cause: ErrSyntax}
	}
	var doc, more yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return node{kind: null, at: place{1, 1}}, nil
	case err != nil:
		return node{}, yamlError(file, err)
	}
	r := &yamlReader{file: file, within: map[*yaml.Node]bool{}}
	n, bad := r.value(&doc, 0)
	if bad != nil {
		return node{}, bad
	}
	switch err := loader.Load(&more); {
	case errors.Is(err, io.EOF):
		return n, nil
	case err != nil:
		return node{}, yamlError(file, err)
	}
	return node{}, (&ReadError{File: file, What: "file", Got: "it holds a second document", Want: "one template in one file",
		Cause: ErrTemplate}).in(place{int32(more.Line), int32(more.Column)})
}

var (
	yamlPlace = whenUsed(`\s*at (?:L\d+\.C\d+-)?L(\d+)\.C(\d+)`)
	yamlWord  = whenUsed(`^(?:go-)?yaml(?: load error(?: in \w+)?)?:?\s*`)
)

// yamlError says what the YAML library found, in our form.
func yamlError(file string, err error) *ReadError {
	msg := err.Error()
	e := &ReadError{File: file, What: "yaml", Cause: ErrSyntax}
	if m := yamlPlace().FindStringSubmatch(msg); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
		e.Column, _ = strconv.Atoi(m[2])
		msg = strings.Replace(msg, m[0], "", 1)
	}
	e.Got = strings.Join(strings.Fields(strings.NewReplacer("(", "", ")", "").Replace(yamlWord().ReplaceAllString(msg, ""))), " ")
	switch {
	case strings.Contains(msg, "depth"):
		e.Cause = ErrTooDeep
	case strings.Contains(msg, "alias"):
		e.Cause = ErrAliases
	}
	return e
}

// A yamlReader turns YAML nodes into ours.
type yamlReader struct {
	file     string
	within   map[*yaml.Node]bool // the anchors whose content is being read
	expanded int                 // values read through aliases
	aliases  int                 // how many aliases the reader is in
}

func (r *yamlReader) fail(n *yaml.Node, cause error, what, value, got, want string) *ReadError {
	return (&ReadError{File: r.file, What: what, Value: value, Got: got, Want: want, Cause: cause}).in(yamlAt(n))
}

func yamlAt(n *yaml.Node) place { return place{int32(n.Line), int32(n.Column)} }

func (r *yamlReader) value(n *yaml.Node, depth int) (node, *ReadError) {
	if depth > maxDepth {
		return node{}, r.fail(n, ErrTooDeep, "value", "", "lists and objects are nested too deep", fmt.Sprintf("at most %d levels", maxDepth))
	}
	if r.aliases > 0 {
		if r.expanded++; r.expanded > maxExpanded {
			return node{}, r.fail(n, ErrAliases, "alias", "", fmt.Sprintf("the aliases of the file stand for more than %d values", maxExpanded), "")
		}
	}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return node{kind: null, at: yamlAt(n)}, nil
		}
		return r.value(n.Content[0], depth)
	case yaml.AliasNode:
		if r.within[n.Alias] {
			return node{}, r.fail(n, ErrCycle, "alias", n.Value, "it stands within what it refers to", "")
		}
		r.within[n.Alias] = true
		r.aliases++
		v, err := r.value(n.Alias, depth)
		r.aliases--
		delete(r.within, n.Alias)
		v.at = yamlAt(n)
		return v, err
	}
	v, err := r.untagged(n, depth)
	if err != nil {
		return node{}, err
	}
	if name, ok := shortTag(n.Tag); ok {
		v = call(name, v)
	}
	return v, nil
}

// shortTag returns the intrinsic function that a tag such as !Ref stands for.
//
// [CloudFormation intrinsic functions]
//
// [CloudFormation intrinsic functions]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func shortTag(tag string) (name string, ok bool) {
	if len(tag) < 2 || tag[0] != '!' || tag[1] == '!' {
		return "", false
	}
	switch name = tag[1:]; name {
	case "Ref", "Condition":
		return name, true
	}
	return "Fn::" + name, true
}

func (r *yamlReader) untagged(n *yaml.Node, depth int) (node, *ReadError) {
	switch n.Kind {
	case yaml.MappingNode:
		return r.object(n, depth)
	case yaml.SequenceNode:
		v := node{kind: list, at: yamlAt(n), items: make([]node, len(n.Content))}
		for i, c := range n.Content {
			item, err := r.value(c, depth+1)
			if err != nil {
				return node{}, err
			}
			v.items[i] = item
		}
		return v, nil
	}
	v := node{kind: text, at: yamlAt(n), text: n.Value}
	switch n.Tag {
	case "!!null":
		v.kind, v.text = null, ""
	case "!!bool":
		v.kind = boolean
	case "!!int", "!!float":
		v.kind = number
	}
	return v, nil
}

func (r *yamlReader) object(n *yaml.Node, depth int) (node, *ReadError) {
	v := node{kind: object, at: yamlAt(n), members: make([]member, 0, len(n.Content)/2)}
	var keys keySet
	var merged []node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		for k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			return node{}, r.fail(k, ErrTemplate, "key", "", "it is a list or an object", "a string")
		}
		m := member{key: k.Value, at: yamlAt(n.Content[i])}
		if first, dup := keys.add(m.key, v.members); dup {
			return node{}, r.fail(n.Content[i], ErrDuplicate, "key", m.key, "it is already at "+first.String(), "each key once")
		}
		value, err := r.value(n.Content[i+1], depth+1)
		if err != nil {
			return node{}, err
		}
		if k.Tag == "!!merge" {
			merged = append(merged, value.list()...)
			continue
		}
		m.value = value
		v.members = append(v.members, m)
	}
	for _, from := range merged {
		for _, m := range from.members {
			if !v.has(m.key) {
				v.members = append(v.members, m)
			}
		}
	}
	return v, nil
}
