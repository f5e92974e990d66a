package topology

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Commented returns the suppressions in comments of a file.
func Commented(file string, notes []value.Note) []Suppression {
	var all []Suppression
	for _, n := range notes {
		rule, reason, _ := strings.Cut(n.Text, " ")
		all = append(all, Suppression{Rule: rule, Reason: strings.TrimSpace(reason), At: Position{File: file, Line: int(n.At.Line), Column: int(n.At.Column)}})
	}
	return all
}
