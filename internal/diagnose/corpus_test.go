package diagnose

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A pasted is one text of the corpus with the right answer. Its source is a public thread or an AWS page; account ids, names
// and request ids are others than there.
type pasted struct{ name, text, want string }

// corpus reads the texts. Each has a source, a reason, the text and what is wanted.
func corpus(t testing.TB) []pasted {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*.txtar")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d texts: %v", len(files), err)
	}
	var all []pasted
	for _, f := range files {
		a, err := txtar.ParseFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^source: https://\S+\nreason: \S.+\n$`).Match(a.Comment) {
			t.Errorf("%s: it begins with %q, want a source and a reason", f, a.Comment)
		}
		if len(a.Files) != 2 || a.Files[0].Name != "text" || a.Files[1].Name != "want" {
			t.Fatalf("%s: want the sections text and want", f)
		}
		all = append(all, pasted{filepath.Base(f), string(a.Files[0].Data), string(a.Files[1].Data)})
	}
	return all
}

func TestCorpus(t *testing.T) {
	for _, p := range corpus(t) {
		t.Run(p.name, func(t *testing.T) {
			if diff := cmp.Diff(p.want, summary(p.text, p.want)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// summary returns what is found in a text as lines of a corpus file. Of an unknown text it is the wanted part of the reason.
func summary(text, want string) string {
	all, err := Read("stdin", []byte(text))
	var unknown *UnknownError
	if errors.As(err, &unknown) {
		if part, ok := strings.CutPrefix(want, "unknown: "); ok && strings.Contains(err.Error(), strings.TrimSpace(part)) {
			return want
		}
		return "unknown: " + err.Error() + "\n"
	}
	if err != nil || len(all) != 1 {
		return fmt.Sprintf("%d diagnoses, %v: %+v", len(all), err, all)
	}
	d := &all[0]
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	var kinds, mend, also, conditional []string
	unsolved := ""
	for _, a := range d.Answers {
		kinds = append(kinds, string(a.Hop.Kind))
		if part := part(want, "unsolved"); part != "" && strings.Contains(a.Unsolved, part) {
			unsolved = part
		} else if a.Unsolved != "" {
			unsolved = a.Unsolved
		}
		for _, r := range a.Remedies {
			list := &also
			if r.If != "" {
				list = &conditional
			} else if r.Denied {
				list = &mend
			}
			if !slices.Contains(*list, string(r.On)) {
				*list = append(*list, string(r.On))
			}
		}
	}
	line("form", d.Form.Name)
	if d.Times > 1 {
		line("times", fmt.Sprint(d.Times))
	}
	line("hops", strings.Join(kinds, " "))
	line("action", d.Call)
	if d.Explicit {
		line("explicit", "true")
	}
	line("policy", string(d.Policy))
	line("caller", d.denial.callerARNShown())
	line("topic", d.denial.topic)
	line("queue", d.denial.queue)
	line("key", d.denial.key)
	line("mend", strings.Join(mend, " "))
	line("also", strings.Join(also, " "))
	line("if", strings.Join(conditional, " "))
	line("missing", strings.Join(d.Missing, " "))
	line("unsolved", unsolved)
	return b.String()
}

// callerARNShown is the caller, if the hop has an IAM caller.
func (d *denial) callerARNShown() string {
	if d.bySNS || d.byService != "" {
		return ""
	}
	return d.callerARN()
}

// part returns the value of a line.
func part(s, name string) string {
	for line := range strings.Lines(s) {
		if v, ok := strings.CutPrefix(line, name+": "); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// filledIn are values for what texts do not tell.
var filledIn = strings.NewReplacer(
	"${TopicArn}", "arn:aws:sns:eu-west-1:111122223333:topic", "${QueueArn}", "arn:aws:sqs:eu-west-1:111122223333:queue",
	"${KeyArn}", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
	"${KeyId}", "1234abcd-12ab-34cd-56ef-1234567890ab", "${SourceAccount}", "111122223333", "${TopicAccount}", "111122223333", "${QueueAccount}", "111122223333", "${CallerAccount}", "111122223333",
	"${TopicRegion}", "us-west-2", "${QueueRegion}", "us-west-2",
)

// TestRemediesSuffice proves that the statements of each answer make its hop work, with the default policy of keys in place.
func TestRemediesSuffice(t *testing.T) {
	proven := 0
	for _, p := range corpus(t) {
		all, _ := Read("stdin", []byte(p.text))
		for _, d := range all {
			for _, a := range d.Answers {
				if len(a.Remedies) == 0 {
					continue
				}
				proven++
				if outcome, calls := outcomeOf(a); outcome != eval.Allowed {
					t.Errorf("%s: %s is %v with the statements", p.name, a.Hop.Kind, outcome)
					for _, c := range calls {
						r := c.Reasons()
						t.Logf("%s on %s: %s", c.Action, c.Resource, r.Explain())
					}
				}
				for i := range a.Remedies {
					fewer := a
					fewer.Remedies = slices.Delete(slices.Clone(a.Remedies), i, i+1)
					if outcome, _ := outcomeOf(fewer); outcome == eval.Allowed {
						t.Errorf("%s: %s works without the statements for the %s policy of %s", p.name, a.Hop.Kind, a.Remedies[i].On, a.Remedies[i].Of)
					}
				}
			}
		}
	}
	if proven < 25 {
		t.Errorf("only %d answers have statements", proven)
	}
}

// outcomeOf decides the hop of an answer under the statements of its remedies.
func outcomeOf(a Answer) (eval.Outcome, []eval.CallDecision) {
	h := a.Hop
	withKey(&h)
	fill := func(s *string) { *s = filledIn.Replace(*s) }
	fill((*string)(&h.Topic.ARN))
	fill((*string)(&h.Queue.ARN))
	fill((*string)(&h.Topic.Key))
	fill((*string)(&h.Queue.Key))
	source := "arn:aws:s3:::bucket"
	if p, ok := h.Caller.(policygen.ServicePrincipal); ok {
		if s, _ := service.LookUp(p); s.Source.HasAccount {
			source = "arn:aws:" + s.Source.Service + ":eu-west-1:111122223333:" + s.Source.Resource + "x"
		}
		h.Source = policygen.ARN(strings.ReplaceAll(string(h.Source), anySource, source))
	}
	fill(&h.SourceAccount)
	if kind.Of(h.Kind).By != kind.SNS && !policygen.IsService(h.Caller) {
		who := "arn:aws:iam::111122223333:role/worker"
		if h.Caller != nil {
			who = filledIn.Replace(h.Caller.String())
		}
		h.Caller, _ = policygen.ParsePrincipal(who)
	}
	var docs policygen.Policies
	for _, r := range a.Remedies {
		at := r.Attachment
		b, _ := at.Document.MarshalJSON()
		doc, err := policygen.Parse([]byte(strings.ReplaceAll(filledIn.Replace(string(b)), anySource, source)))
		if err != nil {
			panic(err)
		}
		at.Document, at.Resource = doc, policygen.ARN(filledIn.Replace(string(at.Resource)))
		if at.On == policygen.OnIdentity {
			at.Principal = h.Caller
		}
		docs = append(docs, at)
	}
	for _, key := range []policygen.KeyARN{h.Topic.Key, h.Queue.Key} {
		if key != "" {
			docs = append(docs, policygen.Attachment{On: policygen.OnKey, Resource: policygen.ARN(key), Document: policygen.DefaultKeyPolicy(policygen.ARN(key).Account(), "aws")})
		}
	}
	d := eval.Hop(h.Calls(), eval.Attached(docs))
	return d.Outcome, d.Calls
}

// TestPastedOtherwise reads the corpus as chat programs, mails and narrow windows change texts.
func TestPastedOtherwise(t *testing.T) {
	quotes := strings.NewReplacer(`"`, "„", `'`, "’")
	for _, change := range []struct {
		name string
		of   func(string) string
	}{
		{"quoted in a mail", func(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") }},
		{"with the quotes of a German keyboard", func(s string) string {
			n := 0
			return regexp.MustCompile(`"|'`).ReplaceAllStringFunc(s, func(q string) string {
				n++
				if q == `"` && n%2 == 0 {
					return "“"
				}
				return quotes.Replace(q)
			})
		}},
		{"with the line ends of Windows", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
		{"with text around it", func(s string) string { return "hi team,\nthis is what I see:\n" + s + "\nany ideas?\n" }},
		{"as HTML", func(s string) string {
			return strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;").Replace(s)
		}},
		{"broken at spaces", func(s string) string {
			return regexp.MustCompile(`([a-z]) (is not|on|because|the|you) `).ReplaceAllString(s, "$1\n$2 ")
		}},
	} {
		for _, p := range corpus(t) {
			if change.name == "broken at spaces" && strings.Contains(p.text, "{") {
				continue // JSON has no line breaks in strings
			}
			if diff := cmp.Diff(p.want, summary(change.of(p.text), p.want)); diff != "" {
				t.Errorf("%s %s: (-want +got)\n%s", p.name, change.name, diff)
			}
		}
	}
}
