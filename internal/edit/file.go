// Package edit changes YAML and JSON files in places and leaves everything else byte for byte: comments, order, quoting, anchors,
// indentation and line ends. What it adds is in the style of what is there.
//
// A change is made in the text, and the text is read again: if it then says anything but what was said before and the change, the
// change is refused. So a file is never changed into one that means something else.
package edit

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
)

// ErrPlace is the cause of errors about places that cannot be changed in the text alone, such as one that stands for an anchor.
var ErrPlace = errors.New("the text cannot be changed there")

// otherBreaks are the line breaks of YAML besides a line feed, before which a carriage return may stand.
//
// [YAML 1.1, line break characters]
//
// [YAML 1.1, line break characters]: https://yaml.org/spec/1.1/#id871136
var otherBreaks = regexp.MustCompile("\r([^\n]|$)|[\u0085\u2028\u2029]")

// A File is the text of a YAML or JSON file under change.
type File struct {
	name string
	tag  yaml.Tag
	text []byte
	root value.Value
	// lines are the offsets at which the lines begin.
	lines []int
	style style
}

// Open reads a file; name stands for it in errors. The tag is that of [yaml.Parse].
func Open(name string, text []byte, tag yaml.Tag) (*File, error) {
	if value.UTF16(text) {
		return nil, fmt.Errorf("file %q: it is UTF-16, want UTF-8 to change it", name)
	}
	if otherBreaks.Match(text) {
		return nil, fmt.Errorf("file %q: a line ends with something else than a line feed, want one to change the file", name)
	}
	f := &File{name: name, tag: tag}
	if err := f.read(text); err != nil {
		return nil, err
	}
	f.style = f.styleOf()
	return f, nil
}

// Bytes returns the text with all changes.
func (f *File) Bytes() []byte { return f.text }

// Root returns the value of the file with all changes.
func (f *File) Root() value.Value { return f.root }

// Full reports whether calls of functions have their full names, whose arguments are lists, as in JSON always.
func (f *File) Full() bool { return f.style.json || !f.style.short }

func (f *File) read(text []byte) error {
	root, err := yaml.Parse(f.name, text, f.tag)
	if err != nil {
		return err
	}
	f.text, f.root, f.lines = text, root, []int{0}
	for i, c := range text {
		if c == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	return nil
}

// replace replaces text[from:to] by with, which must change the value of the file to want.
func (f *File) replace(from, to int, with string, want value.Value, path []string) error {
	if from > to || to > len(f.text) {
		return f.refuse(path, "its end is not found")
	}
	if f.style.newline != "\n" {
		with = strings.ReplaceAll(with, "\n", f.style.newline)
	}
	changed := slices.Concat(f.text[:from], []byte(with), f.text[to:])
	before := *f
	err := f.read(changed)
	if err == nil && !same(f.root, want) {
		err = errors.New("the result would say something else")
	}
	if err != nil {
		*f = before
		return &value.Error{File: f.name, What: strings.Join(path, "."), Got: "it cannot be changed in the text alone: " + err.Error(), Want: "a change by hand", Cause: ErrPlace}
	}
	return nil
}

// offset returns where a place is in the text. What is not written, such as the value of a key at its end, is after it.
func (f *File) offset(p value.Place) int {
	if int(p.Line) > len(f.lines) {
		return len(f.text)
	}
	at := f.lines[p.Line-1]
	if p.Line == 1 && bytes.HasPrefix(f.text, []byte("\uFEFF")) {
		at += len("\uFEFF")
	}
	for range p.Column - 1 {
		_, size := utf8.DecodeRune(f.text[at:])
		at += size
	}
	return at
}

// line returns the number of the line with an offset, from 0.
func (f *File) line(offset int) int {
	i, found := slices.BinarySearch(f.lines, offset)
	if !found {
		i--
	}
	return i
}

// lineText returns a line without its end.
func (f *File) lineText(i int) string {
	end := len(f.text)
	if i+1 < len(f.lines) {
		end = f.lines[i+1]
	}
	return strings.TrimRight(string(f.text[f.lines[i]:end]), "\r\n")
}

// indentOf returns the white space that a line begins with.
func indentOf(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " \t"))] }

// same reports whether two values are the same apart from their places.
func same(a, b value.Value) bool {
	return a.Kind == b.Kind && a.Text == b.Text && slices.EqualFunc(a.Items, b.Items, same) &&
		slices.EqualFunc(a.Members, b.Members, func(a, b value.Member) bool { return a.Key == b.Key && same(a.Value, b.Value) })
}

// with returns a value in which what the path leads to is changed. Objects and lists are copied on the way.
func with(v value.Value, path []string, change func(value.Value) value.Value) value.Value {
	if len(path) == 0 {
		return change(v)
	}
	v.Members, v.Items = slices.Clone(v.Members), slices.Clone(v.Items)
	if i, err := strconv.Atoi(path[0]); err == nil && v.Kind == value.List && i < len(v.Items) {
		v.Items[i] = with(v.Items[i], path[1:], change)
	}
	for i := range v.Members {
		if v.Members[i].Key == path[0] {
			v.Members[i].Value = with(v.Members[i].Value, path[1:], change)
		}
	}
	return v
}

// At returns what a path of keys and of indexes of lists leads to; it is the zero Value where there is nothing.
func (f *File) At(path ...string) value.Value {
	v := f.root
	for _, step := range path {
		if i, err := strconv.Atoi(step); err == nil && v.Kind == value.List {
			if i >= len(v.Items) {
				return value.Value{}
			}
			v = v.Items[i]
		} else {
			v = v.Get(step)
		}
	}
	return v
}

// PathOf returns the path of the value that begins at a place.
func (f *File) PathOf(p value.Place) (path []string, ok bool) {
	var find func(v value.Value, path []string) []string
	find = func(v value.Value, path []string) []string {
		if v.At == p && len(path) > 0 {
			return path
		}
		for i, item := range v.Items {
			if found := find(item, append(slices.Clip(path), strconv.Itoa(i))); found != nil {
				return found
			}
		}
		for _, m := range v.Members {
			if found := find(m.Value, append(slices.Clip(path), m.Key)); found != nil {
				return found
			}
		}
		return nil
	}
	path = find(f.root, nil)
	return path, path != nil
}
