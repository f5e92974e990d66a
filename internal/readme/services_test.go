package readme

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/policygen"
)

const servicesFile = "docs/services.md"

// The page shows the table of services.
func TestServicesPageIsTheTable(t *testing.T) {
	t.Chdir("../..")
	want := servicesPage()
	if *update {
		if err := os.WriteFile(servicesFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(servicesFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), want); diff != "" {
		t.Errorf("%s is stale (-file +table); go test ./internal/readme -update mends it:\n%s", servicesFile, diff)
	}
}

func servicesPage() string {
	var b strings.Builder
	b.WriteString(`# AWS services that publish or send

<!-- generated from policygen/service_table.go by go test ./internal/readme -update -->

The table shows which source condition keys each service passes in each place, as AWS documents it: these are the conditions that hopgrant writes.
"none" means that AWS shows the grant without a condition, and "none is passed" that AWS says a condition would lose every message. A dash
means that the service does not call there. Each entry links to its AWS page.

| service | principal | acts for | topic policy | topic's key | queue policy | queue's key |
|---|---|---|---|---|---|---|
`)
	notes := notes{}
	var roles, indirect []policygen.Service
	for _, s := range policygen.Services() {
		switch {
		case s.Role:
			roles = append(roles, s)
		case !s.Publishes && !s.Sends:
			indirect = append(indirect, s)
		default:
			fmt.Fprintf(&b, "| [%s](%s)%s | `%s` | %s | %s | %s | %s | %s |\n", s.Name, s.Doc, notes.mark(s.Unsure), principal(s), source(s),
				notes.support(s.Topic), notes.support(s.TopicKey), notes.support(s.Queue), notes.support(s.QueueKey))
		}
	}
	for i, n := range notes.texts {
		fmt.Fprintf(&b, "\n%d. %s.\n", i+1, n)
	}
	b.WriteString("\n## Under an IAM role\n\nThese services call as a role, which needs an identity policy:\n\n")
	list(&b, roles)
	b.WriteString("\n## Through EventBridge\n\nAn EventBridge rule publishes or sends the events of these services:\n\n")
	list(&b, indirect)
	return b.String()
}

func principal(s policygen.Service) string {
	if s.RegionalPrincipal {
		return "REGION." + string(s.Principal)
	}
	return string(s.Principal)
}

func source(s policygen.Service) string {
	if s.SourceService == "" {
		return ""
	}
	text := s.Source + ", `" + s.SourceService + "`"
	if !s.SourceHasAccount {
		text += ", ARN without account"
	}
	if s.SameAccount {
		text += ", topic in the same account"
	}
	return text
}

// notes holds what AWS's pages leave open, each text once.
type notes struct{ texts []string }

func (n *notes) mark(text string) string {
	if text == "" {
		return ""
	}
	for i, t := range n.texts {
		if t == text {
			return fmt.Sprintf(" (%d)", i+1)
		}
	}
	n.texts = append(n.texts, text)
	return fmt.Sprintf(" (%d)", len(n.texts))
}

func (n *notes) support(s policygen.SourceSupport) string {
	if s.Doc == "" {
		return "–"
	}
	var keys []string
	for _, k := range []struct {
		name string
		has  bool
	}{{"SourceArn", s.ARN}, {"SourceAccount", s.Account}, {"SourceOwner", s.Owner}} {
		if k.has {
			keys = append(keys, k.name)
		}
	}
	switch {
	case s.None:
		keys = []string{"none is passed"}
	case keys == nil:
		keys = []string{"none"}
	}
	return fmt.Sprintf("[%s](%s)%s", strings.Join(keys, ", "), s.Doc, n.mark(s.Unsure))
}

func list(b *strings.Builder, services []policygen.Service) {
	for _, s := range services {
		fmt.Fprintf(b, "- [%s](%s), `%s`", s.Name, s.Doc, s.Principal)
		if s.Unsure != "" {
			fmt.Fprintf(b, ": %s", s.Unsure)
		}
		b.WriteString("\n")
	}
}
