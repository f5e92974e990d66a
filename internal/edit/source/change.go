package source

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// AddAfter adds blocks of the top level, which are text that ends with a line, after one that is there.
func (f *File) AddAfter(b *hclsyntax.Block, blocks string) error {
	added, diags := hclsyntax.ParseConfig([]byte(blocks), f.name, hcl.InitialPos)
	if diags.HasErrors() {
		return fmt.Errorf("blocks %q: %s", blocks, diags.Errs()[0])
	}
	end := f.endOfLine(b.CloseBraceRange.End.Byte)
	text := "\n\n" + strings.TrimSuffix(string(hclwrite.Format([]byte(blocks))), "\n")
	before := *f
	if err := f.insert(end, text, added.Body.(*hclsyntax.Body).Blocks); err != nil {
		*f = before
		return err
	}
	return nil
}

// insert adds blocks whose names the file does not have; without them it says what it said.
func (f *File) insert(at int, text string, added []*hclsyntax.Block) error {
	for _, b := range added {
		if f.Block(b.Type, b.Labels...) != nil {
			return fmt.Errorf("file %q: it has a block %s %q already", f.name, b.Type, b.Labels)
		}
	}
	grown := *f
	with := append(append(append([]byte{}, f.text[:at]...), strings.ReplaceAll(text, "\n", f.newline)...), f.text[at:]...)
	if f.formatted {
		with = hclwrite.Format(with)
	}
	if err := grown.read(with); err != nil {
		return err
	}
	said := grown.said("none")
	for _, b := range added {
		path := pathOf("", b)
		kept := said[:0]
		for _, s := range said {
			if s != path && !strings.HasPrefix(s, path+"\x00") {
				kept = append(kept, s)
			}
		}
		said = kept
	}
	if strings.Join(said, "\n") != strings.Join(f.said("none"), "\n") {
		return fmt.Errorf("file %q: it cannot be changed in the text alone, want a change by hand", f.name)
	}
	*f = grown
	return nil
}

// ReplaceText puts text in place of what is between two offsets within a block of the top level.
func (f *File) ReplaceText(in *hclsyntax.Block, from, to int, text string) error {
	return f.replace(pathOf("", in), splice{from, to, text})
}

// AddBlock adds a nested block, which is text of several lines, at the end of a block of the top level.
func (f *File) AddBlock(in *hclsyntax.Block, nested string) error {
	text := "\n" + indented(strings.TrimSuffix(string(hclwrite.Format([]byte(nested))), "\n"), f.indentWithin(in.Body, f.indentOf(in.TypeRange.Start.Byte)))
	return f.before(in, len(in.Body.Blocks)+len(in.Body.Attributes) > 0, text)
}

// SetArgument gives a block an argument, in place of the one that it may have.
func (f *File) SetArgument(in *hclsyntax.Block, name, expression string) error {
	about := pathOf("", in)
	if a := in.Body.Attributes[name]; a != nil {
		r := a.Expr.Range()
		return f.replace(about, splice{r.Start.Byte, r.End.Byte, expression})
	}
	text := "\n" + f.indentWithin(in.Body, f.indentOf(in.TypeRange.Start.Byte)) + name + " = " + expression
	var last *hclsyntax.Attribute
	for _, a := range in.Body.Attributes {
		if !meta[a.Name] && (last == nil || a.SrcRange.Start.Byte > last.SrcRange.Start.Byte) {
			last = a
		}
	}
	if name == "depends_on" { // it stands last
		return f.before(in, true, text)
	}
	if last == nil || f.sameLine(last.SrcRange.End.Byte, in.CloseBraceRange.Start.Byte) {
		return f.before(in, len(in.Body.Blocks) > 0, text)
	}
	end := f.endOfLine(last.SrcRange.End.Byte)
	return f.replace(about, splice{end, end, text})
}

// meta are the arguments of Terraform itself, which stand apart.
var meta = map[string]bool{"count": true, "for_each": true, "provider": true, "depends_on": true}

// before adds text before the brace that closes a block, after an empty line if gap is set.
func (f *File) before(in *hclsyntax.Block, gap bool, text string) error {
	brace := in.CloseBraceRange.Start.Byte
	about := pathOf("", in)
	if f.sameLine(in.OpenBraceRange.Start.Byte, brace) { // {} or { a = 1 }
		inner := strings.TrimSpace(string(f.text[in.OpenBraceRange.End.Byte:brace]))
		indent := f.indentOf(in.TypeRange.Start.Byte)
		if inner != "" {
			if gap {
				text = "\n" + text
			}
			text = "\n" + indent + "  " + inner + text
		}
		return f.replace(about, splice{in.OpenBraceRange.End.Byte, brace, text + "\n" + indent})
	}
	at := f.startOfLine(brace)
	text = strings.TrimPrefix(text, "\n") + "\n"
	if gap && !f.emptyLineBefore(at) {
		text = "\n" + text
	}
	return f.replace(about, splice{at, at, text})
}

