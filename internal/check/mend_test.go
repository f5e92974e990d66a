package check_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// TestFixesMend adds the statements of each finding where it says, and checks again: the finding must be gone, its hop must no
// longer be broken, and hops that were ok must still be.
func TestFixesMend(t *testing.T) {
	files, err := filepath.Glob("rules/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	silent, err := filepath.Glob("testdata/silent/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	findings, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	mended := 0
	for _, path := range slices.Concat(files, silent, findings) {
		e := readExample(t, path)
		name, data := e.archive.Files[0].Name, e.archive.Files[0].Data
		if name == "plan.json" {
			continue // its references are not those of a template
		}
		t.Run(e.name, func(t *testing.T) {
			for i, f := range check.Run(read(t, name, data, e.options), e.check).Findings {
				if f.Hop == nil && f.Rule != "no-tls-policy" || f.Hop != nil && f.Severity != check.Error || len(f.Fix) == 0 || f.Rule == "aws-managed-key" {
					continue
				}
				again := read(t, name, data, e.options)
				apply(t, again[0], f.Fix)
				after := check.Run(again, e.check).Findings
				for _, g := range after {
					if g.Rule == f.Rule && g.Message == f.Message && g.Severity == check.Error && !removesStatement(f.Rule) {
						t.Errorf("finding %d, %s: %s: still there after mending", i, f.Rule, f.Message)
					}
				}
				before, hops := check.Explain(read(t, name, data, e.options)).Hops, check.Explain(again).Hops
				for j, h := range hops {
					if len(before) == len(hops) && before[j].Verdict == check.OK && h.Verdict != check.OK {
						t.Errorf("finding %d, %s: hop %s %s -> %s was ok before mending: %s", i, f.Rule, h.Kind, h.From.ID, h.To.ID, h.Why)
					}
				}
				for _, h := range hops {
					for _, f := range append(f.Others, f) {
						if f.Hop != nil && h.Kind == f.Hop.Kind && h.From.ID == f.Hop.From.ID && h.To.ID == f.Hop.To.ID && h.Verdict == check.Broken {
							t.Errorf("finding %d, %s: hop %s %s -> %s is broken after mending: %s", i, f.Rule, h.Kind, h.From.ID, h.To.ID, h.Why)
						}
					}
				}
				mended++
			}
		})
	}
	if mended < 15 {
		t.Errorf("only %d findings were mended", mended)
	}
}

// removesStatement reports whether the rule reports a statement, which stays when another is added.
func removesStatement(rule string) bool {
	return rule == "key-statement-resource" || rule == "service-key-condition" || rule == "key-alias"
}

// apply adds statements to the policies of a topology, as a user would add them to the template.
func apply(t *testing.T, top *topology.Topology, fixes []check.Fix) {
	t.Helper()
	refs := strings.NewReplacer(references(top)...)
	for _, fix := range fixes {
		document, err := fix.Document.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		doc, err := policygen.Parse([]byte(refs.Replace(string(document))))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		add := func(policies []*topology.Policy) []*topology.Policy {
			found = true
			if len(policies) == 0 {
				return []*topology.Policy{{Document: doc}}
			}
			p := policies[0]
			p.Document.Statements = append(p.Document.Statements, doc.Statements...)
			return policies
		}
		switch fix.On {
		case policygen.OnQueue:
			for _, q := range top.Queues {
				if q.ID == text.IDs(fix.Of) {
					q.Policies = add(q.Policies)
				}
			}
		case policygen.OnTopic:
			for _, x := range top.Topics {
				if x.ID == text.IDs(fix.Of) {
					x.Policies = add(x.Policies)
				}
			}
		case policygen.OnKey:
			for _, k := range top.Keys {
				if k.ID == text.IDs(fix.Of) {
					add([]*topology.Policy{k.Policy})
				}
			}
		default:
			for _, c := range top.Callers {
				if c.ID == text.IDs(fix.Of) {
					c.Identity = add(c.Identity)
				}
			}
		}
		if !found {
			t.Errorf("nobody has the id %q to whose %s policy statements are to be added", fix.Of, fix.On)
		}
	}
}

// references returns the template's references and their values, as pairs for a replacer.
func references(top *topology.Topology) []string {
	var pairs []string
	for _, q := range top.Queues {
		pairs = append(pairs, "${"+q.ID+".Arn}", string(q.ARN))
	}
	for _, k := range top.Keys {
		pairs = append(pairs, "${"+k.ID+".Arn}", string(k.ARN))
	}
	for _, c := range top.Callers {
		if c.Principal != nil {
			pairs = append(pairs, "${"+c.ID+".Arn}", c.Principal.String())
		}
	}
	for _, x := range top.Topics {
		pairs = append(pairs, "${"+x.ID+"}", string(x.ARN))
	}
	for _, p := range top.Publishers {
		if p.SourceRef != "" {
			pairs = append(pairs, p.SourceRef, string(p.Source))
		}
	}
	return pairs
}
