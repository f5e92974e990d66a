package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/report"
)

// explained returns the hops and findings of a file.
func explained(t *testing.T, path string) check.Report {
	t.Helper()
	topologies, err := load.Paths([]string{path}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return check.Run(topologies, check.Options{Severity: check.Info})
}

var colours = regexp.MustCompile("\x1b\\[[0-9]*m")

// TestTextFitsTheTerminal prints at 80 and at 120 columns. A line is wider only if it holds a word that is, such as an ARN, or is part of
// statements, which are there to be pasted.
func TestTextFitsTheTerminal(t *testing.T) {
	for _, path := range []string{"testdata/shop.yaml", "testdata/long.yaml"} {
		r := explained(t, path)
		for _, width := range []int{80, 120} {
			plain := report.Style{Width: width}
			coloured := report.Style{Width: width, Color: true}
			findings, err := report.FindingsText(r, plain)
			if err != nil {
				t.Fatal(err)
			}
			var rules bytes.Buffer
			report.RulesText(&rules, check.Rules(), plain)
			for _, rule := range check.Rules() {
				report.RuleText(&rules, rule, plain)
			}
			for what, out := range map[string][]byte{"findings": findings, "hops": report.HopsText(r, plain), "rules": rules.Bytes()} {
				for line := range strings.Lines(string(out)) {
					line = strings.TrimRight(line, "\n")
					code := strings.HasPrefix(line, "    ") && (what == "rules" || strings.ContainsAny(line, "{}[]\""))
					if utf8.RuneCountInString(line) > width && !code && strings.Contains(strings.TrimSpace(line), " ") {
						if longest(line) < width-8 {
							t.Errorf("%s of %s at %d columns: %q", what, path, width, line)
						}
					}
				}
			}
			// Colours take no room.
			if got := colours.ReplaceAllString(string(report.HopsText(r, coloured)), ""); got != string(report.HopsText(r, plain)) {
				t.Errorf("%s at %d columns is broken elsewhere with colours:\n%s", path, width, got)
			}
		}
	}
}

func longest(line string) int {
	n := 0
	for word := range strings.FieldsSeq(line) {
		n = max(n, utf8.RuneCountInString(word))
	}
	return n
}

// TestTablesShortenNames checks that names lose their middle on a terminal that is too narrow, that verdicts stay whole, and that
// nothing is shortened or wrapped where there is no terminal.
func TestTablesShortenNames(t *testing.T) {
	r := explained(t, "testdata/long.yaml")
	narrow, whole := string(report.HopsText(r, report.Style{Width: 80})), string(report.HopsText(r, report.Style{}))
	const queue = "OrdersThatWereReturnedByCustomersOfTheShopInAnotherCountryQueue"
	row := func(out string) string {
		for line := range strings.Lines(out) {
			if strings.Contains(line, "broken [1]") {
				return line
			}
		}
		t.Fatalf("no broken hop in\n%s", out)
		return ""
	}
	if got := row(whole); !strings.Contains(got, queue+"  broken [1]") {
		t.Errorf("without a terminal, the row is %q", got)
	}
	got := row(narrow)
	if strings.Contains(got, queue) || !regexp.MustCompile(`Orders\w*…\w*ueue  broken \[1\]`).MatchString(got) {
		t.Errorf("at 80 columns, the row is %q", got)
	}
	if !strings.Contains(narrow, "topic "+strings.TrimSuffix(queue, "Queue")) {
		t.Errorf("the topic's whole name stands above its table:\n%s", narrow)
	}
	// What is broken is named in full.
	if !strings.Contains(narrow, queue) {
		t.Errorf("the queue's whole name is not there:\n%s", narrow)
	}
	for line := range strings.Lines(whole) {
		if strings.HasPrefix(line, "      ") && !strings.HasSuffix(line, ".\n") {
			t.Errorf("without a terminal, a sentence is broken: %q", line)
		}
	}
}
