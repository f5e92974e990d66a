//go:build integ

package integ

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// tools and emulators are what the tests share: one emulator that delivers whatever policies say, and one that asks hopgrant.
var (
	tools    Tools
	hopgrant string
	plain    *Emulator
	asking   *Emulator
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
	dir, err := os.MkdirTemp("", "hopgrant-integ-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	if hopgrant, err = tools.Build(dir, "./cmd/hopgrant"); err != nil {
		return fail(err)
	}
	for _, e := range []struct {
		at **Emulator
		o  EmulatorOptions
	}{{&plain, EmulatorOptions{}}, {&asking, EmulatorOptions{Hopgrant: hopgrant}}} {
		if *e.at, err = tools.StartEmulator(context.Background(), e.o); err != nil {
			return fail(err)
		}
		defer (*e.at).Stop()
	}
	return m.Run()
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

// output runs a program and returns what it printed; the test fails if the program does.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}
