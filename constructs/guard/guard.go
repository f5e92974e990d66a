// Package guard proves at synthesis time, and in unit tests, that the fan-outs of a CDK app deliver: it follows every
// message in the synthesized templates from publisher to topic to queue to consumer, evaluates the policies of each hop,
// and reports what would be lost or what allows more than it needs. The app need not use the constructs of package fanout.
//
// In an app, [Synth] takes the place of app.Synth, or [Plugin] is one of the app's policy validation plugins. In tests,
// [AssertDelivers] takes a stack, and [Check] returns all that was found.
package guard

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/cxapi"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/report"
)

// Synth synthesizes the app, checks it, and prints what it finds to stderr. If there are errors, it ends the process with
// status 1, and if the assembly cannot be read, with status 3. Otherwise it returns what app.Synth returns; warnings,
// and hops that could not be decided, are printed and do not end the process. Where a validation plugin fails, app.Synth
// alone does not end a Go program with the older versions of the CDK, and panics with the newer ones; Synth passes the panic
// on unless the check itself finds an error.
//
// Called through the CDK command line, a status that is not 0 stops the deployment.
func Synth(app awscdk.App) cxapi.CloudAssembly {
	assembly, status := synth(app, os.Stderr)
	if status != 0 {
		jsii.Close()
		os.Exit(status)
	}
	return assembly
}

// synth synthesizes and checks the app, prints what it finds, and returns the status to end with.
func synth(app awscdk.App, stderr io.Writer) (cxapi.CloudAssembly, int) {
	assembly, dir, failure := assemble(app, nil)
	status := inspect(dir, stderr)
	if failure != nil && status != 1 {
		panic(failure)
	}
	return assembly, status
}

// assemble synthesizes a stage and returns its assembly, and the folder that it is in. Where a validation plugin fails, newer
// versions of the CDK panic after they have written the assembly: failure is what they panic with, and only the folder is
// known. Any other panic goes on, since the folder may then hold the assembly of an earlier run.
func assemble(stage awscdk.Stage, o *awscdk.StageSynthesisOptions) (assembly cxapi.CloudAssembly, dir string, failure any) {
	defer func() {
		if p := recover(); p != nil {
			if !strings.HasPrefix(fmt.Sprint(p), "ValidationFailed") {
				panic(p)
			}
			dir, failure = *stage.Outdir(), p
		}
	}()
	assembly = stage.Synth(o)
	return assembly, *assembly.Directory(), nil
}

// inspect checks an assembly, prints what it finds, and returns the status to end with.
func inspect(dir string, stderr io.Writer) int {
	r, err := read(dir)
	if err != nil {
		fmt.Fprintf(stderr, "hopgrant: error: %v\n", err)
		return 3
	}
	if len(r.Findings) == 0 {
		return 0
	}
	text, err := report.FindingsText(r, report.Style{})
	if err != nil {
		fmt.Fprintf(stderr, "hopgrant: error: %v\n", err)
		return 3
	}
	fmt.Fprintf(stderr, "%s", text)
	for _, f := range r.Findings {
		if f.Severity == check.Error {
			return 1
		}
	}
	return 0
}

// read checks the cloud assembly in a directory. The CDK drops without a word what it would grant on imported resources, so
// hops that could not be decided are reported too.
func read(dir string) (check.Report, error) {
	topologies, err := cfn.Read(dir, cfn.Options{})
	if err != nil {
		return check.Report{}, err
	}
	return check.Run(topologies, check.Options{Undecided: true}), nil
}

// A Report is what [Check] found.
type Report struct {
	// Hops are all hops in which the stack has a part.
	Hops []Hop
	// Findings are errors and warnings about the stack's resources, and infos about hops that could not be decided, without
	// those that the app suppresses with a reason.
	Findings []Finding
}

// A Hop is one step of a message under its own authorization.
type Hop struct {
	Kind     string // publish, deliver, send, receive, dead-letter or redrive
	From, To string // logical ids, ARNs or service principals
	Verdict  string // ok, broken or unknown
	Why      string // why the verdict is not ok
}

// String returns the hop on one line.
func (h Hop) String() string {
	s := fmt.Sprintf("%s %s -> %s: %s", h.Kind, h.From, h.To, h.Verdict)
	if h.Why != "" {
		s += ": " + h.Why
	}
	return s
}

// A Finding is one thing that is wrong.
type Finding struct {
	Rule     string // the rule's id, as `hopgrant rules` lists it
	Severity string // error, warning or info
	Message  string // one sentence that names both ends of the hop
	Template string // the template's file name
	Line     int    // from 1
	Fix      string // the statements that mend it as JSON, or what to do in words; may be empty
	Help     string // where the rule is documented
}

// String returns the finding on one line.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s [%s]", f.Template, f.Line, f.Severity, f.Message, f.Rule)
}

// Check synthesizes the app that the stack belongs to and checks it. The report holds what concerns the stack; a hop
// between two stacks concerns both. The error says why the assembly cannot be read.
//
// The app is synthesized again at each call, so that a test may change the stack in between.
func Check(stack awscdk.Stack) (Report, error) {
	// What validation plugins say of the app does not matter here.
	_, dir, _ := assemble(rootStage(stack), &awscdk.StageSynthesisOptions{Force: jsii.Bool(true), SkipValidation: jsii.Bool(true)})
	r, err := read(dir)
	if err != nil {
		return Report{}, err
	}
	template := *stack.TemplateFile()
	var out Report
	for i := range r.Hops {
		h := &r.Hops[i]
		if concerns(h, template) {
			out.Hops = append(out.Hops, Hop{Kind: string(h.Kind), From: h.From.ID, To: h.To.ID, Verdict: h.Verdict.String(), Why: h.Why})
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if filepath.Base(f.At.File) == template || f.Hop != nil && concerns(f.Hop, template) ||
			slices.ContainsFunc(f.Others, func(o check.Finding) bool { return concerns(o.Hop, template) }) {
			out.Findings = append(out.Findings, finding(f))
		}
	}
	return out, nil
}

// rootStage returns the outermost stage of a stack, its app.
func rootStage(stack awscdk.Stack) awscdk.Stage {
	stage := awscdk.Stage_Of(stack)
	for stage.ParentStage() != nil {
		stage = stage.ParentStage()
	}
	return stage
}

// concerns reports whether the hop or one of its ends stands in the template.
func concerns(h *check.Hop, template string) bool {
	for _, file := range []string{h.From.At.File, h.To.At.File, h.By.At.File} {
		if filepath.Base(file) == template {
			return true
		}
	}
	return false
}

func finding(f *check.Finding) Finding {
	out := Finding{Rule: f.Rule, Severity: string(f.Severity), Message: f.Message, Template: filepath.Base(f.At.File), Line: f.At.Line,
		Fix: f.Advice, Help: f.Help}
	var fixes []string
	for _, fix := range f.Fix {
		for _, s := range fix.Document.Statements {
			text, err := s.MarshalJSON()
			if err != nil {
				continue
			}
			fixes = append(fixes, fmt.Sprintf("add to the %s policy of %s: %s", fix.On, fix.ID, text))
		}
	}
	if len(fixes) > 0 {
		out.Fix = strings.Join(fixes, "\n")
	}
	return out
}
