package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// run runs a command line in the test's process.
func run(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, err bytes.Buffer
	c := Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &err}
	status = c.Main(args)
	return out.String(), err.String(), status
}

// Every policy command has an example, and all examples run.
func TestExamplesRun(t *testing.T) {
	c := Command{Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}}
	n := 0
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
		if !cmd.HasParent() || cmd.Parent().Name() != "policy" {
			return
		}
		if !strings.Contains(cmd.Example, cmd.CommandPath()) {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		for _, line := range exampleLines(t, cmd.Example) {
			n++
			t.Run(line, func(t *testing.T) {
				t.Chdir(t.TempDir())
				writeExampleFile(t, cmd.Example)
				args := shellWords(line)
				_, stderr, status := run(t, args[1:]...)
				if status != StatusOK || stderr != "" {
					t.Errorf("status %d, stderr:\n%s", status, stderr)
				}
			})
		}
	}
	visit(c.Root())
	if n < 8 {
		t.Errorf("only %d examples", n)
	}
}

// exampleLines returns the command lines of an example.
func exampleLines(t *testing.T, example string) []string {
	t.Helper()
	var lines []string
	for _, l := range strings.Split(strings.ReplaceAll(example, "\\\n", ""), "\n") {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		if !strings.HasPrefix(l, "hopgrant ") {
			t.Errorf("an example's line is no command: %s", l)
		}
		lines = append(lines, l)
	}
	return lines
}

// writeExampleFile writes the file that an example shows in the comments after its name.
func writeExampleFile(t *testing.T, example string) {
	t.Helper()
	_, rest, ok := strings.Cut(example, "# fanout.yaml:\n")
	if !ok {
		return
	}
	var b strings.Builder
	for _, l := range strings.Split(rest, "\n") {
		if content, ok := strings.CutPrefix(strings.TrimLeft(l, " "), "#   "); ok {
			b.WriteString(content + "\n")
		}
	}
	if err := os.WriteFile("fanout.yaml", []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// shellWords splits a line at white space outside single quotes.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}

// A brokenWriter fails like a pipe that nobody reads, or a full disk.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestStdoutBroken(t *testing.T) {
	for _, args := range [][]string{
		{"policy", "consumer", "--queue", "arn:aws:sqs:us-east-2:123456789012:orders"},
		{"policy", "consumer", "--help"},
		{"--version"},
		{"policy", "consumer", "--queue", "arn:aws:sqs:us-east-2:123456789012:orders", "--output-dir", filepath.Join(t.TempDir(), "out")},
	} {
		var stderr bytes.Buffer
		c := Command{Stdin: strings.NewReader(""), Stdout: brokenWriter{}, Stderr: &stderr}
		if status := c.Main(args); status != StatusFailed || stderr.String() != "hopgrant: error: stdout: writing failed: broken pipe\n" {
			t.Errorf("%v: status %d, stderr %q", args, status, stderr.String())
		}
	}
}

func TestPanic(t *testing.T) {
	for debug, stack := range map[string]bool{"": false, "1": true} {
		var stderr bytes.Buffer
		// Without Stdin the command that reads it panics.
		c := Command{Stdout: &bytes.Buffer{}, Stderr: &stderr, Getenv: func(string) string { return debug }}
		if status := c.Main([]string{"policy", "fanout", "-f", "-"}); status != StatusFailed {
			t.Errorf("status %d", status)
		}
		if s := stderr.String(); !strings.HasPrefix(s, "hopgrant: error: internal error: ") || strings.Contains(s, "goroutine") != stack {
			t.Errorf("HOPGRANT_DEBUG=%q: stderr %q", debug, s)
		}
	}
}

func TestReadInputLimit(t *testing.T) {
	c := Command{Stdin: zeros{}, Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}}
	if _, err := c.readInput("-"); err == nil || err.Error() != `file "stdin": it is larger than 64 MB, want a smaller one` {
		t.Errorf("got %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// The size of the queue's policy limits the number of topics that SNS can deliver from. The error has the numbers.
func TestTooManyTopics(t *testing.T) {
	args := []string{"policy", "sns", "--queue", "arn:aws:sqs:us-east-2:123456789012:orders"}
	for i := range 400 {
		args = append(args, "--topic", fmt.Sprintf("arn:aws:sns:us-east-2:123456789012:topic-with-a-long-name-%03d", i))
	}
	stdout, stderr, status := run(t, args...)
	if status != StatusUsage || stdout != "" || strings.Count(stderr, "\n") != 1 ||
		!strings.Contains(stderr, `queue policy "arn:aws:sqs:us-east-2:123456789012:orders"`) ||
		!strings.Contains(stderr, "want at most 8192") || !strings.Contains(stderr, "of its 400 sources fit") {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
	// The number of topics that the error names fits.
	var fit int
	if _, err := fmt.Sscanf(stderr[strings.Index(stderr, "; ")+2:], "%d of its", &fit); err != nil {
		t.Fatal(err)
	}
	if _, stderr, status := run(t, args[:4+2*fit]...); status != StatusOK {
		t.Errorf("%d topics: status %d, stderr %q", fit, status, stderr)
	}
	if _, _, status := run(t, args[:4+2*(fit+1)]...); status != StatusUsage {
		t.Errorf("%d topics: status %d", fit+1, status)
	}
}

func BenchmarkPolicyConsumer(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		c := Command{Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}}
		if c.Main([]string{"policy", "consumer", "--queue", "arn:aws:sqs:us-east-2:123456789012:orders"}) != StatusOK {
			b.Fatal("failed")
		}
	}
}

// BenchmarkPolicyProcess runs hopgrant policy consumer as a process of its own.
func BenchmarkPolicyProcess(b *testing.B) {
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.Command(exe)
		// TestMain runs hopgrant if the test's binary has this name.
		cmd.Args = []string{"hopgrant", "policy", "consumer", "--queue", "arn:aws:sqs:us-east-2:123456789012:orders",
			"--key", "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
		if out, err := cmd.Output(); err != nil || !strings.Contains(string(out), "sqs:ReceiveMessage") {
			b.Fatalf("%v: %s", err, out)
		}
	}
}