// RemoveArgument takes an argument from a block of the top level, with its line.
func (f *File) RemoveArgument(in *hclsyntax.Block, name string) error {
	a := in.Body.Attributes[name]
	if a == nil {
		return nil
	}
	from, to := f.startOfLine(a.SrcRange.Start.Byte), f.endOfLine(a.SrcRange.End.Byte)
	rest := strings.TrimSpace(string(f.text[a.SrcRange.End.Byte:to]))
	if strings.TrimSpace(string(f.text[from:a.SrcRange.Start.Byte])) != "" || rest != "" {
		if f.sameLine(in.OpenBraceRange.Start.Byte, in.CloseBraceRange.Start.Byte) && rest != "" {
			return f.replace(pathOf("", in), splice{in.OpenBraceRange.End.Byte, in.CloseBraceRange.Start.Byte, ""})
		}
		return fmt.Errorf("file %q: argument %q has a comment in its line, want a change by hand", f.name, name)
	}
	return f.replace(pathOf("", in), splice{from, min(to+len(f.newline), len(f.text)), ""})
}

// AppendItem adds an item to a list within a block of the top level. A single object there becomes the first item of a list.
func (f *File) AppendItem(in *hclsyntax.Block, list hclsyntax.Expression, item string) error {
	item = strings.TrimSuffix(strings.TrimSpace(string(hclwrite.Format([]byte(item)))), ",")
	about := pathOf("", in)
	r := list.Range()
	indent := f.indentOf(r.Start.Byte)
	tuple, isList := list.(*hclsyntax.TupleConsExpr)
	if !isList {
		return f.replace(about, splice{r.Start.Byte, r.Start.Byte, "["}, splice{r.End.Byte, r.End.Byte, ", " + unindented(item, indent) + "]"})
	}
	bracket := r.End.Byte - 1
	if len(tuple.Exprs) == 0 {
		return f.replace(about, splice{r.Start.Byte, r.End.Byte, "[\n" + indented(item, indent+"  ") + "\n" + indent + "]"})
	}
	last := tuple.Exprs[len(tuple.Exprs)-1].Range().End.Byte
	comma := f.commaAfter(last, bracket)
	line := f.startOfLine(bracket)
	if strings.TrimSpace(string(f.text[line:bracket])) != "" || line <= last {
		return f.replace(about, splice{last, bracket, ", " + unindented(item, indent)})
	}
	item = indented(item, f.indentOf(tuple.Exprs[len(tuple.Exprs)-1].Range().Start.Byte))
	if comma {
		return f.replace(about, splice{line, line, item + ",\n"})
	}
	return f.replace(about, splice{last, last, ","}, splice{line, line, item + "\n"})
}

// commaAfter reports whether a comma follows, before the end.
func (f *File) commaAfter(at, end int) bool {
	tokens, _ := hclsyntax.LexExpression(f.text[at:end], f.name, hcl.InitialPos)
	for _, t := range tokens {
		if t.Type == hclsyntax.TokenComma {
			return true
		}
	}
	return false
}

func (f *File) startOfLine(at int) int { return bytes.LastIndexByte(f.text[:at], '\n') + 1 }

// endOfLine returns where the line ends, before its line end.
func (f *File) endOfLine(at int) int {
	if n := bytes.IndexByte(f.text[at:], '\n'); n >= 0 {
		at += n
		if at > 0 && f.text[at-1] == '\r' {
			at--
		}
		return at
	}
	return len(f.text)
}

func (f *File) sameLine(a, b int) bool { return f.startOfLine(a) == f.startOfLine(b) }

func (f *File) emptyLineBefore(lineStart int) bool {
	if lineStart == 0 {
		return true
	}
	previous := f.startOfLine(lineStart - 1)
	return strings.TrimSpace(string(f.text[previous:lineStart])) == ""
}

// indentOf returns the white space that the line of an offset begins with.
func (f *File) indentOf(at int) string {
	line := string(f.text[f.startOfLine(at):f.endOfLine(at)])
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// indentWithin returns the indentation of what is in a body: as what is there has it, else two spaces more than outside.
func (f *File) indentWithin(body *hclsyntax.Body, outside string) string {
	for _, a := range body.Attributes {
		if indent := f.indentOf(a.NameRange.Start.Byte); len(indent) > len(outside) {
			return indent
		}
	}
	for _, b := range body.Blocks {
		if indent := f.indentOf(b.TypeRange.Start.Byte); len(indent) > len(outside) {
			return indent
		}
	}
	return outside + "  "
}

// indented returns lines with an indentation, which empty ones do not get.
func indented(text, indent string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = indent + line
		}
	}
	return strings.Join(lines, "\n")
}

// unindented is indented for text that begins within a line.
func unindented(text, indent string) string {
	return strings.TrimPrefix(indented(text, indent), indent)
}
