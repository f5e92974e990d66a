package report

import (
	"bytes"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A Setting is one setting that holds, and where it comes from.
type Setting struct{ Name, Value, From string }

// SettingsText writes one line for each setting to b.
func SettingsText(b *bytes.Buffer, settings []Setting, style Style) {
	var rows [][]cell
	for _, s := range settings {
		from := value.Visible(s.From)
		rows = append(rows, []cell{plain(value.Visible(s.Name)), plain(value.Visible(s.Value)), {after: style.paint(dim, from)}})
	}
	table(b, []string{"setting", "value", "from"}, rows, style)
}
