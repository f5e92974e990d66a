package mend

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// words writes the texts of statements so that they are valid where they stand: in a block of a module.
type words struct {
	module
	at, of   address // of the instance that has the document, and of what the policy is for
	repeated string  // "each.key" or "count.index" if the block has instances of its own; else ""
	holder   *topology.Element
	read     []*topology.Topology
	data     map[string]string // the data sources that are referred to, and the names that the module has for them
	err      error
}

func (w *words) refuse(format string, values ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format+", want a change by hand", values...)
	}
}

// text returns a text of a statement as it is written in the block.
func (w *words) text(s string) string {
	if strings.Contains(s, "<") {
		w.refuse("%s has to be found out", s)
	}
	if e := w.owner(s); e != nil && w.reachable(e) {
		a, _ := addressOf(e.ID)
		if a.module == w.at.module {
			return "${" + w.local(e) + ".arn}"
		}
		if through := w.passed(e, a, ".arn"); through != "" {
			return "${" + through + "}"
		}
	}
	var b strings.Builder
	for s != "" {
		before, ref, after := text.Cut(s)
		b.WriteString(before)
		if strings.HasPrefix(ref, "${") && !isPolicyVariable(ref) {
			ref = "${" + w.reference(strings.TrimSuffix(strings.TrimPrefix(ref, "${"), "}")) + "}"
		}
		b.WriteString(ref)
		s = after
	}
	return b.String()
}

// isPolicyVariable reports whether a reference is one that IAM resolves, such as ${aws:username}.
func isPolicyVariable(ref string) bool {
	return strings.Contains(ref, ":") && !strings.Contains(ref, "[")
}

// reference returns a reference to an attribute as the module has it.
func (w *words) reference(ref string) string {
	if rest, ok := strings.CutPrefix(ref, "data."); ok {
		kind, rest, _ := strings.Cut(rest, ".")
		name, attribute, _ := strings.Cut(rest, ".")
		if slices.Contains(currentData, kind) && name == "current" {
			return "data." + kind + "." + w.current(kind) + "." + attribute
		}
	}
	id, attribute := ref, ""
	if i := strings.LastIndexByte(ref, '.'); i > strings.LastIndexByte(ref, ']') {
		id, attribute = ref[:i], ref[i:]
	}
	a, ok := addressOf(id)
	e := &topology.Element{ID: id}
	for _, other := range elements(w.read) {
		if other.ID == id {
			e = other
		}
	}
	_, declared := w.find("resource", a.kind, a.label)
	switch {
	case !ok || e.At.File == "" && (a.module != w.at.module || !declared):
		w.refuse("${%s} names nothing that this module declares", ref)
	case a.module != w.at.module:
		if through := w.passed(e, a, attribute); through != "" {
			return through
		}
		w.refuse("%s is in another module, and neither a variable nor an output gives it to %s", id, w.at.local(w.at.index))
	case !w.reachable(e):
		w.refuse("%s refers to %s, which would refer back", id, w.at.local(w.at.index))
	default:
		return w.local(e) + attribute
	}
	return ref
}

// currentData are the data sources that tell where something is deployed.
var currentData = []string{"aws_caller_identity", "aws_region", "aws_partition"}

// current returns the name that the module has for one of these data sources, or gives it one.
func (w *words) current(kind string) string {
	if name, known := w.data[kind]; known {
		return name
	}
	name := "current"
	w.each(func(b writtenBlock) bool {
		if b.block.Type == "data" && len(b.block.Labels) == 2 && b.block.Labels[0] == kind && len(b.block.Body.Attributes) == 0 {
			name = b.block.Labels[1]
			return false
		}
		return true
	})
	w.data[kind] = name
	return name
}

// local returns the address of an element of the module, as the block refers to it.
func (w *words) local(e *topology.Element) string {
	a, _ := addressOf(e.ID)
	return a.local(w.index(a.index, a.local(""), func(index string) bool { return w.declared(w.at.module, a.local(index)) }))
}

