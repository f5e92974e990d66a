package source

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/hopgrant/hopgrant/internal/value"
)

// IsSource reports whether a file of that name is part of a configuration.
func IsSource(name string) bool {
	return (strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json")) && !ignored(name)
}

// ignored reports whether Terraform ignores a file, as what an editor leaves.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#")
}

// files returns the names of the files of a module in the order in which Terraform reads them; those that override others come
// last.
//
// [Override files]
//
// [Override files]: https://developer.hashicorp.com/terraform/language/files/override
func (rd *reader) files(dir string) (primary, override []string, err error) {
	names, err := rd.names(dir)
	if err != nil {
		return nil, nil, err
	}
	slices.Sort(names)
	for _, name := range names {
		if !IsSource(name) {
			continue
		}
		base := strings.TrimSuffix(strings.TrimSuffix(name, ".json"), ".tf")
		if base == "override" || strings.HasSuffix(base, "_override") {
			override = append(override, name)
		} else {
			primary = append(primary, name)
		}
	}
	if n := len(primary) + len(override); n > maxFiles {
		return nil, nil, &value.Error{File: dir, What: "folder", Got: fmt.Sprintf("it has %d files", n), Want: fmt.Sprintf("at most %d", maxFiles),
			Cause: value.ErrTooLarge}
	}
	return primary, override, nil
}

// parse reads one file into the syntax tree of Terraform's own language, also where it is JSON.
func (rd *reader) parse(path string) (*hclsyntax.Body, error) {
	src, err := rd.content(path)
	if err != nil {
		return nil, err
	}
	body, err := rd.parseBytes(path, src)
	if notes := value.Notes(src); notes != nil && err == nil {
		if rd.notes == nil {
			rd.notes, rd.strays = map[string]map[int32][]value.Note{}, map[string][]value.Note{}
		}
		rd.notes[path], rd.strays[path] = notes, strays(notes, body)
	}
	return body, err
}

// strays returns the suppressions that are at no block of a file.
func strays(notes map[int32][]value.Note, body *hclsyntax.Body) []value.Note {
	var all []value.Note
	for _, line := range slices.Sorted(maps.Keys(notes)) {
		if !slices.ContainsFunc(body.Blocks, func(b *hclsyntax.Block) bool { return int32(b.TypeRange.Start.Line) == line }) {
			all = append(all, notes[line]...)
		}
	}
	return all
}

func (b *budget) parseBytes(path string, src []byte) (*hclsyntax.Body, error) {
	src = withoutMarks(bytes.TrimPrefix(src, []byte("\ufeff")))
	var body *hclsyntax.Body
	if strings.HasSuffix(path, ".json") {
		tree, err := value.ParseJSON(path, src)
		if err != nil {
			return nil, err
		}
		j := jsonReader{file: path}
		body = j.body(tree)
		if len(j.problems) > 0 {
			return nil, j.problems[0]
		}
	} else {
		if err := value.CheckSize(path, int64(len(src)), maxSource); err != nil {
			return nil, err
		}
		if err := b.checkSigns(src, path); err != nil {
			return nil, err
		}
		if err := checkTokens(src, path); err != nil {
			return nil, err
		}
		f, diags := hclsyntax.ParseConfig(src, path, hcl.InitialPos)
		if diags.HasErrors() {
			return nil, syntaxError(diags)
		}
		body = f.Body.(*hclsyntax.Body)
	}
	b.guardAll(body)
	return body, nil
}

// withoutMarks replaces the characters that mark references.
func withoutMarks(src []byte) []byte {
	if !bytes.Contains(src, []byte{0xEE, 0x80}) { // how U+E000 to U+E03F begin
		return src
	}
	return bytes.Map(func(r rune) rune {
		if r >= opening && r <= backslash {
			return '\uFFFD'
		}
		return r
	}, src)
}

// syntaxError returns the first error of diagnostics.
func syntaxError(diags hcl.Diagnostics) *value.Error {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			e := &value.Error{What: "syntax", Got: sentence(d), Want: "the language of Terraform", Cause: value.ErrSyntax}
			if d.Subject != nil {
				e.File, e.Line, e.Column = d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column
			}
			return e
		}
	}
	return nil
}

// sentence returns what a diagnostic says, on one line and without a period.
func sentence(d *hcl.Diagnostic) string {
	s := d.Summary
	if d.Detail != "" {
		s = d.Detail
	}
	first, _, _ := strings.Cut(s, "\n")
	return lowerFirst(strings.TrimSuffix(spelled.Replace(first), "."))
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// Calls returns the folders of the local modules that the configuration in a folder calls. What cannot be read calls none.
func Calls(dir string) []string {
	rd := &reader{budget: budget{left: maxWork}}
	primary, override, err := rd.files(dir)
	if err != nil {
		return nil
	}
	var all []string
	for _, name := range slices.Concat(primary, override) {
		body, err := rd.parse(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		for _, block := range body.Blocks {
			if block.Type != "module" || block.Body.Attributes["source"] == nil {
				continue
			}
			if s, ok := literal(block.Body.Attributes["source"].Expr); ok && isLocal(s) {
				all = append(all, filepath.Join(dir, filepath.FromSlash(s)))
			}
		}
	}
	return all
}

// isLocal reports whether a module's source is a folder, and not a registry or repository.
func isLocal(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") || source == "." || source == ".."
}

// literal returns the text of an expression that is a string without references.
func literal(e hclsyntax.Expression) (string, bool) {
	v, diags := e.Value(nil)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() || v.Type().FriendlyName() != "string" {
		return "", false
	}
	return v.AsString(), true
}
