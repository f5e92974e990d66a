package edit

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Append adds items to the list that the path leads to. A single object there becomes the first item of a list.
func (f *File) Append(path []string, items ...value.Value) error {
	list := f.At(path...)
	if len(items) == 0 {
		return nil
	}
	want := with(f.root, path, func(v value.Value) value.Value {
		return value.NewList(v.At, append(slices.Clone(v.OneOrMany()), items...)...)
	})
	at, block := f.place(list), f.isBlock(list)
	switch {
	case at < 0:
		return f.refuse(path, "it is not there")
	case list.Kind == value.List && block:
		column := int(list.At.Column) - 1
		end := f.endOfLine(f.blockEnd(int(list.At.Line)-1, column, false, true))
		return f.replace(end, end, f.items(items, column), want, path)
	case list.Kind == value.List && f.text[at] == '[':
		return f.intoBrackets(at, len(list.Items) > 0 && f.onItsOwnLine(list.Items[len(list.Items)-1].At), lastPlace(list), items, nil, want, path)
	case list.Kind == value.Object && block:
		return f.listOfOne(path, list, items, want)
	case list.Kind == value.Object && f.text[at] == '{':
		_, end := f.brackets(at)
		if end == len(f.text) {
			return f.refuse(path, "its end is not found")
		}
		text := "[" + string(f.text[at:end+1])
		for _, item := range items {
			text += f.style.comma + f.within(item, f.line(at) == f.line(end), indentOf(f.lineText(f.line(end))))
		}
		text += "]"
		return f.replace(at, end+1, text, want, path)
	}
	return f.refuse(path, "it is neither a list nor an object there")
}

// Add adds a member to the object that the path leads to, which must not have it.
func (f *File) Add(path []string, key string, v value.Value) error {
	object := f.At(path...)
	want := with(f.root, path, func(o value.Value) value.Value {
		o.Kind, o.Members = value.Object, append(slices.Clone(o.Members), value.Pair(key, v))
		return o
	})
	at := f.place(object)
	switch {
	case at < 0:
		return f.refuse(path, "it is not there")
	case f.isBlock(object):
		column := int(object.At.Column) - 1
		end := f.endOfLine(f.blockEnd(int(object.At.Line)-1, column, false, false))
		return f.replace(end, end, f.member(key, v, column), want, path)
	case object.Kind == value.Object && f.text[at] == '{':
		return f.intoBrackets(at, len(object.Members) > 0 && f.onItsOwnLine(object.Members[len(object.Members)-1].At), lastPlace(object), nil, []value.Member{value.Pair(key, v)}, want, path)
	}
	return f.refuse(path, "it is no object there, or one of an anchor, a merge or a ? key")
}

// Replace puts another value in place of the one on one line that the path leads to.
func (f *File) Replace(path []string, v value.Value) error {
	old := f.At(path...)
	at := f.place(old)
	if at < 0 || len(path) == 0 || f.isBlock(old) {
		return f.refuse(path, "it is written in several lines, or not there")
	}
	end := f.inlineEnd(at, !f.isBlock(f.At(path[:len(path)-1]...)))
	text := f.style.flow(v)
	switch {
	case f.style.json && f.line(at) != f.line(end-1):
		text = f.style.lines(v, indentOf(f.lineText(f.line(at))))
	case f.style.json:
		text = f.style.oneLine(v)
	}
	want := with(f.root, path, func(value.Value) value.Value { return v })
	return f.replace(at, end, text, want, path)
}

// Set gives the object that the path leads to a member, in place of the one that it may have.
func (f *File) Set(path []string, key string, v value.Value) error {
	object := f.At(path...)
	for _, m := range object.Members {
		if m.Key != key {
			continue
		}
		full := append(slices.Clone(path), key)
		want := with(f.root, full, func(value.Value) value.Value { return v })
		if f.isBlock(object) && f.isBlock(m.Value) {
			line := int(m.At.Line) - 1
			text := &strings.Builder{}
			text.WriteString(string(f.text[f.offset(m.At) : f.offset(m.At)+len(m.Key)]))
			text.WriteString(":")
			f.style.writeMember(text, v, int(m.At.Column)-1)
			return f.replace(f.offset(m.At), f.endOfLine(f.blockEnd(line, int(m.At.Column)-1, true, false)), text.String(), want, full)
		}
		return f.Replace(full, v)
	}
	return f.Add(path, key, v)
}

func (f *File) refuse(path []string, why string) error {
	return &value.Error{File: f.name, What: strings.Join(path, "."), Got: why, Want: "a change by hand", Cause: ErrPlace}
}

