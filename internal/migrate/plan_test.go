package migrate_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/fanoutfile"
	"github.com/hopgrant/hopgrant/internal/migrate"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var update = flag.Bool("update", false, "rewrite the wanted plans")

// TestPlans plans what the archives in testdata/plans ask for. An archive begins with its reason and has a template or fanout.yaml; each further file
// is named after a request, such as "queue Orders to sse-sqs with QueueKey=own", and holds the plan that is wanted.
func TestPlans(t *testing.T) {
	paths, err := filepath.Glob("testdata/plans/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no archive", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if reason, ok := strings.CutPrefix(strings.TrimSpace(string(archive.Comment)), "reason: "); !ok || reason == "" {
			t.Errorf("%s: it does not begin with a reason", path)
		}
		if len(archive.Files) < 2 || !slices.Contains([]string{"template.yaml", "fanout.yaml"}, archive.Files[0].Name) {
			t.Fatalf("%s: want a template.yaml or fanout.yaml, and requests", path)
		}
		for i := range archive.Files[1:] {
			f := &archive.Files[i+1]
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+f.Name, func(t *testing.T) {
				got := planned(t, archive.Files[0], f.Name)
				if diff := cmp.Diff(string(f.Data), got); diff != "" && !*update {
					t.Errorf("the plan is another one (-want +got):\n%s", diff)
				}
				f.Data = []byte(got)
			})
		}
		if *update {
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// planned returns the plan for a request in few words.
func planned(t *testing.T, file txtar.File, request string) string {
	r := migrate.Request{}
	parameters, as := map[string]string{}, ""
	words := strings.Fields(request)
	for i := 0; i+1 < len(words); i += 2 {
		switch value := words[i+1]; words[i] {
		case "queue":
			r.Queues = append(r.Queues, value)
		case "topic":
			r.Topics = append(r.Topics, value)
		case "to":
			r.To = migrate.Encryption(value)
		case "key":
			r.Key = value
		case "reader":
			r.Readers = append(r.Readers, value)
		case "sender":
			r.Senders = append(r.Senders, value)
		case "as":
			as = value
		case "with":
			name, v, _ := strings.Cut(value, "=")
			parameters[name] = v
		default:
			t.Fatalf("request %q: what is %q?", request, words[i])
		}
	}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	scenarios := read(t, file, parameters)
	if as != "" {
		for _, s := range scenarios {
			s.Kind = as
		}
	}
	before := judgements(scenarios)
	plan, err := migrate.New(scenarios, r)
	if diff := cmp.Diff(before, judgements(scenarios)); diff != "" {
		t.Errorf("the topology is not what it was:\n%s", diff)
	}
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	return describe(&plan)
}

func read(t *testing.T, file txtar.File, parameters map[string]string) []*topology.Topology {
	if file.Name == "fanout.yaml" {
		f, err := fanoutfile.Parse(file.Name, file.Data)
		if err != nil {
			t.Fatal(err)
		}
		return []*topology.Topology{f.Topology()}
	}
	o := cfn.Options{Account: "111122223333", Region: "eu-central-1", Parameters: parameters, Content: map[string][]byte{file.Name: file.Data}}
	scenarios, err := cfn.Read(file.Name, o)
	if err != nil {
		t.Fatal(err)
	}
	return scenarios
}

// judgements are the hops of topologies, to see whether these are what they were.
func judgements(scenarios []*topology.Topology) (all []string) {
	for _, h := range check.Explain(scenarios).Hops {
		all = append(all, fmt.Sprint(h.Kind, h.From.ID, h.To.ID, h.Verdict, h.Why))
	}
	return all
}

func describe(p *migrate.Plan) string {
	var b strings.Builder
	for _, s := range p.Subjects {
		fmt.Fprintf(&b, "%s: %s -> %s\n", s.Element.ID, s.From, s.To)
	}
	for _, r := range p.Refused {
		fmt.Fprintf(&b, "refused: %s\n", r)
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		fmt.Fprintf(&b, "%s\n", s.Phase)
		for _, g := range s.Grants {
			elsewhere := ""
			if g.Elsewhere {
				elsewhere = ", which is not in the files"
			}
			for _, fix := range g.Fix {
				for _, st := range fix.Document.Statements {
					fmt.Fprintf(&b, "  + %s of %s%s: %s\n", fix.On, fix.Of, elsewhere, statement(&st))
				}
			}
		}
		for _, c := range s.Changes {
			fmt.Fprintf(&b, "  %s %s: %v\n", c.Element.ID, c.Property, c.Value)
		}
		for _, r := range s.Removals {
			fmt.Fprintf(&b, "  - %s of %s: %s\n", r.On, r.Of, statement(&r.Statement))
			if r.Other != "" {
				fmt.Fprintf(&b, "    but %s\n", r.Other)
			}
		}
		for _, h := range s.ByHand {
			fmt.Fprintf(&b, "  by hand: %s (%s)\n", h.What, h.Why)
		}
		for _, c := range s.Commands {
			fmt.Fprintf(&b, "  run %s\n", c)
		}
		for _, w := range s.Waits {
			fmt.Fprintf(&b, "  wait %s\n", w.For)
		}
		for _, proof := range s.Proofs {
			fmt.Fprintf(&b, "  proven: %s: %d ok, %d as before\n", proof.Messages, proof.OK, proof.AsBefore)
		}
	}
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}

// statement says what a statement allows, and to whom.
func statement(st *policygen.Statement) string {
	var who []string
	if st.Principal != nil {
		who = slices.Concat(st.Principal.Service, st.Principal.AWS)
	}
	what := strings.Join(who, ", ") + " " + strings.Join(st.Action, ", ")
	for _, op := range slices.Sorted(maps.Keys(st.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(st.Condition[op])) {
			what += " if " + key + " is " + strings.Join(st.Condition[op][key], " or ")
		}
	}
	return strings.TrimSpace(what + " on " + strings.Join(st.Resource, ", "))
}
