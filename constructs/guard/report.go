package guard

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// A Report is what [Check] found.
type Report struct {
	// Hops are all hops in which the stack, or one nested in it, has a part.
	Hops []Hop
	// Findings are errors and warnings about the stack's resources, and infos about what could not be decided, without
	// those that the app suppresses with a reason.
	Findings []Finding
}

// A Hop is one step of a message under its own authorization.
type Hop struct {
	Kind     string // publish, deliver, send, receive, dead-letter or redrive
	From, To string // logical ids, ARNs or service principals
	// FromPath and ToPath are the paths of the constructs; empty for what is not in the app.
	FromPath, ToPath string
	Verdict          string // ok, broken or unknown
	Why              string // why the verdict is not ok
}

// String returns the hop on one line, with the paths of its constructs.
func (h Hop) String() string {
	ends := text.Name{ID: h.From, Path: h.FromPath}.String() + " -> " + text.Name{ID: h.To, Path: h.ToPath}.String()
	s := fmt.Sprintf("%s %s: %s", h.Kind, text.Paths(ends), h.Verdict)
	if h.Why != "" {
		s += ": " + h.Why
	}
	return s
}

// about reports whether the name is that of an end of the hop.
func (h Hop) about(name string) bool {
	return name == h.From || name == h.To || name == h.FromPath || name == h.ToPath
}

// A Finding is one thing that is wrong.
type Finding struct {
	Rule     string // the rule's id, as `hopgrant rules` lists it
	Severity string // error, warning or info
	Message  string // one sentence that names both ends of the hop by the paths of their constructs
	// Hop is the hop that the finding is about; nil if it is about a resource alone.
	Hop *Hop
	// LogicalID and Path are those of the first resource that the finding is about; empty if it is about a template as a whole.
	LogicalID, Path string
	Template        string // the template's file name
	Line            int    // from 1
	Fix             string // what to do in words, and the statements that mend it as JSON, one a line; may be empty
	Help            string // where the rule is documented
}

// String returns the finding on one line.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s [%s]", f.Template, f.Line, f.Severity, f.Message, f.Rule)
}

// Check synthesizes the app that the stack belongs to and checks it. The report holds what concerns the stack and those nested
// in it; a hop between two stacks concerns both. The error says which stacks, stages and nested stacks of the app cannot be
// read, and the report then holds what could be.
//
// The app is synthesized again at each call, so that a test may change the stack in between.
func Check(stack awscdk.Stack) (Report, error) {
	root := rootStage(stack)
	// What validation plugins say of the app does not matter here.
	_, dir, _ := assemble(root, &awscdk.StageSynthesisOptions{Force: jsii.Bool(true), SkipValidation: jsii.Bool(true)})
	a, err := read(dir)
	in, wrong := filepath.Rel(*root.Outdir(), *awscdk.Stage_Of(stack).Outdir())
	if wrong != nil {
		return Report{}, wrong
	}
	return a.of(*stack.Node().Path(), filepath.Join(dir, in, *stack.TemplateFile())), err
}

// of returns what concerns the stack with that construct path, or with that template where the CDK does not tell the paths.
func (a assembly) of(path, template string) Report {
	is := func(s topology.Stack) bool { return s.Path == path }
	if !slices.ContainsFunc(a.stacks, is) {
		is = func(s topology.Stack) bool { return s.File == template }
	}
	own := part{stacks: map[string]bool{}, files: map[string]bool{}}
	for _, s := range a.stacks { // a nested stack comes after the one that it is in
		if is(s) || s.Within != "" && own.stacks[s.Within] {
			own.stacks[s.Name], own.files[s.File] = true, true
		}
	}
	var out Report
	for i := range a.Hops {
		if h := &a.Hops[i]; own.concerns(h) {
			out.Hops = append(out.Hops, hop(h))
		}
	}
	for i := range a.Findings {
		if f := &a.Findings[i]; own.files[f.At.File] || slices.ContainsFunc(f.Elements, own.has) || f.Hop != nil && own.concerns(f.Hop) ||
			slices.ContainsFunc(f.Others, func(o check.Finding) bool { return own.concerns(o.Hop) }) {
			out.Findings = append(out.Findings, finding(f))
		}
	}
	return out
}

// A part is a stack and those nested in it: their names and templates.
type part struct{ stacks, files map[string]bool }

func (p part) has(e *topology.Element) bool { return e != nil && p.stacks[e.Stack] }

// concerns reports whether the hop, or one of its ends, is of the part.
func (p part) concerns(h *check.Hop) bool { return p.has(h.From) || p.has(h.To) || p.has(h.By) }

func hop(h *check.Hop) Hop {
	return Hop{Kind: string(h.Kind), From: h.From.ID, To: h.To.ID, FromPath: h.From.Path, ToPath: h.To.Path, Verdict: h.Verdict.String(),
		Why: text.Paths(h.Why)}
}

func finding(f *check.Finding) Finding {
	out := Finding{Rule: f.Rule, Severity: string(f.Severity), Message: text.Paths(f.Message), Template: filepath.Base(f.At.File), Line: f.At.Line,
		Fix: text.Paths(f.Advice), Help: f.Help}
	if f.Hop != nil {
		h := hop(f.Hop)
		out.Hop = &h
	}
	if len(f.Elements) > 0 {
		out.LogicalID, out.Path = f.Elements[0].ID, f.Elements[0].Path
	}
	var fixes []string
	if out.Fix != "" {
		fixes = append(fixes, out.Fix)
	}
	for _, fix := range f.Fix {
		for _, s := range fix.Document.Statements {
			statement, err := s.MarshalJSON()
			if err != nil {
				continue
			}
			fixes = append(fixes, fmt.Sprintf("add to the %s policy of %s: %s", fix.On, text.Paths(fix.Of), statement))
		}
	}
	out.Fix = strings.Join(fixes, "\n")
	return out
}