// index returns an index as the block writes it: its own, if every instance of the block has its counterpart, or the same for all.
func (w *words) index(index, what string, exists func(index string) bool) string {
	if index == "" || w.repeated == "" {
		return index
	}
	siblings := 0
	for _, other := range elements(w.read) {
		if a, ok := addressOf(other.ID); ok && a.module == w.of.module && a.local("") == w.of.local("") {
			siblings++
			if index == w.at.index && !exists(a.index) {
				w.refuse("%s has no instance %s for %s", what, a.index, other.ID)
			}
		}
	}
	switch {
	case index == w.at.index:
		return "[" + w.repeated + "]"
	case siblings > 1:
		w.refuse("the instances of %s may need different statements", w.at.local(""))
	}
	return index
}

// declared reports whether a module has an element with a local address.
func (w *words) declared(module, local string) bool {
	return slices.ContainsFunc(elements(w.read), func(e *topology.Element) bool {
		a, ok := addressOf(e.ID)
		return ok && a.module == module && a.local(a.index) == local
	})
}

// passed returns how the block refers to an attribute of an element in another module: by the variable that has it, or by the output.
func (w *words) passed(e *topology.Element, a address, attribute string) string {
	parent, call, index := lastModule(w.at.module)
	if call != "" && parent == a.module {
		b, ok := w.fs.moduleOf(e.At.File).find("module", call)
		if !ok {
			return ""
		}
		for name, argument := range b.block.Body.Attributes {
			if written := w.fs.writtenIn(b.path, argument.Expr); written == a.local(a.index)+attribute ||
				index != "" && index == a.index && written == a.local("["+repetition(b.block)+"]")+attribute {
				if _, declared := w.find("variable", name); declared {
					return "var." + name
				}
			}
		}
		return ""
	}
	parent, call, index = lastModule(a.module)
	if call == "" || parent != w.at.module {
		return ""
	}
	found := ""
	w.fs.moduleOf(e.At.File).each(func(b writtenBlock) bool {
		value := b.block.Body.Attributes["value"]
		if b.block.Type == "output" && len(b.block.Labels) == 1 && value != nil && w.fs.writtenIn(b.path, value.Expr) == a.local(a.index)+attribute {
			found = b.block.Labels[0]
		}
		return found == ""
	})
	if found == "" {
		return ""
	}
	return "module." + call + w.index(index, "module."+call, func(index string) bool {
		return w.declared(strings.TrimPrefix(parent+".module."+call+index, "."), a.local(a.index))
	}) + "." + found
}

// lastModule cuts the last call from the path of a module.
func lastModule(path string) (parent, call, index string) {
	a, ok := addressOf(path)
	if !ok || a.kind != "module" {
		return "", "", ""
	}
	return a.module, a.label, a.index
}

// reachable reports whether the holder of the policy may refer to an element, because that does not refer back.
func (w *words) reachable(e *topology.Element) bool {
	a, _ := addressOf(e.ID)
	if holder, ok := addressOf(w.holder.ID); ok && a.module == holder.module && a.local("") == holder.local("") {
		return false
	}
	for _, t := range w.read {
		if t.Reaches != nil && t.Reaches(e, w.holder) {
			return false
		}
	}
	return true
}

// repetition returns what names the own instance of a block.
func repetition(b *hclsyntax.Block) string {
	switch {
	case b.Body.Attributes["for_each"] != nil:
		return "each.key"
	case b.Body.Attributes["count"] != nil:
		return "count.index"
	}
	return ""
}

// free returns a label that no block of the types has.
func (m module) free(label string, kinds ...[2]string) string {
	name := label
	for n := 2; ; n++ {
		taken := false
		for _, k := range kinds {
			_, there := m.find(k[0], k[1], name)
			taken = taken || there
		}
		if !taken {
			return name
		}
		name = label + "_" + strconv.Itoa(n)
	}
}

// writtenIn returns the text of an expression of a file.
func (fs *Files) writtenIn(path string, e hclsyntax.Expression) string {
	f, err := fs.source(path)
	if err != nil {
		return ""
	}
	return f.Text(e.Range())
}
