package source

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// RemoveItem takes an item from a list within a block of the top level, and leaves the comments of the next one. An item that is alone
// is refused.
func (f *File) RemoveItem(in *hclsyntax.Block, list *hclsyntax.TupleConsExpr, i int) error {
	items := list.Exprs
	switch {
	case i >= len(items) || len(items) == 1:
		return fmt.Errorf("file %q: item %d of a list in %s is not there, or alone, want a change by hand", f.name, i, pathOf("", in))
	case i+1 < len(items):
		from, end, next := items[i].Range().Start.Byte, items[i].Range().End.Byte, items[i+1].Range().Start.Byte
		between := string(f.text[end:next])
		if line := f.startOfLine(from); strings.ContainsAny(between, "#/") && strings.TrimSpace(string(f.text[line:from])) == "" {
			comma, lineEnd := end+strings.IndexByte(between, ',')+1, f.endOfLine(end)
			if strings.TrimSpace(string(f.text[comma:max(comma, lineEnd)])) == "" {
				return f.replace(pathOf("", in), splice{line, lineEnd + len(f.newline), ""})
			}
		}
		if strings.ContainsAny(between, "#/") {
			return fmt.Errorf("file %q: a comment stands behind what is taken from a list in %s, want a change by hand", f.name, pathOf("", in))
		}
		return f.replace(pathOf("", in), splice{from, next, ""})
	}
	return f.replace(pathOf("", in), splice{items[i-1].Range().End.Byte, items[i].Range().End.Byte, ""})
}

// RemoveBlock takes a nested block from a block of the top level, with its lines and the empty ones before it, or behind it if it is the
// first thing there.
func (f *File) RemoveBlock(in, nested *hclsyntax.Block) error {
	from, to := f.startOfLine(nested.TypeRange.Start.Byte), f.endOfLine(nested.CloseBraceRange.End.Byte)
	if strings.TrimSpace(string(f.text[from:nested.TypeRange.Start.Byte])+string(f.text[nested.CloseBraceRange.End.Byte:to])) != "" {
		return fmt.Errorf("file %q: block %s shares its lines, want a change by hand", f.name, nested.Type)
	}
	for f.emptyLineBefore(from) && from > in.OpenBraceRange.End.Byte+len(f.newline) {
		from = f.startOfLine(from - 1)
	}
	to = min(to+len(f.newline), len(f.text))
	if strings.TrimSpace(string(f.text[in.OpenBraceRange.End.Byte:from])) == "" {
		for to < in.CloseBraceRange.Start.Byte && strings.TrimSpace(string(f.text[to:f.endOfLine(to)])) == "" {
			to = f.endOfLine(to) + len(f.newline)
		}
	}
	return f.replace(pathOf("", in), splice{from, to, ""})
}
