package report

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// What comes from a file may hold anything. Each output has one function here that makes it text and nothing more; HTML's
// is that of package html/template, after clean.

// clean returns text for a terminal, on one line, with the construct paths of what it names.
func clean(s string) string { return value.Visible(text.Paths(s)) }

// Line returns text for one line of a terminal or of a CI runner's log.
func Line(s string) string { return string(noCommands([]byte(clean(s)))) }

// JSONLine makes a line of JSON what [FindingsJSON] writes: hidden characters and runners' commands are escapes in it. Most lines
// have none.
func JSONLine(line []byte) []byte {
	if bytes.Contains(line, []byte("##")) || !visible(line) {
		return plainJSON(line)
	}
	return line
}

// visible reports whether there is nothing beyond ~, the last visible character of ASCII. It looks at eight bytes at once: each
// that is beyond, or the number after it, has its highest bit set.
func visible(line []byte) bool {
	var found uint64
	for ; len(line) >= 8; line = line[8:] {
		b := binary.LittleEndian.Uint64(line)
		found |= b | (b + 0x0101010101010101)
	}
	for _, c := range line {
		found |= uint64(c | (c + 1))
	}
	return found&0x8080808080808080 == 0
}

// cleanLines cleans each line of s.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n")
}

// runnerCommands are what a CI runner takes for a command in a line that a program prints: GitHub's begin with :: at the start
// of a line, after spaces, or in the older form with ##[ anywhere; those of Azure Pipelines with ##vso[.
//
// [Workflow commands]: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
// [actions/runner]: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
// [Logging commands]: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
var runnerCommands = regexp.MustCompile(`(?m)^([ \t]*)::|##(vso)?\[`)

// noCommands breaks what a CI runner would take for a command, by a space.
func noCommands(out []byte) []byte {
	return runnerCommands.ReplaceAllFunc(out, func(m []byte) []byte {
		if spaces, ok := strings.CutSuffix(string(m), "::"); ok {
			return []byte(spaces + ": :")
		}
		return []byte("# " + string(m[1:]))
	})
}

// githubData escapes the text of a workflow command.
func githubData(s string) string {
	return strings.NewReplacer("%", "%25", "\n", "%0A").Replace(cleanLines(s))
}

// githubProperty escapes the value of a workflow command's property.
func githubProperty(s string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C").Replace(clean(s))
}

// plainJSON writes characters of strings in JSON as escapes that are hidden or part of a runner's command. The values stay
// the same, with the ids of what they name.
func plainJSON(out []byte) []byte {
	out = runnerCommands.ReplaceAllFunc([]byte(text.IDs(string(out))), func(m []byte) []byte {
		if m[0] != '#' {
			return m // no line of JSON begins with colons
		}
		return []byte(`#\u0023` + string(m[2:]))
	})
	if !bytes.ContainsFunc(out, func(r rune) bool { return value.Hidden(r) && r != '\n' }) {
		return out
	}
	var b bytes.Buffer
	for _, r := range string(out) {
		switch {
		case r == '\n' || !value.Hidden(r):
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		}
	}
	return b.Bytes()
}

// sarifMessage escapes a message, in which a viewer makes a link of [text](target).
//
// [Embedded links]: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317422
func sarifMessage(s string) string { return strings.ReplaceAll(cleanLines(s), "](", `\](`) }

// mermaidText replaces the characters that are syntax to Mermaid by its entity codes.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range clean(s) {
		switch r {
		case '"', '#', ';', '<', '>', '`', '{', '}', '[', ']', '(', ')', '|', '&', '\\':
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// dotText returns a quoted string of DOT, in which Graphviz resolves escapes and entities.
func dotText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;", "##[", "#&#35;[").Replace(clean(s)) + `"`
}

// markdownText escapes what is markup in Markdown, and mentions of GitHub's users and issues, in a text of one line.
//
// [Backslash escapes]: https://spec.commonmark.org/0.31.2/#backslash-escapes
func markdownText(s string) string {
	var b strings.Builder
	for _, r := range clean(s) {
		switch r {
		case '\\', '`', '*', '_', '[', ']', '<', '>', '#', '|', '~', '!', '&', '@', '$':
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
