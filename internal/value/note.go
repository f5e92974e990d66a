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

// Notes returns the comments of a file that accept findings, by the line of what they stand above. Such a comment takes a line of
// its own, which begins with # or //; other comments may stand between it and what it is about.
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
			if above != nil && written != "" {
				all[line] = above
			}
			above = nil
			continue
		}
		rest, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimLeft(written, "#/")), noteWord)
		if ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
			above = append(above, Note{strings.TrimSpace(rest), Place{line, int32(strings.Index(string(text), noteWord)) + 1}})
		}
	}
	return all
}
