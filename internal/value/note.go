package value

import (
	"bytes"
	"strings"
)

// noteWord begins a comment that accepts the findings of a rule about what it stands above:
//
//	# hopgrant:ignore no-dead-letter-queue what is lost here can be computed again
//	resource "aws_sqs_queue" "orders" {
const noteWord = "hopgrant:ignore"

// A Note is a comment that accepts findings: the rule and the reason as they are written, and where it stands.
type Note struct {
	Text string
	At   Place
}

// Notes returns the comments of a file that accept findings, by the line of what they stand above, or behind. One that stands above takes a
// line of its own, which begins with # or //; other comments may stand between it and what it is about. One above nothing has the line of
// its own.
func Notes(src []byte) map[int32][]Note {
	if !bytes.Contains(src, []byte(noteWord)) {
		return nil
	}
	all := map[int32][]Note{}
	var above []Note
	line := int32(0)
	for text := range bytes.Lines(src) {
		line++
		written := strings.TrimSpace(string(text))
		if !strings.HasPrefix(written, "#") && !strings.HasPrefix(written, "//") {
			about := line
			if written == "" {
				about-- // they stand above nothing
			}
			if notes := append(above, behind(string(text), line)...); notes != nil {
				all[about] = append(all[about], notes...)
			}
			above = nil
			continue
		}
		if rest, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimLeft(written, "#/")), noteWord); ok {
			above = append(above, note(rest, line, strings.Index(string(text), noteWord))...)
		}
	}
	if above != nil {
		all[line] = above
	}
	return all
}

// behind returns the note in a comment at the end of a line that has something else too.
func behind(text string, line int32) []Note {
	at := strings.Index(text, noteWord)
	if at < 0 {
		return nil
	}
	before := strings.TrimRight(text[:at], " \t")
	code := strings.TrimRight(before, "#/")
	if code == before || strings.TrimRight(code, " \t") == code || strings.HasSuffix(before, "/") && !strings.HasSuffix(before, "//") {
		return nil // no comment, in YAML or Terraform
	}
	return note(text[at+len(noteWord):], line, at)
}

// note returns the note of which the rest follows its word, which begins a comment of the line.
func note(rest string, line int32, at int) []Note {
	if rest = strings.TrimRight(rest, "\r\n"); rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return nil // another word
	}
	return []Note{{strings.TrimSpace(rest), Place{line, int32(at) + 1}}}
}
