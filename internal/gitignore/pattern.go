// Package gitignore reads the patterns of .gitignore files, and tells which files they name.
//
// [gitignore]
//
// [gitignore]: https://git-scm.com/docs/gitignore#_pattern_format
package gitignore

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A pattern is one line of a file.
type pattern struct {
	line    string
	used    bool           // something matched
	path    *regexp.Regexp // of the path from the file's folder, with slashes
	not     bool           // it begins with !, and names what is not ignored after all
	folders bool           // it ends with /, and names folders only
}

var errPattern = errors.New("no pattern")

// parse reads a line. It returns nil for a line without a pattern. A line that no path matches, such as one with an open bracket, is
// an error, though Git passes over it.
func parse(line string) (*pattern, error) {
	line = withoutSpaces(strings.TrimSuffix(line, "\r"))
	if line == "" || line[0] == '#' {
		return nil, nil
	}
	p := pattern{line: line}
	line, p.not = strings.CutPrefix(line, "!")
	line, p.folders = strings.CutSuffix(line, "/")
	line, anchored := strings.CutPrefix(line, "/")
	if !anchored && !strings.Contains(line, "/") {
		line = "**/" + line
	}
	glob, ok := glob(line)
	if !ok {
		return nil, errPattern
	}
	var err error
	if p.path, err = regexp.Compile(`^(?s:` + glob + `)$`); err != nil {
		return nil, errPattern // such as a range from z to a
	}
	return &p, nil
}

// withoutSpaces cuts off the spaces at the end of a line, apart from one after a backslash.
func withoutSpaces(line string) string {
	cut := strings.TrimRight(line, " ")
	backslashes := len(cut) - len(strings.TrimRight(cut, `\`))
	if backslashes%2 == 1 && len(cut) < len(line) {
		return cut + " "
	}
	return cut
}

// glob returns a regular expression for a pattern.
func glob(s string) (expression string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); {
		whole := i == 0 || s[i-1] == '/' // a component begins here
		switch rest := s[i:]; {
		case whole && strings.HasPrefix(rest, "**/"):
			b.WriteString(`(?:[^/]+/)*`)
			i += len("**/")
		case whole && rest == "**":
			b.WriteString(`.+`)
			i += len("**")
		case rest[0] == '*':
			b.WriteString(`[^/]*`)
			i += len(rest) - len(strings.TrimLeft(rest, "*"))
		case rest[0] == '?':
			b.WriteString(`[^/]`)
			i++
		case rest[0] == '[':
			class, size, ok := class(rest)
			if !ok {
				return "", false
			}
			b.WriteString(class)
			i += size
		case rest == `\`:
			return "", false
		case rest[0] == '\\':
			b.WriteString(regexp.QuoteMeta(rest[1:2]))
			i += 2
		default:
			b.WriteString(regexp.QuoteMeta(rest[:1]))
			i++
		}
	}
	return b.String(), true
}

// class returns a regular expression for the characters in brackets with which s begins, and how many bytes they are. A slash is
// never among them.
func class(s string) (expression string, size int, ok bool) {
	i := 1
	not := i < len(s) && (s[i] == '!' || s[i] == '^')
	if not {
		i++
	}
	var b strings.Builder
	for first := i; i < len(s); {
		switch rest := s[i:]; {
		case rest[0] == ']' && i > first:
			if not {
				return "[^/" + b.String() + "]", i + 1, true
			}
			return "[" + b.String() + "]", i + 1, b.String() != ""
		case strings.HasPrefix(rest, "[:") && strings.Contains(rest, ":]"):
			n := strings.Index(rest, ":]") + len(":]")
			b.WriteString(rest[:n])
			i += n
		case rest[0] == '\\' && len(rest) > 1:
			r, n := utf8.DecodeRuneInString(rest[1:])
			fmt.Fprintf(&b, `\x{%x}`, r)
			i += 1 + n
		case rest[0] == '-' && i > first && len(rest) > 1 && rest[1] != ']':
			b.WriteByte('-')
			i++
		case rest[0] == '/':
			i++
		default:
			r, n := utf8.DecodeRuneInString(rest)
			fmt.Fprintf(&b, `\x{%x}`, r)
			i += n
		}
	}
	return "", 0, false
}
