package report

import "github.com/hopgrant/hopgrant/policygen"

// Style is how text is made: in colour, and how wide. The zero value is plain.
type Style struct {
	Color bool
	Width int // columns of the terminal; 0: as wide as it takes
	// Fix returns the statements of a fix as text, such as YAML or HCL; nil: as JSON.
	Fix func([]policygen.Statement) (string, error)
}

const (
	red    = "31"
	green  = "32"
	yellow = "33"
	blue   = "34"
	bold   = "1"
	dim    = "2"
)

// paint returns s in a colour, if the style has any.
func (s Style) paint(color, text string) string {
	if !s.Color || text == "" || color == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}
