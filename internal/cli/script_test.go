package cli

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts run hopgrant as a process of its own, as users do. UPDATE_SCRIPTS=1 rewrites the files that they compare with;
// read the difference before you commit it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"hopgrant": func() {
			c := Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Version: "v0.0.0-test"}
			os.Exit(c.Main(os.Args[1:]))
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":   status,
			"oneline":  oneLineEach,
			"terminal": terminal,
		},
	})
}

// The script command "status N command args…" runs a command that must end with status N.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s ended with status %d, want %d", args[1], got, want)
	}
}

// The script command "oneline" checks the last command's stderr: each line must be an error or a hint, in lower case and
// without a period.
func oneLineEach(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: oneline")
	}
	text := strings.TrimSuffix(ts.ReadFile("stderr"), "\n")
	if text == "" {
		ts.Fatalf("stderr is empty")
	}
	for _, line := range strings.Split(text, "\n") {
		message, ok := strings.CutPrefix(line, "hopgrant: error: ")
		if !ok {
			message, ok = strings.CutPrefix(line, "hopgrant: hint: ")
		}
		switch {
		case !ok:
			ts.Fatalf("stderr has a line of another voice: %s", line)
		case strings.HasSuffix(message, "."):
			ts.Fatalf("an error ends with a period: %s", line)
		case message == "" || message[0] >= 'A' && message[0] <= 'Z':
			ts.Fatalf("an error is empty or begins with a capital: %s", line)
		}
	}
}

// The script command "terminal command args…" runs a command on a terminal of 80 columns with script(1). Its output is in
// stdout.
func terminal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: terminal command args...")
	}
	quoted := make([]string, len(args))
	for i, a := range args {
		quoted[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
	}
	ts.Check(ts.Exec("script", "-qec", "stty cols 80; "+strings.Join(quoted, " "), "/dev/null"))
}
