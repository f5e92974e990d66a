package readme

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/service"
)

// TestPagesAreFresh compares the pages that are generated from tables with the tables.
func TestPagesAreFresh(t *testing.T) {
	t.Chdir("../..")
	for file, page := range map[string]func() string{"docs/services.md": servicesPage, "docs/coverage.md": coveragePage,
		"THIRD_PARTY_NOTICES": noticesPage} {
		want := page()
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(got), want); diff != "" {
			t.Errorf("%s is stale (-file +table); go test ./internal/readme -update mends it:\n%s", file, diff)
		}
	}
}

// servicesPage returns docs/services.md, the table of services.
func servicesPage() string {
	var b strings.Builder
	b.WriteString(`# AWS services that publish or send

<!-- generated from internal/service/table.go by go test ./internal/readme -update -->

The table shows which source condition keys each service passes in each place, as AWS documents it: these are the conditions that hopgrant writes.
"none" means that AWS shows the grant without a condition, and "none is passed" that AWS says a condition would lose every message. A dash
means that the service does not call there. Each entry links to its AWS page. [Which resource types are read](coverage.md) is another table.

| service | principal | acts for | topic policy | topic's key | queue policy | queue's key |
|---|---|---|---|---|---|---|
`)
	notes := notes{}
	var roles, indirect []*service.Service
	for _, s := range service.All() {
		switch {
		case s.UnderRole():
			roles = append(roles, s)
		case len(s.Calls) == 0:
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
	b.WriteString(`
## Who calls

A service principal needs the policies of the topic or queue and of its key; a role that the resource names needs its identity
policy. Nobody can edit the policies of a service-linked role, so the key's policy must name it. Where two are given, the
resource decides. The resource types make the service call.

| service | calls | under | CloudFormation | Terraform |
|---|---|---|---|---|
`)
	for _, s := range service.All() {
		for _, c := range s.Calls {
			doc := c.Doc
			if doc == "" {
				doc = s.Doc
			}
			fmt.Fprintf(&b, "| %s | [%s](%s) | %s | %s | %s |\n", s.Name, targets(c.To), doc, callers(c.By), types(c, "AWS::", "Custom::"), types(c, "aws_"))
		}
	}
	return b.String()
}

func targets(to service.To) string {
	return words(uint8(to), "topics", "queues", "dead-letter targets")
}

func callers(by service.By) string {
	return words(uint8(by), "its principal", "a role", "its service-linked role")
}

// words returns the names of the bits that are set.
func words(set uint8, names ...string) string {
	var all []string
	for i, name := range names {
		if set&(1<<i) != 0 {
			all = append(all, name)
		}
	}
	return strings.Join(all, ", ")
}

// types returns the resource types of a call that begin with one of the prefixes.
func types(c service.Call, prefixes ...string) string {
	var all []string
	for _, t := range c.Types {
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(t, p) }) {
			all = append(all, "`"+t+"`")
		}
	}
	return strings.Join(all, ", ")
}

func principal(s *service.Service) string {
	if s.Regional {
		return "REGION." + s.Principal
	}
	return s.Principal
}

func source(s *service.Service) string {
	if s.Source.Service == "" {
		return ""
	}
	text := s.Source.Name + ", `" + s.Source.Service + "`"
	if !s.Source.HasAccount {
		text += ", ARN without account"
	}
	if s.SameAccount {
		text += ", topic in the same account"
	}
	return text
}

// notes collects what AWS's pages leave open, each text once.
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

func (n *notes) support(s service.Keys) string {
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
	passed := fmt.Sprintf("[%s](%s)", strings.Join(keys, ", "), s.Doc)
	if s.Organization != "" {
		passed += fmt.Sprintf(", [SourceOrgID](%s)", s.Organization)
	}
	return passed + n.mark(s.Unsure)
}

func list(b *strings.Builder, services []*service.Service) {
	for _, s := range services {
		fmt.Fprintf(b, "- [%s](%s), `%s`", s.Name, s.Doc, s.Principal)
		if s.Unsure != "" {
			fmt.Fprintf(b, ": %s", s.Unsure)
		}
		b.WriteString("\n")
	}
}
