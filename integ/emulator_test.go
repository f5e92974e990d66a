//go:build integ

package integ

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// What the tests share. plain delivers whatever policies say; hopgrant and asking are made by the first test that wants them.
var (
	tools    Tools
	scratch  string
	plain    *Emulator
	asking   *Emulator
	hopgrant string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, "integ:", err)
		return 1
	}
	var err error
	if tools, err = FindTools(); err != nil {
		return fail(err)
	}
	if scratch, err = os.MkdirTemp("", "hopgrant-integ-"); err != nil {
		return fail(err)
	}
	defer os.RemoveAll(scratch)
	if plain, err = tools.StartEmulator(context.Background(), EmulatorOptions{}); err != nil {
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

// hopgrantProgram returns the program, compiled.
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
func askingEmulator(t *testing.T) *Emulator {
	t.Helper()
	if asking == nil {
		e, err := tools.StartEmulator(context.Background(), EmulatorOptions{Hopgrant: hopgrantProgram(t)})
		if err != nil {
			t.Fatal(err)
		}
		asking = e
	}
	return asking
}

// deployed deploys a flow for the length of the test and prints what was left out.
func deployed(t *testing.T, e *Emulator, f Flow, change func(Template)) *Deployed {
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

// deployedTemplate deploys one template to the emulator's own account for the length of the test.
func deployedTemplate(t *testing.T, e *Emulator, name string, template Template) *Deployed {
	t.Helper()
	s, err := e.Clients(EmulatorAccount, "us-east-1").Deploy(t.Context(), name, template.JSON(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Delete(context.Background()); err != nil {
			t.Error(err)
		}
	})
	d, err := ReadBack(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
