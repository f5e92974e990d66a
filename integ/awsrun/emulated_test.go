//go:build integ

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// emulated starts an emulator that asks hopgrant before each delivery, and points the AWS SDKs of this process and its
// children to it.
func emulated(t *testing.T) *emulator.Emulator {
	t.Helper()
	tools, err := programs.Find()
	if err != nil {
		t.Fatal(err)
	}
	program, err := tools.Build(t.TempDir(), "./cmd/hopgrant")
	if err != nil {
		t.Fatal(err)
	}
	e, err := emulator.Start(t.Context(), tools, emulator.Options{Hopgrant: program})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Stop(); err != nil {
			t.Error(err)
		}
	})
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": e.URL, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "",
		"AWS_REGION": "us-east-1", "AWS_CA_BUNDLE": "", "AWS_PROFILE": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
	os.Unsetenv("AWS_CA_BUNDLE")
	os.Unsetenv("AWS_PROFILE")
	return e
}

// TestRunOnEmulator runs everything on an emulator, with every step that a real account would see, and checks that
// nothing is left behind.
func TestRunOnEmulator(t *testing.T) {
	e := emulated(t)
	records := t.TempDir()
	var out bytes.Buffer
	err := run(t.Context(), []string{"-yes", "-bootstrap", "-keys", "-examples", "cmk,guard", "-record", records}, &out, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"This run creates", "stack CMK (examples/cmk): ", "1 AWS::KMS::Key", "It costs", "It deletes",
		"example cmk: every message arrived", "example guard: every message arrived", "as wanted",
		"AWS::KMS::Key", "will be deleted in 7 days",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got output\n%s\nwant %q in it", out.String(), want)
		}
	}
	checkRecords(t, records)
	left(t, e)
}

// checkRecords reads the file of recorded cases.
func checkRecords(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "recorded-*.txtar"))
	if err != nil || len(files) != 1 {
		t.Fatalf("got recorded files %v (%v), want one", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"NO EVIDENCE ABOUT AWS", "README.md#emulated-", "want: allowed", "want: implicitly-denied", "-- policy-1.json --"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("got records\n%s\nwant %q in them", data, want)
		}
	}
	if strings.Contains(string(data), emulator.Account) {
		t.Errorf("got records with the account in them, want it replaced")
	}
}

// left reports the stacks that still exist, apart from the CDK's own.
func left(t *testing.T, e *emulator.Emulator) {
	t.Helper()
	c := e.Clients(emulator.Account, "us-east-1")
	stacks, err := c.CloudFormation.ListStacks(t.Context(), &cloudformation.ListStacksInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stacks.StackSummaries {
		if s.StackStatus != types.StackStatusDeleteComplete && *s.StackName != "CDKToolkit" {
			t.Errorf("stack %s is %s, want it deleted", *s.StackName, s.StackStatus)
		}
	}
}

// TestInterruptedRun interrupts a run while messages flow. The run must end with an error and still destroy the stack.
func TestInterruptedRun(t *testing.T) {
	e := emulated(t)
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	w := &trigger{w: &out, at: "example guard: every message arrived", do: cancel}
	err := run(ctx, []string{"-yes", "-bootstrap", "-examples", "guard,fifo"}, w, w)
	if err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("got error %v, want one about the interrupt\n%s", err, out.String())
	}
	left(t, e)
	if strings.Contains(out.String(), "example fifo") {
		t.Errorf("got another example after the interrupt, want none\n%s", out.String())
	}
}

// A trigger passes on what is written, and acts once it has seen a text.
type trigger struct {
	w  *bytes.Buffer
	at string
	do func()
}

func (t *trigger) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	if strings.Contains(t.w.String(), t.at) {
		t.do()
	}
	return n, err
}

// TestFailedDeployment runs a deployment that AWS refuses half-way. The error must name the example, and nothing may be
// left behind.
func TestFailedDeployment(t *testing.T) {
	e := emulated(t)
	p, err := e.StartFaultProxy(emulator.Fault{Action: "ExecuteChangeSet", After: 1, Code: "AccessDenied", Status: 403})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	t.Setenv("AWS_ENDPOINT_URL", p.URL)
	var out bytes.Buffer
	err = run(t.Context(), []string{"-yes", "-bootstrap", "-examples", "guard"}, &out, &out)
	if err == nil || !strings.Contains(err.Error(), "example guard: cdk deploy: exit status 1") {
		t.Errorf("got error %v, want one that names the example\n%s", err, out.String())
	}
	if got := p.Requests("ExecuteChangeSet"); got != 2 {
		t.Errorf("got %d change sets executed, want the bootstrap's and the example's\n%s", got, out.String())
	}
	left(t, e)
}

// TestForeignStack checks that a stack of the same name that is not ours is left alone.
func TestForeignStack(t *testing.T) {
	e := emulated(t)
	c := e.Clients(emulator.Account, "us-east-1")
	if err := c.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := c.Deploy(t.Context(), "Guard", []byte(`{"Resources":{"Queue":{"Type":"AWS::SQS::Queue"}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = run(t.Context(), []string{"-yes", "-examples", "guard"}, &out, &out)
	if err == nil || !strings.Contains(err.Error(), `stack "Guard": exists in this account already`) {
		t.Errorf("got error %v, want one about the stack\n%s", err, out.String())
	}
	if exists, err := c.StackExists(t.Context(), s.Name); err != nil || !exists {
		t.Errorf("got the stack there: %t (%v), want it untouched", exists, err)
	}
}
