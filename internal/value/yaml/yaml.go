// Package yaml reads YAML and JSON into the values of package value, with their places.
package yaml

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/hopgrant/hopgrant/internal/value"
)

// maxExpanded is how many values the aliases of one file may stand for. CloudFormation itself reads no aliases; tools that
// resolve them before it are common, bombs are not.
const maxExpanded = 100_000

// A Tag returns the value that a value with a local tag of YAML, such as !Ref, stands for.
type Tag func(tag string, tagged value.Value) value.Value

// Parse returns the only document of data, which is YAML or JSON; file names it in errors. A value with a local tag is given
// to tag; where tag is nil, the tag is passed over. What begins with a brace is read as JSON, and unless the file is called
// .json as YAML if it is no JSON.
//
// The error joins an [*value.Error] for everything that is wrong with JSON; with YAML it is the first one.
func Parse(file string, data []byte, tag Tag) (value.Value, error) {
	if !value.LooksLikeJSON(data) {
		return parseYAML(file, data, tag)
	}
	v, err := value.ParseJSON(file, data)
	if errors.Is(err, value.ErrSyntax) && !strings.EqualFold(filepath.Ext(file), ".json") {
		if v, err := parseYAML(file, data, tag); err == nil {
			return v, nil
		}
	}
	return v, err
}

func parseYAML(file string, data []byte, tag Tag) (value.Value, error) {
	if bad := value.CheckUTF8(file, data); bad != nil && !value.UTF16(data) {
		return value.Value{}, bad
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return value.Value{}, yamlError(file, err)
	}
	var doc, more yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return value.Value{Kind: value.Null, At: value.Place{Line: 1, Column: 1}}, nil
	case err != nil:
		return value.Value{}, yamlError(file, err)
	}
	r := &reader{file: file, tag: tag, within: map[*yaml.Node]bool{}}
	n, bad := r.value(&doc, 0)
	if bad != nil {
		return value.Value{}, bad
	}
	switch err := loader.Load(&more); {
	case errors.Is(err, io.EOF):
		return n, nil
	case err != nil:
		return value.Value{}, yamlError(file, err)
	}
	return value.Value{}, r.fail(&more, value.ErrShape, "file", "", "it holds a second document", "one document in one file")
}

// yamlError says what the YAML library found, in our form.
func yamlError(file string, err error) *value.Error {
	e := &value.Error{File: file, What: "yaml", Got: err.Error(), Cause: value.ErrSyntax}
	var found *yaml.LoadError
	if errors.As(err, &found) {
		e.Line, e.Column, e.Got = max(found.Mark.Line, 1), max(found.Mark.Column, 1), found.Message
		if found.ContextMsg != "" {
			e.Got = found.ContextMsg + ": " + found.Message
		}
	}
	e.Got = strings.Join(strings.Fields(e.Got), " ")
	switch {
	case strings.Contains(e.Got, "depth"):
		e.Cause = value.ErrTooDeep
	case strings.Contains(e.Got, "alias"):
		e.Cause = value.ErrAliases
	}
	return e
}

// A reader turns YAML nodes into ours.
type reader struct {
	file     string
	tag      Tag
	within   map[*yaml.Node]bool // the anchors whose content is being read
	expanded int                 // values read through aliases
	aliases  int                 // how many aliases the reader is in
}

func (r *reader) fail(n *yaml.Node, cause error, what, is, got, want string) *value.Error {
	return (&value.Error{File: r.file, What: what, Value: is, Got: got, Want: want, Cause: cause}).In(yamlAt(n))
}

func yamlAt(n *yaml.Node) value.Place {
	return value.Place{Line: int32(n.Line), Column: int32(n.Column)}
}

func (r *reader) value(n *yaml.Node, depth int) (value.Value, *value.Error) {
	if depth > value.MaxDepth {
		return value.Value{}, r.fail(n, value.ErrTooDeep, "value", "", "lists and objects are nested too deep", fmt.Sprintf("at most %d levels", value.MaxDepth))
	}
	if r.aliases > 0 {
		if r.expanded++; r.expanded > maxExpanded {
			return value.Value{}, r.fail(n, value.ErrAliases, "alias", "", fmt.Sprintf("the aliases of the file stand for more than %d values", maxExpanded), "")
		}
	}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return value.Value{Kind: value.Null, At: yamlAt(n)}, nil
		}
		return r.value(n.Content[0], depth)
	case yaml.AliasNode:
		if r.within[n.Alias] {
			return value.Value{}, r.fail(n, value.ErrCycle, "alias", n.Value, "it stands within what it refers to", "")
		}
		r.within[n.Alias] = true
		r.aliases++
		v, err := r.value(n.Alias, depth)
		r.aliases--
		delete(r.within, n.Alias)
		v.At = yamlAt(n)
		return v, err
	}
	v, err := r.untagged(n, depth)
	if err != nil {
		return value.Value{}, err
	}
	if local := len(n.Tag) > 1 && n.Tag[0] == '!' && n.Tag[1] != '!'; local && r.tag != nil {
		v = r.tag(n.Tag, v)
	}
	return v, nil
}

func (r *reader) untagged(n *yaml.Node, depth int) (value.Value, *value.Error) {
	switch n.Kind {
	case yaml.MappingNode:
		return r.object(n, depth)
	case yaml.SequenceNode:
		v := value.Value{Kind: value.List, At: yamlAt(n), Items: make([]value.Value, len(n.Content))}
		for i, c := range n.Content {
			item, err := r.value(c, depth+1)
			if err != nil {
				return value.Value{}, err
			}
			v.Items[i] = item
		}
		return v, nil
	}
	v := value.Value{Kind: value.Text, At: yamlAt(n), Text: n.Value}
	switch n.Tag {
	case "!!null":
		v.Kind, v.Text = value.Null, ""
	case "!!bool":
		v.Kind, v.Text = value.Boolean, strings.ToLower(n.Value)
	case "!!int", "!!float":
		if i, err := strconv.ParseUint(n.Value, 0, 64); err == nil && strings.HasPrefix(n.Value, "0x") {
			v.Text = strconv.FormatUint(i, 10)
		}
		// Accounts that begin with zeros, and numbers that JSON does not have, stay the text that they are.
		if json.Valid([]byte(v.Text)) {
			v.Kind = value.Number
		}
	}
	return v, nil
}

func (r *reader) object(n *yaml.Node, depth int) (value.Value, *value.Error) {
	v := value.Value{Kind: value.Object, At: yamlAt(n), Members: make([]value.Member, 0, len(n.Content)/2)}
	var keys value.KeySet
	var merged []value.Value
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		for k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			return value.Value{}, r.fail(k, value.ErrShape, "key", "", "it is a list or an object", "a string")
		}
		m := value.Member{Key: k.Value, At: yamlAt(n.Content[i])}
		if first, dup := keys.Add(m.Key, v.Members); dup {
			return value.Value{}, value.Duplicate(r.file, m.Key, first).In(m.At)
		}
		member, err := r.value(n.Content[i+1], depth+1)
		if err != nil {
			return value.Value{}, err
		}
		if k.Tag == "!!merge" {
			merged = append(merged, member.OneOrMany()...)
			continue
		}
		m.Value = member
		v.Members = append(v.Members, m)
	}
	for _, from := range merged {
		for _, m := range from.Members {
			if !v.Has(m.Key) {
				v.Members = append(v.Members, m)
			}
		}
	}
	return v, nil
}
