package check_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
)

// every is 1 for all mutants, which takes minutes.
var every = flag.Int("mutants", 16, "of so many mutants, try one")

// TestMutants breaks right templates in every way that the table of mutations knows. A hop of a mutant may be called ok only if a
// second reader of templates and the evaluator, asked call by call, find that it works.
func TestMutants(t *testing.T) {
	var all tally
	t.Run("templates", func(t *testing.T) {
		for name, data := range rightTemplates(t) {
			t.Run(name, func(t *testing.T) { all.add(breakTemplate(t, name, data)) })
		}
	})
	t.Logf("%d mutants, of which %d are refused as templates; %d hops called ok compared, %d not judged; %d wrong", all.mutants, all.refused, all.compared, all.open, all.wrong)
	if all.mutants**every < 80_000 || all.compared < 2*all.open {
		t.Error("too few mutants, or too few hops of them are judged")
	}
}

// A tally counts mutants, and hops that check calls ok.
type tally struct{ mutants, refused, compared, open, wrong int }

func (t *tally) add(o tally) {
	t.mutants, t.refused, t.compared, t.open, t.wrong = t.mutants+o.mutants, t.refused+o.refused, t.compared+o.compared, t.open+o.open, t.wrong+o.wrong
}

// rightTemplates returns the templates without a fault: those of testdata/good, the good ones of the rules, and our examples.
func rightTemplates(t *testing.T) map[string][]byte {
	all := map[string][]byte{}
	for _, pattern := range []string{"testdata/good/*.txtar", "rules/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < 20 {
			t.Fatalf("%d files: %v", len(files), err)
		}
		for _, path := range files {
			e := readExample(t, path)
			if name, data := e.file(t, "good"); strings.HasPrefix(name, "good") && e.options.Account == "" {
				all[path] = data
			}
		}
	}
	examples, err := filepath.Glob("../../examples/*/testdata/*.template.json")
	if err != nil || len(examples) < 6 {
		t.Fatalf("%d examples: %v", len(examples), err)
	}
	for _, path := range examples {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = data
	}
	return all
}

// breakTemplate makes every mutant of a template, and compares its hops.
func breakTemplate(t *testing.T, name string, data []byte) (n tally) {
	root, err := yaml.Parse(name, data, func(tag string, arg value.Value) value.Value {
		function := "Fn::" + tag[1:]
		if tag == "!Ref" {
			function = "Ref"
		}
		return value.NewObject(arg.At, value.Pair(function, arg))
	})
	if err != nil {
		t.Fatal(err)
	}
	known := cfn.Options{Account: account, Region: region}
	for _, o := range []cfn.Options{{}, known} {
		n.add(compare(t, "unbroken", root, o))
	}
	made := 0
	right := deploy(root)
	eachPart(right.resources, nil, func(path []string, part value.Value, put func(value.Value) value.Value) {
		for _, m := range mutations {
			for _, v := range m.of(&node{part, path, right}) {
				made++
				if (made+len(name))%*every != 0 {
					continue
				}
				what := m.name + " at " + strings.Join(path, "/") + ": " + v.JSON(1<<20)
				o := cfn.Options{}
				if made / *every % 2 == 0 {
					o = known
				}
				n.add(compare(t, what, root.With("Resources", put(v)), o))
			}
		}
	})
	return n
}

// eachPart calls f with every part of v, and with a function that returns v with the part replaced, or dropped.
func eachPart(v value.Value, path []string, f func([]string, value.Value, func(value.Value) value.Value)) {
	var walk func(v value.Value, path []string, put func(value.Value) value.Value)
	walk = func(v value.Value, path []string, put func(value.Value) value.Value) {
		if len(path) > 0 {
			f(path, v, put)
		}
		for i, m := range v.Members {
			if m.Key != "Metadata" && m.Key != "Tags" {
				walk(m.Value, append(slices.Clip(path), m.Key), func(part value.Value) value.Value {
					members := slices.Clone(v.Members)
					members[i].Value = part
					if part.Kind == value.Absent {
						members = slices.Delete(members, i, i+1)
					}
					return put(value.NewObject(v.At, members...))
				})
			}
		}
		for i, item := range v.Items {
			walk(item, append(slices.Clip(path), ""), func(part value.Value) value.Value {
				items := slices.Clone(v.Items)
				items[i] = part
				if part.Kind == value.Absent {
					items = slices.Delete(items, i, i+1)
				}
				return put(value.NewList(v.At, items...))
			})
		}
	}
	walk(v, path, func(v value.Value) value.Value { return v })
}

// compare reads a mutant, and judges each of its hops that is called ok again.
func compare(t *testing.T, what string, root value.Value, o cfn.Options) (n tally) {
	n.mutants = 1
	topologies, err := cfn.ReadBytes("mutant.json", []byte(root.JSON(1<<20)), o)
	if err != nil {
		n.refused = 1
		return n
	}
	d := deploy(root)
	hops := check.Explain(topologies).Hops
	for i := range hops {
		h := &hops[i]
		if h.Verdict != check.OK {
			continue
		}
		switch wrong, sure := d.judge(h); {
		case !sure:
			n.open++
		case wrong != "":
			n.wrong++
			t.Errorf("%+v: %s\n\thop %s %s -> %s by %s is ok, but: %s", o, what, h.Kind, h.From.ID, h.To.ID, h.By.ID, wrong)
			fallthrough
		default:
			n.compared++
		}
	}
	return n
}
