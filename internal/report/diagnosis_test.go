package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/diagnose"
	"github.com/hopgrant/hopgrant/internal/value"
)

// FuzzDiagnoses prints what is found in arbitrary texts. No format lets anything of a text act as something else than text.
func FuzzDiagnoses(f *testing.F) {
	f.Add("User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:111122223333:orders")
	f.Add("An error occurred (KMS.AccessDeniedException) when calling the ::error:: operation ##[group]`x` <b> | [a](b)")
	f.Add("operation error SQS: SendMessage Access to the resource https://sqs.us-east-1.amazonaws.com/111122223333/\x1b[31m is denied.")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 5000 {
			return
		}
		all, err := diagnose.Read("in\x1b[2J|`put", []byte(text))
		if err != nil {
			return
		}
		plain, err := DiagnosesText(all, Style{})
		if err != nil {
			t.Fatal(err)
		}
		markdown, err := DiagnosesMarkdown(all)
		if err != nil {
			t.Fatal(err)
		}
		out, err := DiagnosesJSON(all)
		if err != nil || !json.Valid(out) {
			t.Errorf("no JSON: %v", err)
		}
		for _, b := range [][]byte{plain, markdown, out} {
			if bytes.ContainsFunc(b, func(r rune) bool { return r != '\n' && value.Hidden(r) }) || runnerCommands.Match(b) {
				t.Errorf("hidden characters or commands of a runner:\n%q", b)
			}
		}
		if n := strings.Count(string(markdown), "\n  ```"); n%2 != 0 {
			t.Errorf("%d fences:\n%s", n, markdown)
		}
	})
}

func TestMarkdownText(t *testing.T) {
	for _, tt := range []struct{ text, want, reason string }{
		{"queue orders", "queue orders", "plain words stay"},
		{"a_b *c* `d`", "a\\_b \\*c\\* \\`d\\`", "emphasis and code"},
		{"[x](y) ![z]", `\[x\](y) \!\[z\]`, "links and pictures"},
		{"<b> & #1 @team ~x~ |", `\<b\> \& \#1 \@team \~x\~ \|`, "HTML, mentions, strikethrough, tables"},
		{"two\nlines", "two lines", "one line stays one"},
	} {
		if got := markdownText(tt.text); got != tt.want {
			t.Errorf("%q is %q, want %q: %s", tt.text, got, tt.want, tt.reason)
		}
	}
}
