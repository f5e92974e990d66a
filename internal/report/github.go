package report

import (
	"bytes"
	"fmt"

	"github.com/hopgrant/hopgrant/internal/check"
)

// FindingsGitHub returns a report as workflow commands. GitHub shows them beside the lines of a pull request.
//
// [Workflow commands]
//
// [Workflow commands]: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
func FindingsGitHub(r check.Report) ([]byte, error) {
	var b bytes.Buffer
	for _, f := range r.Findings {
		command := "notice"
		switch f.Severity {
		case check.Error:
			command = "error"
		case check.Warning:
			command = "warning"
		}
		fmt.Fprintf(&b, "::%s file=%s", command, githubProperty(f.At.File))
		if f.At.Line > 0 {
			fmt.Fprintf(&b, ",line=%d", f.At.Line)
		}
		if f.At.Column > 0 {
			fmt.Fprintf(&b, ",col=%d", f.At.Column)
		}
		fmt.Fprintf(&b, ",title=%s::%s\n", githubProperty("hopgrant "+f.Rule), githubData(messages(&f)+"\n"+f.Help))
	}
	if undecided := Undecided(r); undecided != "" {
		fmt.Fprintf(&b, "::notice title=hopgrant::%s\n", githubData(undecided))
	}
	return b.Bytes(), nil
}
