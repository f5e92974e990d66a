package check

import (
	"embed"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Documentation says what a rule is about. Its examples are in the rule's txtar file.
type Documentation struct {
	Title string // one line, without a period
	// Text says what happens to the messages, why, and what to do.
	Text string
	// AWS lists the AWS pages that say so; findings link to the first.
	AWS []string
	// Basis says what the rule rests on where AWS's pages do not say all of it; otherwise it is empty.
	Basis string
	// Unmended says why --fix leaves the rule's findings to a person; empty if it mends them.
	Unmended string
}

// Help returns the address of the rule's page.
func (r *Rule) Help() string {
	return "https://github.com/hopgrant/hopgrant/blob/main/docs/rules/" + r.ID + ".md"
}

// examples holds a txtar file for each rule: a template that it reports, one that it does not, and the findings wanted.
//
//go:embed rules/*.txtar
var examples embed.FS

// Examples returns a template that the rule reports and one that it does not.
func (r *Rule) Examples() (bad, good string) {
	data, err := examples.ReadFile("rules/" + r.ID + ".txtar")
	if err != nil {
		return "", ""
	}
	for _, f := range txtar.Parse(data).Files {
		switch name, _, _ := strings.Cut(f.Name, "."); name {
		case "bad":
			bad = strings.TrimSpace(string(f.Data))
		case "good":
			good = strings.TrimSpace(string(f.Data))
		}
	}
	return bad, good
}

const generated = "<!-- Made by go generate ./internal/check from the rules and their examples. -->\n\n"

// Pages returns the files of docs/rules by name: README.md, which lists the rules, and one page for each rule.
func Pages() map[string]string {
	pages := map[string]string{"README.md": indexPage()}
	for _, r := range rules {
		pages[r.ID+".md"] = r.page()
	}
	return pages
}

func indexPage() string {
	var b strings.Builder
	b.WriteString("# Rules\n\n" + generated +
		"`hopgrant check` judges every hop, from publisher to topic to queue to consumer, and reports what the rules below find.\n" +
		"An error is a message that is lost or a call that is denied. A warning is a risk, or a grant wider than needed. An info is a\n" +
		"hop that could not be decided, or what AWS does by default and what could be better.\n\n" +
		"`--severity` says what is shown, by default errors and warnings; the last line always counts the hops that are not decided.\n" +
		"`--fail-on` says what ends with exit status 1, by default errors. `hopgrant rules ID` prints a rule's page.\n\n" +
		"To accept a finding, name its rule and a reason in the `Metadata` of a resource that the finding is about:\n\n" +
		"```yaml\nMetadata:\n  hopgrant:\n    ignore:\n      - rule: no-dead-letter-queue\n        reason: what is lost here can be computed again\n```\n\n" +
		"| rule | severity | what it finds |\n|---|---|---|\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s |\n", r.ID, r.ID, r.Severity, r.Title)
	}
	return b.String()
}

// fixFlag returns the value of --fix under which the rule's findings are mended: infos are mended only if they are named.
func (r *Rule) fixFlag() string {
	if r.Severity == Info {
		return "=" + r.ID
	}
	return ""
}

func (r *Rule) page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s**%s**: %s.\n\n%s\n\n", r.ID, generated, r.Severity, r.Title, r.Text)
	if r.Basis != "" {
		fmt.Fprintf(&b, "AWS does not document all of it: %s\n\n", r.Basis)
	}
	b.WriteString("What AWS says:\n\n")
	for _, page := range r.AWS {
		fmt.Fprintf(&b, "- <%s>\n", page)
	}
	if r.Unmended == "" {
		b.WriteString("\n`hopgrant check --fix" + r.fixFlag() + "` mends it in templates.\n")
	} else {
		fmt.Fprintf(&b, "\n`hopgrant check --fix` leaves it: %s.\n", r.Unmended)
	}
	bad, good := r.Examples()
	language := "yaml"
	if strings.HasPrefix(bad, "{") {
		language = "json" // a snapshot of an account
	}
	fmt.Fprintf(&b, "\n## Reported\n\n```%s\n%s\n```\n\n## Not reported\n\n```%s\n%s\n```\n\n[All rules](README.md)\n", language, bad, language, good)
	return b.String()
}
