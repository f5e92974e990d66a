package edit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Remove takes a member from the object that the path leads to.
func (f *File) Remove(path []string, key string) error {
	object := f.At(path...)
	i := slices.IndexFunc(object.Members, func(m value.Member) bool { return m.Key == key })
	full := append(slices.Clone(path), key)
	if i < 0 || len(object.Members) == 1 {
		return f.refuse(full, "it is not there, or alone")
	}
	want := with(f.root, path, func(o value.Value) value.Value {
		o.Members = slices.Delete(slices.Clone(o.Members), i, i+1)
		return o
	})
	m := object.Members[i]
	if f.isBlock(object) {
		line := int(m.At.Line) - 1
		if !f.onItsOwnLine(m.At) { // the first member of an item, behind its dash
			return f.refuse(full, "it stands behind a dash")
		}
		last := f.blockEnd(line, int(m.At.Column)-1, true, false)
		end := len(f.text)
		if last+1 < len(f.lines) {
			end = f.lines[last+1]
		}
		return f.replace(f.lines[line], end, "", want, full)
	}
	from, to := f.offset(m.At), f.inlineEnd(f.offset(m.Value.At), true)
	if i+1 < len(object.Members) {
		to = f.offset(object.Members[i+1].At)
	} else {
		from = f.inlineEnd(f.offset(object.Members[i-1].Value.At), true)
	}
	return f.replace(from, to, "", want, full)
}

// RemoveItem takes an item from the list that the path leads to.
func (f *File) RemoveItem(path []string, i int) error {
	items := f.At(path...).Items
	full := append(slices.Clone(path), strconv.Itoa(i))
	if i >= len(items) || len(items) == 1 || f.place(items[i]) < 0 {
		return f.refuse(full, "it is not there, or alone")
	}
	want := with(f.root, path, func(list value.Value) value.Value {
		list.Items = slices.Delete(slices.Clone(list.Items), i, i+1)
		return list
	})
	at := f.offset(items[i].At)
	if list := f.At(path...); f.isBlock(list) {
		line, column := f.line(at), int(list.At.Column)-1
		if dash := f.lineText(line); column >= len(dash) || dash[column] != '-' || strings.TrimSpace(dash[:column]) != "" {
			return f.refuse(full, "its dash is not on its line")
		}
		end := len(f.text)
		if last := f.blockEnd(line, column+1, false, false); last+1 < len(f.lines) {
			end = f.lines[last+1]
		}
		return f.replace(f.lines[line], end, "", want, full)
	}
	from, to := at, f.inlineEnd(at, true)
	if i+1 < len(items) {
		to = f.offset(items[i+1].At)
	} else {
		from = f.inlineEnd(f.offset(items[i-1].At), true)
	}
	return f.replace(from, to, "", want, full)
}
