package cli

import "fmt"

// usage returns cobra's template of a command's usage, with flags wrapped to the terminal's width, and without the usage
// line of commands that only hold others.
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
