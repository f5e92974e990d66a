//go:build integ

package fanout_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// TestCDKDiff asks the CDK's own command line what a deployment would do to an app that moves to our constructs.
func TestCDKDiff(t *testing.T) {
	mayAdd := func(c change) bool {
		return c.kind == "AWS::SQS::Queue" && strings.HasSuffix(c.path, "/DeadLetterQueue")
	}
	for _, app := range movingApps {
		t.Run(app.name, func(t *testing.T) {
			changes := cdkDiff(t, func(a awscdk.App) { app.build(a, plainMaker) }, func(a awscdk.App) { app.build(a, ourMaker) })
			if len(changes) == 0 {
				t.Error("the diff is empty, although our defaults differ from the CDK's")
			}
			for _, c := range changes {
				if problem := c.problem(mayAdd); problem != "" {
					t.Errorf("%s: %s %s: %s\n%s", app.reason, c.kind, c.path, problem, c.text)
				}
			}
		})
	}
}

// TestCDKDiffSpeaks checks that the same test finds what it looks for.
func TestCDKDiffSpeaks(t *testing.T) {
	build := func(queueName string, subscribed bool) func(awscdk.App) {
		return func(app awscdk.App) {
			s := newStack(app, "S")
			queue := fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{QueueName: jsii.String(queueName)}})
			if subscribed {
				fanout.Subscribe(fanout.NewTopic(s, jsii.String("T"), nil), queue, nil)
			}
		}
	}
	for _, tt := range []struct {
		name, reason string
		old, now     func(awscdk.App)
		want         map[string]string
	}{
		{"renamed", "SQS cannot rename a queue", build("a", false), build("b", false),
			map[string]string{"AWS::SQS::Queue": "it is replaced"}},
		{"removed", "the topic and its subscription go", build("a", true), build("a", false),
			map[string]string{"AWS::SNS::Topic": "it is removed", "AWS::SNS::Subscription": "it is removed"}},
		{"added", "the topic and its subscription come", build("a", false), build("a", true),
			map[string]string{"AWS::SNS::Topic": "it is added", "AWS::SNS::Subscription": "it is added"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := map[string]string{}
			for _, c := range cdkDiff(t, tt.old, tt.now) {
				if problem := c.problem(func(change) bool { return false }); problem != "" {
					got[c.kind] = problem
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %v, want %v (%s)", got, tt.want, tt.reason)
			}
		})
	}
}

var update = flag.Bool("update", false, "write the diffs of docs/migrating.md instead of comparing them")

// TestCDKDiffShown compares what docs/migrating.md shows: the resources in a diff.
func TestCDKDiffShown(t *testing.T) {
	inStack := func(build func(awscdk.Stack)) func(awscdk.App) {
		return func(app awscdk.App) { build(newStack(app, "Shop")) }
	}
	moving := func(build func(stack awscdk.Stack, shop, biller awsiam.Role)) func(awscdk.App) {
		return inStack(func(s awscdk.Stack) { build(s, role(s, "Shop"), role(s, "Biller")) })
	}
	for _, tt := range []struct {
		file     string
		old, now func(awscdk.App)
	}{
		{"shop.txt", moving(plainShop), moving(movedShop)},
		{"sse-sqs.txt", inStack(awsManaged), inStack(sqsManaged)},
	} {
		t.Run(tt.file, func(t *testing.T) {
			file := filepath.Join("../../docs/migrating", tt.file)
			_, resources, ok := strings.Cut(runCDKDiff(t, assembly(t, tt.now), filepath.Join(assembly(t, tt.old), "Shop.template.json")), "\nResources\n")
			if !ok {
				t.Fatal("no resource is different")
			}
			got, _, _ := strings.Cut(resources, "\n\n")
			got += "\n"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s is stale (-file +cdk diff); make cdk-diff FLAGS=-update, then go test ./internal/readme -update, mend it:\n%s", file, diff)
			}
		})
	}
}

// A change is what cdk diff says about a resource.
type change struct {
	sign       string // "+", "-" or "~"
	kind, path string
	text       string // all lines about it
}

var changeLine = regexp.MustCompile(`^\[([-+~])\] (AWS::\S+) (\S+) `)

// problem says what is wrong with a change of a topic, queue, subscription or key; mayAdd is whether it may be added.
func (c change) problem(mayAdd func(change) bool) string {
	switch _, kept := replacing[c.kind]; {
	case !kept:
		return ""
	case c.sign == "-":
		return "it is removed"
	case c.sign == "+" && !mayAdd(c):
		return "it is added"
	case regexp.MustCompile(`replace|destroy|orphan`).MatchString(c.text):
		return "it is replaced"
	}
	return ""
}

// cdkDiff returns the changes of resources from one app to another.
func cdkDiff(t *testing.T, old, now func(awscdk.App)) []change {
	t.Helper()
	before, after := assembly(t, old), assembly(t, now)
	templates, err := filepath.Glob(filepath.Join(before, "*.template.json"))
	if err != nil || len(templates) == 0 {
		t.Fatalf("no template in %s: %v", before, err)
	}
	var all []change
	for _, template := range templates {
		for line := range strings.Lines(runCDKDiff(t, after, template)) {
			if m := changeLine.FindStringSubmatch(line); m != nil {
				all = append(all, change{sign: m[1], kind: m[2], path: m[3]})
			}
			if len(all) > 0 {
				all[len(all)-1].text += line
			}
		}
	}
	return all
}

// runCDKDiff returns what cdk diff prints about the stack that has the template's name.
func runCDKDiff(t *testing.T, assembly, template string) string {
	t.Helper()
	cdk, err := filepath.Abs("../../integ/_node/node_modules/.bin/cdk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(cdk); err != nil {
		t.Fatalf("%v; make cdk-diff installs it", err)
	}
	cmd := exec.CommandContext(t.Context(), cdk, "diff", "--app", assembly, "--template", template, "--exclusively", "--no-color", "--no-notices",
		strings.TrimSuffix(filepath.Base(template), ".template.json"))
	// Without an AWS account and without the network.
	cmd.Env = append(os.Environ(), "CDK_DISABLE_VERSION_CHECK=1", "CDK_DISABLE_CLI_TELEMETRY=true", "HOME="+t.TempDir(), "AWS_EC2_METADATA_DISABLED=true", "CI=true")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("cdk diff: %v\n%s%s", err, out, &stderr)
	}
	if !strings.Contains(string(out), "Number of stacks with differences: ") {
		t.Fatalf("cdk diff said nothing about the number of stacks with differences:\n%s%s", out, &stderr)
	}
	return string(out)
}

// assembly synthesizes an app and returns the assembly's directory. Nested stacks count as stacks there, since cdk diff does
// not look into them without an account; and what others have to add was added.
func assembly(t *testing.T, build func(awscdk.App)) string {
	t.Helper()
	app := newApp(t, nil)
	build(app)
	for _, p := range fanout.Pending(app) {
		fanout.Acknowledge(app, p.ID)
	}
	dir := *app.Synth(nil).Directory()
	nested, err := filepath.Glob(filepath.Join(dir, "*.nested.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "manifest.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var manifest map[string]any
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	for _, path := range nested {
		name := filepath.Base(path)
		manifest["artifacts"].(map[string]any)[strings.TrimSuffix(name, ".template.json")] = map[string]any{
			"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
			"properties": map[string]any{"templateFile": name},
		}
	}
	if text, err = json.Marshal(manifest); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
