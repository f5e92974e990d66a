package report

import (
	"bytes"
	"fmt"
	"strings"

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
		fmt.Fprintf(&b, "::%s file=%s", command, property(f.At.File))
		if f.At.Line > 0 {
			fmt.Fprintf(&b, ",line=%d", f.At.Line)
		}
		if f.At.Column > 0 {
			fmt.Fprintf(&b, ",col=%d", f.At.Column)
		}
		fmt.Fprintf(&b, ",title=%s::%s\n", property("hopgrant "+f.Rule), data(messages(&f)+"\n"+f.Help))
	}
	if r.Unknown+r.NotRead > 0 {
		fmt.Fprintf(&b, "::notice title=hopgrant::%s\n", data(decided(r)))
	}
	return b.Bytes(), nil
}

// data escapes the text of a workflow command.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes the value of a workflow command's property.
func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
