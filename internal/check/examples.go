package check

import (
	"embed"
	"strings"

	"golang.org/x/tools/txtar"
)

// examples holds a txtar file for each rule: a template that it reports, one that it does not, and the findings wanted.
//
//go:embed rules/*.txtar
var examples embed.FS

// Examples returns a template that the rule reports and one that it does not.
func (r *Rule) Examples() (bad, good string) {
	data, err := examples.ReadFile("rules/" + r.ID + ".txtar")
	if err != nil {
		return "", ""
	}
	for _, f := range txtar.Parse(data).Files {
		switch name, _, _ := strings.Cut(f.Name, "."); name {
		case "bad":
			bad = strings.TrimSpace(string(f.Data))
		case "good":
			good = strings.TrimSpace(string(f.Data))
		}
	}
	return bad, good
}
