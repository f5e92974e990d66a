package report_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/fanoutfile"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/topology/topologytest"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
)

// FuzzTemplate edits templates, and checks, explains and prints what becomes of them.
func FuzzTemplate(f *testing.F) {
	var trees []value.Value
	for _, pattern := range []string{"../check/rules/*.txtar", "../check/testdata/*/*.txtar", "../cfn/testdata/cloudformation/*.txtar", "../cfn/testdata/sam/*.txtar"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("%s: %d files: %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			a, err := txtar.ParseFile(path)
			if err != nil {
				f.Fatal(err)
			}
			tree, err := yaml.Parse("template", a.Files[0].Data, intrinsic)
			if err == nil && len(a.Files[0].Data) < 4000 {
				trees = append(trees, tree)
			}
		}
	}
	fuzzTrees(f, trees, func(t *testing.T, data []byte) {
		if topologies, err := cfn.ReadBytes("fuzz.json", data, cfn.Options{}); err == nil {
			checkAndPrint(t, topologies)
		} else {
			placed(t, err)
		}
	})
}

// FuzzPlan edits plans as FuzzTemplate does templates.
func FuzzPlan(f *testing.F) {
	var trees []value.Value
	paths, err := filepath.Glob("../terraform/testdata/*.plan.json")
	if err != nil || len(paths) == 0 {
		f.Fatalf("%d plans: %v", len(paths), err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		tree, err := value.ParseJSON(path, data)
		if err != nil {
			f.Fatal(err)
		}
		trees = append(trees, tree)
	}
	fuzzTrees(f, trees, func(t *testing.T, data []byte) {
		if found, err := terraform.ReadBytes("fuzz.json", data, terraform.Options{}); err == nil {
			checkAndPrint(t, []*topology.Topology{found})
		} else {
			placed(t, err)
		}
	})
}

// FuzzFanout edits a fanout.yaml as FuzzTemplate does templates.
func FuzzFanout(f *testing.F) {
	tree, err := yaml.Parse("fanout.yaml", []byte(`
topics: [{arn: "arn:aws:sns:us-east-2:123456789012:events", key: "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}]
publishers: [{principal: "arn:aws:iam::123456789012:role/shop"}, {principal: events.amazonaws.com, source: "arn:aws:events:us-east-2:123456789012:rule/r", topics: ["arn:aws:sns:us-east-2:123456789012:events"]}]
queues:
  - arn: arn:aws:sqs:us-east-2:123456789012:orders
    key: arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
    producers: [{principal: "arn:aws:iam::123456789012:role/producer"}]
    consumers: [{principal: "arn:aws:iam::123456789012:role/orders", client: lambda}]
    deadLetterQueue: {arn: "arn:aws:sqs:us-east-2:123456789012:dead"}
    redrivers: [{principal: "arn:aws:iam::123456789012:role/ops"}]
`), nil)
	if err != nil {
		f.Fatal(err)
	}
	fuzzTrees(f, []value.Value{tree}, func(t *testing.T, data []byte) {
		file, err := fanoutfile.Parse("fuzz.json", data)
		if err != nil {
			placed(t, err)
			return
		}
		if policies, err := file.Policies(); err == nil {
			for _, format := range snippet.Formats() {
				if out, err := snippet.Render(policies, format); err == nil {
					noCommandIn(t, out)
				}
			}
		}
	})
}

// fuzzTrees calls try with the JSON of edited trees.
func fuzzTrees(f *testing.F, trees []value.Value, try func(*testing.T, []byte)) {
	for i := range trees {
		f.Add(uint16(i), []byte{})
		f.Add(uint16(i), []byte{0, byte(7 * i), byte(i), byte(11 * i), 0, byte(13 * i), byte(i / 8), byte(3 * i)})
	}
	f.Fuzz(func(t *testing.T, tree uint16, edits []byte) {
		if len(edits) > 64 {
			edits = edits[:64]
		}
		try(t, []byte(topologytest.Edited(trees[int(tree)%len(trees)], edits).JSON(1<<20)))
	})
}

// intrinsic returns what a tag such as !Sub stands for.
func intrinsic(tag string, arg value.Value) value.Value {
	name := tag[1:]
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	return value.NewObject(arg.At, value.Pair(name, arg))
}

// placed fails unless the error names the file.
func placed(t *testing.T, err error) {
	t.Helper()
	var bad *value.Error
	if !errors.As(err, &bad) || bad.File != "fuzz.json" {
		t.Errorf("error without a file: %v", err)
	}
}

// noCommandIn fails if a terminal or a CI runner would obey a line of an output.
func noCommandIn(t *testing.T, out []byte) {
	t.Helper()
	for line := range bytes.Lines(out) {
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte("::")) || bytes.ContainsAny(line, "\x1b\u202e\u009b") {
			t.Errorf("not only text: %q", line)
		}
	}
}

// checkAndPrint checks topologies and prints the findings and hops in one of the formats. No hop may be ok of which a call is not
// allowed.
func checkAndPrint(t *testing.T, topologies []*topology.Topology) {
	t.Helper()
	r := check.Run(topologies, check.Options{Severity: check.Info})
	for _, h := range r.Hops {
		for _, c := range h.Calls {
			if h.Verdict == check.OK && c.Outcome.String() != "allowed" {
				t.Errorf("hop %s %s -> %s is ok, and %s is %s", h.Kind, h.From.ID, h.To.ID, c.Action, c.Outcome)
			}
		}
	}
	chosen := len(r.Findings)
	for _, h := range r.Hops {
		chosen += len(h.Why)
	}
	out, err := outputs[chosen%len(outputs)](r)
	if err != nil {
		t.Error(err)
	}
	noCommandIn(t, out)
	if _, err := report.FindingsGitHub(r); err != nil {
		t.Error(err)
	}
}

// outputs are all but GitHub's commands. Writing each of every input would leave little time for others.
var outputs = []func(check.Report) ([]byte, error){
	func(r check.Report) ([]byte, error) { return report.FindingsText(r, report.Style{Width: 80}) },
	func(r check.Report) ([]byte, error) { return report.HopsText(r, report.Style{}), nil },
	report.FindingsJSON,
	func(r check.Report) ([]byte, error) { return report.HopsJSON(r) },
	func(r check.Report) ([]byte, error) { return report.HopsMermaid(r.Hops), nil },
	func(r check.Report) ([]byte, error) { return report.HopsDOT(r.Hops), nil },
	func(r check.Report) ([]byte, error) { return report.HopsHTML(r, []string{"fuzz.json"}, report.Style{}) },
	func(r check.Report) ([]byte, error) { return report.FindingsSARIF(r, "v0") },
	report.FindingsGitLab,
	func(r check.Report) ([]byte, error) {
		return report.FindingsJUnit(r, check.Rules(), func(f *check.Finding) bool { return f.Severity == check.Error })
	},
}

// TestLineMissing takes each line out of each good template in turn. The rest is often wrong or incomplete. It must neither
// cause a panic nor make a hop ok whose calls are not allowed.
func TestLineMissing(t *testing.T) {
	paths, err := filepath.Glob("../check/testdata/good/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	tried := 0
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.SplitAfter(a.Files[0].Data, []byte("\n"))
		for i := 0; i < len(lines); i += 1 + len(lines)/40 {
			data := bytes.Join(slices.Concat(lines[:i], lines[i+1:]), nil)
			if topologies, err := cfn.ReadBytes("fuzz.yaml", data, cfn.Options{}); err == nil {
				checkAndPrint(t, topologies)
			}
			tried++
		}
	}
	if tried < 500 {
		t.Errorf("only %d templates were tried", tried)
	}
}
