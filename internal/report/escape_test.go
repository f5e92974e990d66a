package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

func TestEscapes(t *testing.T) {
	for _, tt := range []struct {
		reason string
		escape func(string) string
		in     string
		want   string
	}{
		{"a terminal obeys escape sequences", clean, "\x1b[31mred\a", `\x1b[31mred\a`},
		{"and those of the C1 set", clean, "a\u009b31mb", `a\u009b31mb`},
		{"the direction of text hides what it says", clean, "a\u202eb\u2066c\u200f", `a\u202eb\u2066c\u200f`},
		{"what has no width is not seen", clean, "a\u200bb\ufeff", `a\u200bb\ufeff`},
		{"a line is one line", clean, "a\nb\tc", "a b c"},
		{"letters of all languages are text", clean, "Grüße 注文 🚚", "Grüße 注文 🚚"},
		{"GitHub takes :: for a command at the start of a line, after spaces too", Line, "  ::stop-commands::x", "  : :stop-commands::x"},
		{"within a line it is text", Line, "a ::stop-commands::x", "a ::stop-commands::x"},
		{"the older form counts anywhere", Line, "a ##[error]b", "a # #[error]b"},
		{"Azure Pipelines has one of its own", Line, "##vso[task.setvariable]x", "# #vso[task.setvariable]x"},
		{"a workflow command ends with its line", githubData, "a\r\n::error::b%0A", `a\r%0A::error::b%250A`},
		{"a property ends with a comma or colon", githubProperty, "a,b::c\n", "a%2Cb%3A%3Ac "},
		{"SARIF makes links", sarifMessage, "[x](https://example.com)", `[x\](https://example.com)`},
		{"Mermaid has entities and tags", mermaidText, `"]<img>;`, "#34;#93;#60;img#62;#59;"},
		{"DOT has escapes and entities", dotText, `a"\N&lt;`, `"a\"\\N&amp;lt;"`},
	} {
		if got := tt.escape(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.reason, got, tt.want)
		}
	}
}

// Findings name what the CDK has made by both of its names, and a file may hold the marks between which they stand.
func TestNamesOfConstructs(t *testing.T) {
	queue := topology.Element{ID: "Billing1", Path: "Shop/\"Bill\ning\""}
	r := check.Report{Files: 1, Findings: []check.Finding{
		{Rule: "queue-policy", Severity: check.Error, Message: "first \ufdd0", Help: "https://example.com"},
		{Rule: "queue-policy", Severity: check.Error, Message: "second \ufdd1\ufdd2 of " + queue.Label(), Help: "https://example.com"}}}
	out, err := FindingsJSON(r)
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Findings []struct {
			Message string
			Paths   []struct{ ID, Path string }
		}
	}
	if err := json.Unmarshal(out, &back); err != nil || len(back.Findings) != 2 || back.Findings[0].Message != "first \ufdd0" ||
		back.Findings[1].Message != "second \ufdd1\ufdd2 of Billing1" || len(back.Findings[1].Paths) != 1 {
		t.Errorf("got %+v, %v from\n%s", back, err, out)
	}
	out, err = FindingsText(r, Style{})
	if err != nil || !strings.Contains(string(out), `second \ufdd1\ufdd2 of Shop/'Bill ing' [`) || strings.ContainsAny(string(out), "\ufdd0\ufdd1\ufdd2") {
		t.Errorf("got %s, %v; want the path, on one line", out, err)
	}
}

// Every output holds the file's name, which may be anything, and none says anything but text with it.
func TestNoOutputObeys(t *testing.T) {
	const evil = "\n::stop-commands::x\n ##[error]y\x1b[31m\u202e\u009bz"
	r := check.Report{Files: 1, Findings: []check.Finding{{Rule: "queue-policy", Severity: check.Error, Message: evil, Advice: evil,
		At: topology.Position{File: evil, Line: 1, Column: 1}, Help: "https://example.com"}}}
	outputs := map[string]func(check.Report) ([]byte, error){
		"text":   func(r check.Report) ([]byte, error) { return FindingsText(r, Style{}) },
		"json":   FindingsJSON,
		"sarif":  func(r check.Report) ([]byte, error) { return FindingsSARIF(r, "v0") },
		"github": FindingsGitHub,
	}
	for name, write := range outputs {
		out, err := write(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(string(out), "\x1b\u202e\u009b") {
			t.Errorf("%s: control characters in %q", name, out)
		}
		for line := range strings.Lines(string(out)) {
			command := strings.HasPrefix(strings.TrimSpace(line), "::")
			if name != "github" && (command || strings.Contains(line, "##[")) || name == "github" && !strings.HasPrefix(line, "::error file=") {
				t.Errorf("%s: a command in %q", name, line)
			}
		}
		if name == "json" {
			var back struct{ Findings []struct{ Message string } }
			if err := json.Unmarshal(out, &back); err != nil || back.Findings[0].Message != evil {
				t.Errorf("JSON's value is another one: %q, %v", back.Findings[0].Message, err)
			}
		}
	}
}

// Wherever a hidden character or a runner's command stands in a line of JSON, it is an escape.
func TestJSONLineHidesNothing(t *testing.T) {
	for _, hidden := range []string{"\x7f", "\u0085", "\u202e", "\U000e0001", "##[", "##vso["} {
		for n := range 40 {
			line := `{"a":"` + strings.Repeat("~", n) + hidden + `"}`
			if got := string(JSONLine([]byte(line))); got == line || strings.Contains(got, hidden) {
				t.Errorf("%q after %d characters is still in %q", hidden, n, got)
			}
		}
	}
	if line := `{"a":"` + strings.Repeat("~#}", 9) + `"}`; string(JSONLine([]byte(line))) != line {
		t.Errorf("%s is not as it was", line)
	}
}

// What is shown of a construct is its path: in text, on the page and in pictures.
func TestPathsAreShown(t *testing.T) {
	seller := &topology.Caller{Element: topology.Element{ID: "Shop563325D0", Path: "Web/Shop"}}
	billing := &topology.Queue{Element: topology.Element{ID: "Billing2829F417", Path: "Web/Orders/Billing"}}
	shop, queue := &seller.Element, &billing.Element
	hop := check.Hop{Hop: topology.Hop{Hop: policygen.Hop{Kind: kind.Send}, From: shop, To: queue, By: shop, CallerElement: seller, QueueElement: billing}}
	finding := check.Finding{Rule: "queue-policy", Severity: check.Error, Message: queue.Label() + " is open to " + shop.Label()}
	r := check.Report{Files: 1, Hops: []check.Hop{hop}, Findings: []check.Finding{finding}}
	page, err := HopsHTML(r, []string{"cdk.out"}, Style{})
	if err != nil {
		t.Fatal(err)
	}
	findings, err := FindingsText(r, Style{})
	if err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string][]byte{"findings": findings, "hops": HopsText(r, Style{}), "page": page, "DOT": HopsDOT(r.Hops), "Mermaid": HopsMermaid(r.Hops)} {
		for _, e := range []*topology.Element{shop, queue} {
			if !strings.Contains(string(out), e.Path) {
				t.Errorf("%s: no %s in\n%s", name, e.Path, out)
			}
		}
	}
}
