package report

import (
	"bytes"
	"fmt"
	"strings"
)

// A cell is one field of a table: a name, and what stands before and after it, which may have colours.
type cell struct{ before, name, after string }

func plain(name string) cell { return cell{name: name} }

// width returns how many columns the cell takes with its whole name.
func (c cell) width() int { return columns(c.before) + columns(c.name) + columns(c.after) }

// least is how many characters of a name are shown at least.
const least = 8

// text returns the cell with a name that is short enough for a width.
func (c cell) text(width int) string {
	return c.before + shorten(c.name, max(least, width-columns(c.before)-columns(c.after))) + c.after
}

// widths returns how wide the columns of a table are with whole names.
func widths(head []string, rows [][]cell) []int {
	all := make([]int, len(head))
	for i, h := range head {
		all[i] = len(h)
	}
	for _, r := range rows {
		for i, c := range r {
			all[i] = max(all[i], c.width())
		}
	}
	return all
}

// gap is the space in front of a column.
const gap = "  "

// total returns how wide a table is.
func total(widths []int) int {
	n := 0
	for _, w := range widths {
		n += len(gap) + w
	}
	return n
}

// fitted returns the widths with the widest columns narrowed until the table fits the terminal, as far as names can be shortened.
func (s Style) fitted(widths []int, rows [][]cell) []int {
	floor := make([]int, len(widths))
	for _, r := range rows {
		for i, c := range r {
			floor[i] = max(floor[i], min(c.width(), columns(c.before)+least+columns(c.after)))
		}
	}
	for s.Width > 0 && total(widths) > s.Width {
		widest := -1
		for i, w := range widths {
			if w > floor[i] && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

// table writes rows in aligned columns, in which names are shortened if they are too long for the terminal.
func table(b *bytes.Buffer, head []string, rows [][]cell, style Style) {
	widths := style.fitted(widths(head, rows), rows)
	line := func(cells []cell, color string) {
		var text strings.Builder
		for i, c := range cells {
			shown := c.text(widths[i])
			text.WriteString(gap + style.paint(color, shown))
			if i < len(cells)-1 {
				text.WriteString(strings.Repeat(" ", max(0, widths[i]-columns(shown))))
			}
		}
		fmt.Fprintln(b, strings.TrimRight(text.String(), " "))
	}
	cells := make([]cell, len(head))
	for i, h := range head {
		cells[i] = plain(h)
	}
	line(cells, dim)
	for _, r := range rows {
		line(r, "")
	}
}