// place returns the offset of a value, or -1 if it is not there.
func (f *File) place(v value.Value) int {
	if v.Kind == value.Absent || v.At.Line == 0 {
		return -1
	}
	if at := f.offset(v.At); at < len(f.text) {
		return at
	}
	return -1
}

func (f *File) endOfLine(line int) int { return f.lines[line] + len(f.lineText(line)) }

// lastPlace returns where the last item or member of a value begins.
func lastPlace(v value.Value) value.Place {
	switch {
	case len(v.Items) > 0:
		return v.Items[len(v.Items)-1].At
	case len(v.Members) > 0:
		return v.Members[len(v.Members)-1].At
	}
	return v.At
}

// items returns items of a list of blocks in a column, each on lines of its own, after the end of a line.
func (f *File) items(items []value.Value, column int) string {
	var b strings.Builder
	for _, item := range items {
		b.WriteString("\n" + strings.Repeat(" ", column) + "- " + f.style.block(item, column+2))
	}
	return b.String()
}

func (f *File) member(key string, v value.Value, column int) string {
	var b strings.Builder
	b.WriteString("\n" + strings.Repeat(" ", column) + scalar(key) + ":")
	f.style.writeMember(&b, v, column)
	return b.String()
}

// intoBrackets adds items or members before the closing bracket. If the last that is there has lines of its own, so do they.
func (f *File) intoBrackets(at int, ownLines bool, last value.Place, items []value.Value, members []value.Member, want value.Value, path []string) error {
	end, bracket := f.brackets(at)
	indent := indentOf(f.lineText(int(last.Line) - 1))
	oneLine := f.line(at) == f.line(bracket)
	separator, closing := f.style.comma, ""
	empty := end == at+1
	switch {
	case empty && f.style.json:
		step := strings.Repeat(" ", f.style.step)
		if f.style.tabs {
			step = "\t"
		}
		separator, closing, indent = "\n"+indent+step, "\n"+indent, indent+step
		oneLine = false
	case empty:
		separator = ""
	case ownLines:
		separator, oneLine = ",\n"+indent, false
	}
	if f.text[end-1] == ',' && !empty {
		separator = strings.TrimPrefix(separator, ",")
	}
	var b strings.Builder
	for _, item := range items {
		b.WriteString(separator + f.within(item, oneLine, indent))
		if empty {
			separator = "," + separator
		}
	}
	for _, m := range members {
		b.WriteString(separator)
		if f.style.json {
			b.Write(value.AppendJSON(nil, m.Key))
		} else {
			b.WriteString(scalar(m.Key))
		}
		b.WriteString(f.style.colon + f.within(m.Value, oneLine, indent))
	}
	to := end
	switch {
	case empty && strings.TrimSpace(string(f.text[end:bracket])) != "": // a comment
		end, to = bracket, bracket
	case empty:
		to = bracket
	}
	return f.replace(end, to, b.String()+closing, want, path)
}

// within returns a value as it is written within brackets. In JSON that is on one line, or on several of which all but the first have the
// indentation.
func (f *File) within(v value.Value, oneLine bool, indent string) string {
	switch {
	case !f.style.json:
		return f.style.flow(v)
	case oneLine:
		return f.style.oneLine(v)
	}
	return f.style.lines(v, indent)
}

// listOfOne makes an object of blocks the first item of a list, and adds others. Its lines move to the right if the file indents
// lists.
func (f *File) listOfOne(path []string, object value.Value, items []value.Value, want value.Value) error {
	key := f.keyOf(path)
	column, line := int(object.At.Column)-1, int(object.At.Line)-1
	dash := int(key.At.Column) - 1 + f.style.listStep
	shift := dash + 2 - column
	if key.At.Line == 0 || !f.onItsOwnLine(object.At) || shift < 0 {
		return f.refuse(path, "one statement cannot become a list there")
	}
	last := f.blockEnd(line, column, false, false)
	var b strings.Builder
	for i := line; i <= last; i++ {
		text := f.lineText(i)
		switch {
		case i == line:
			text = strings.Repeat(" ", dash) + "- " + text[column:]
		case strings.TrimSpace(text) != "":
			text = strings.Repeat(" ", shift) + text
		}
		if i > line {
			b.WriteString("\n")
		}
		b.WriteString(text)
	}
	return f.replace(f.lines[line], f.endOfLine(last), b.String()+f.items(items, dash), want, path)
}

// keyOf returns the member that the path leads to.
func (f *File) keyOf(path []string) value.Member {
	if len(path) == 0 {
		return value.Member{}
	}
	for _, m := range f.At(path[:len(path)-1]...).Members {
		if m.Key == path[len(path)-1] {
			return m
		}
	}
	return value.Member{}
}
