package cli

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/hopgrant/hopgrant/internal/report"
)

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream io.Writer) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// style returns how text for people looks on stdout. It has colours if stdout is a terminal that can show them, and NO_COLOR
// is not set.
//
// [NO_COLOR]
//
// [NO_COLOR]: https://no-color.org
func (c *Command) style() report.Style {
	return report.Style{
		Color: isTerminal(c.Stdout) && c.getenv("NO_COLOR") == "" && c.getenv("TERM") != "dumb",
		Width: c.width(),
	}
}

// width returns the terminal's width in columns, or 0, which means no limit, if stdout is not a terminal.
func (c *Command) width() int {
	f, ok := c.Stdout.(*os.File)
	if !ok {
		return 0
	}
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}

// usage returns cobra's template for the usage of commands. It wraps flags to the terminal's width, and leaves out the usage
// line of commands that only have subcommands.
func (c *Command) usage() string {
	const most = 110
	width := c.width()
	if width < 40 || width > most {
		width = most
	}
	return fmt.Sprintf(usageTemplate, width)
}

const usageTemplate = `Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND [flags]{{else}}{{.UseLine}}{{end}}
{{- if .HasExample}}

Examples:
{{.Example}}
{{- end}}
{{- if .HasAvailableSubCommands}}

Commands:
{{- range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}
{{- end}}{{end}}
{{- end}}
{{- if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped %d | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableSubCommands}}

{{.CommandPath}} COMMAND --help describes a command.
{{- end}}
`
