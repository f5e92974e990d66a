// Package guard proves at synthesis time, and in unit tests, that the fan-outs of a CDK app deliver: it follows every
// message in the synthesized templates from publisher to topic to queue to consumer, evaluates the policies of each hop,
// and reports what would be lost or what allows more than it needs. The app need not use the constructs of package fanout.
//
// In an app, [Synth] takes the place of app.Synth, or [Plugin] is one of the app's policy validation plugins. In tests,
// [AssertDelivers] takes a stack, and [Check] returns all that was found.
//
// All stacks of the app are one world, those of its stages and all nested stacks among them, each in its own account and Region.
// What a stack refers to and the app does not have, such as an imported queue, has hops that are not known to work, with the
// statements that the other side must have. A stage or nested stack that cannot be read is an error beside what is found in the
// rest. Messages name resources by the paths of their constructs.
package guard

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/cxapi"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// Synth synthesizes the app, checks it, and prints what it finds to stderr. If there are errors, it ends the process with
// status 1, and if a part of the assembly cannot be read, with status 3. Otherwise it returns what app.Synth returns; warnings,
// and hops that could not be decided, are printed and do not end the process. Where a validation plugin fails, app.Synth
// alone does not end a Go program with the older versions of the CDK, and panics with the newer ones; Synth passes the panic
// on unless the check itself finds an error.
//
// Called through the CDK command line, a status that is not 0 stops the deployment. That also prints the annotations of
// constructs, warnings and errors such as what fanout asks of others, and fails on errors. Where the program is run without it,
// Synth does both.
func Synth(app awscdk.App) cxapi.CloudAssembly {
	assembly, status := synth(app, os.Stderr, os.Getenv(cliVersion) != "")
	if status != 0 {
		jsii.Close()
		os.Exit(status)
	}
	return assembly
}

// synth synthesizes and checks the app, prints what it finds, and returns the status to end with. cli says that the CDK's command
// line prints annotations.
func synth(app awscdk.App, stderr io.Writer, cli bool) (cxapi.CloudAssembly, int) {
	assembly, dir, failure := assemble(app, nil)
	status := inspect(dir, stderr)
	if !cli && status != 3 {
		status = max(status, inspectAnnotations(dir, stderr))
	}
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
	a, failure := read(dir)
	if len(a.Findings) > 0 {
		text, err := report.FindingsText(a.Report, report.Style{})
		failure = errors.Join(failure, err)
		fmt.Fprintf(stderr, "%s", text)
	}
	if failure != nil {
		return printFailure(failure, stderr)
	}
	for _, f := range a.Findings {
		if f.Severity == check.Error {
			return 1
		}
	}
	return 0
}

func printFailure(failure error, stderr io.Writer) int {
	for line := range strings.Lines(failure.Error()) {
		fmt.Fprintf(stderr, "hopgrant: error: %s\n", report.Line(strings.TrimSpace(line)))
	}
	return 3
}

// An assembly is a cloud assembly that has been checked.
type assembly struct {
	check.Report
	stacks []topology.Stack
}

// read checks the cloud assembly in a directory. The CDK drops without a word what it would grant on imported resources, so
// hops that could not be decided are reported too. The error says what could not be read; the rest is checked.
func read(dir string) (assembly, error) {
	topologies, err := cfn.Read(dir, cfn.Options{})
	if len(topologies) == 0 {
		return assembly{}, err
	}
	return assembly{check.Run(topologies, check.Options{Undecided: true}), topologies[0].Stacks}, err
}

// rootStage returns the outermost stage of a stack, its app.
func rootStage(stack awscdk.Stack) awscdk.Stage {
	stage := awscdk.Stage_Of(stack)
	for stage.ParentStage() != nil {
		stage = stage.ParentStage()
	}
	return stage
}
