//go:build integ

// Package integ runs what hopgrant generates on software by others: it deploys the examples' templates to an AWS
// emulator, sends messages through them, reads the policies back and evaluates them as they were deployed.
//
// The emulator (moto, in a Python process of its own) does not enforce policies, so nothing here is evidence about AWS.
// README.md in this folder says what the tests show and what they do not. "make integ" prepares everything and runs the
// tests that need the emulator; they carry the build tag integ.
package integ

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/flow"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// The programs and emulators that the tests share. plain delivers whatever policies say; hopgrant and asking are created
// by the first test that uses them.
var (
	tools    programs.Set
	scratch  string
	plain    *emulator.Emulator
	asking   *emulator.Emulator
	hopgrant string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, "integ:", err)
		return 1
	}
	var err error
	if tools, err = programs.Find(); err != nil {
		return fail(err)
	}
	if scratch, err = os.MkdirTemp("", "hopgrant-integ-"); err != nil {
		return fail(err)
	}
	defer os.RemoveAll(scratch)
	if plain, err = emulator.Start(context.Background(), tools, emulator.Options{}); err != nil {
		return fail(err)
	}
	defer plain.Stop()
	defer func() {
		if asking != nil {
			asking.Stop()
		}
	}()
	return m.Run()
}

// hopgrantProgram compiles hopgrant and returns the program.
func hopgrantProgram(t *testing.T) string {
	t.Helper()
	if hopgrant == "" {
		program, err := tools.Build(scratch, "./cmd/hopgrant")
		if err != nil {
			t.Fatal(err)
		}
		hopgrant = program
	}
	return hopgrant
}

// askingEmulator returns the emulator that asks hopgrant before each delivery.
func askingEmulator(t *testing.T) *emulator.Emulator {
	t.Helper()
	if asking == nil {
		e, err := emulator.Start(context.Background(), tools, emulator.Options{Hopgrant: hopgrantProgram(t)})
		if err != nil {
			t.Fatal(err)
		}
		asking = e
	}
	return asking
}

// deployed deploys a flow for the duration of the test, and prints what was left out.
func deployed(t *testing.T, e *emulator.Emulator, f flow.Flow, change func(emulator.Template)) *flow.Deployed {
	t.Helper()
	d, omitted, err := f.Deploy(t.Context(), tools, e, change)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Delete(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for _, o := range omitted {
		t.Log(o)
	}
	return d
}

// deployedTemplate deploys one template to the emulator's own account for the duration of the test.
func deployedTemplate(t *testing.T, e *emulator.Emulator, name string, template emulator.Template) *flow.Deployed {
	t.Helper()
	s, err := e.Clients(emulator.Account, "us-east-1").Deploy(t.Context(), name, template.JSON(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Delete(context.Background()); err != nil {
			t.Error(err)
		}
	})
	d, err := flow.ReadBack(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestWithoutPython checks that without Python, make integ skips the tests with one clear line, and that this is an
// error if CI=true.
func TestWithoutPython(t *testing.T) {
	for _, tt := range []struct {
		ci, want string
		fails    bool
	}{
		{ci: "", want: "skip integ: /nonexistent/python3 is missing or older than 3.10, so there is no emulator\n"},
		{ci: "true", want: "integ: /nonexistent/python3 is missing or older than 3.10, and with CI=true nothing is skipped\n", fails: true},
	} {
		cmd := exec.CommandContext(t.Context(), "make", "--no-print-directory", "integ", "PYTHON=/nonexistent/python3")
		cmd.Dir = tools.Root
		cmd.Env = append(os.Environ(), "CI="+tt.ci, "MAKEFLAGS=", "MAKELEVEL=")
		out, err := cmd.CombinedOutput()
		if got := string(out); !strings.HasPrefix(got, tt.want) || (err != nil) != tt.fails {
			t.Errorf("CI=%q: got %q and %v, want %q and an error: %t", tt.ci, got, err, tt.want, tt.fails)
		}
	}
}
