package edit

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A style is how a file is written.
type style struct {
	json    bool
	newline string
	// step is the indentation of the members of an object, and listStep that of the items of a list, from the key before them.
	step, listStep int
	tabs           bool // JSON that is indented by tabs
	// comma and colon are what stands between items and after keys on a line of JSON.
	comma, colon string
	// flat says that lists and objects of JSON without anything nested but one list, such as {"Ref": "Orders"}, stand on one line.
	flat bool
	// short says that functions are written as tags, such as !Ref.
	short bool
}

// styleOf looks at what is most common in the file.
func (f *File) styleOf() style {
	s := style{json: value.LooksLikeJSON(f.text), newline: "\n", step: 2, listStep: 2, comma: ", ", colon: ": ", short: true}
	if s.json {
		_, err := value.ParseJSON(f.name, f.text)
		s.json = err == nil
	}
	if bytes.Contains(f.text, []byte("\r\n")) {
		s.newline = "\r\n"
	}
	steps, listSteps := map[int]int{}, map[int]int{}
	f.indents(f.root, 1, steps, listSteps)
	s.step, s.listStep = most(steps, 2), most(listSteps, 2)
	s.tabs = s.json && bytes.Contains(f.text, []byte("\n\t"))
	if s.json {
		s.comma, s.colon = f.separators()
		s.flat = f.flat(f.root) > 0
	}
	s.short = !FullNames(f.text)
	return s
}

// FullNames reports whether a YAML template calls functions by their full names alone, such as Fn::GetAtt.
func FullNames(text []byte) bool {
	return !bytes.Contains(text, []byte(" !")) && regexp.MustCompile(`\b(Fn::[A-Za-z]+|Ref)["']?:`).Match(text)
}

// indents counts the indentation of members and items from the column of their key.
func (f *File) indents(v value.Value, column int, members, items map[int]int) {
	if len(v.Members) > 0 && f.onItsOwnLine(v.Members[0].At) {
		if d := int(v.Members[0].At.Column) - column; d > 0 {
			members[d]++
		}
	}
	for _, m := range v.Members {
		at := m.Value.At
		if m.Value.Kind == value.List && len(m.Value.Items) > 0 && f.onItsOwnLine(at) && f.text[f.offset(at)] == '-' {
			items[int(at.Column)-int(m.At.Column)]++
		}
		f.indents(m.Value, int(m.At.Column), members, items)
	}
	for _, item := range v.Items {
		f.indents(item, int(item.At.Column), members, items)
	}
}

// onItsOwnLine reports whether nothing but white space is before a place.
func (f *File) onItsOwnLine(p value.Place) bool {
	return p.Line > 0 && strings.TrimLeft(string(f.text[f.lines[p.Line-1]:f.offset(p)]), " \t\uFEFF") == ""
}

func most(counts map[int]int, otherwise int) int {
	best := 0
	var keys []int
	for k := range counts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if counts[k] > best {
			best, otherwise = counts[k], k
		}
	}
	return otherwise
}

// keyed matches a key of JSON's end, and what separates it from its value on one line.
var keyed = regexp.MustCompile(`"( ?: ?)["\[{\w-]`)

// separators returns what stands between items and after keys in JSON, as most keys have it. Before a value there is a space after both or
// after none.
func (f *File) separators() (comma, colon string) {
	counts := map[string]int{}
	for _, m := range keyed.FindAllSubmatch(f.text, -1) {
		counts[string(m[1])]++
	}
	colon = ": "
	for _, c := range []string{" : ", ":", " :"} {
		if counts[c] > counts[colon] {
			colon = c
		}
	}
	if strings.HasSuffix(colon, " ") {
		return ", ", colon
	}
	return ",", colon
}

// isFlat reports whether a value is a list of scalars, or an object with one member that is a scalar or such a list.
func isFlat(v value.Value) bool {
	nested := func(v value.Value) bool { return v.Kind == value.Object || v.Kind == value.List }
	switch v.Kind {
	case value.List:
		return len(v.Items) > 0 && !slices.ContainsFunc(v.Items, nested)
	case value.Object:
		return len(v.Members) == 1 && (!nested(v.Members[0].Value) || isFlat(v.Members[0].Value) && v.Members[0].Value.Kind == value.List)
	}
	return false
}

// flat returns how many more flat values stand on one line than on several.
func (f *File) flat(v value.Value) int {
	n := 0
	if isFlat(v) {
		if n = 1; lastPlace(v).Line != v.At.Line {
			n = -1
		}
	}
	for _, item := range v.Items {
		n += f.flat(item)
	}
	for _, m := range v.Members {
		n += f.flat(m.Value)
	}
	return n
}
