//go:build integ

// Package packaging tries what delivers hopgrant to others: the action, the hook of pre-commit, manual pages.
package packaging

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// root is the repository's folder.
var root = absolute("../..")

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		panic(err)
	}
	return abs
}

// lost is a template that loses a message: the queue has no policy.
const lost = `Resources:
  Orders: {Type: AWS::SQS::Queue}
  Sales: {Type: AWS::SNS::Topic}
  Deliver: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Sales, Protocol: sqs, Endpoint: !GetAtt Orders.Arn}}
`

// built returns the path of hopgrant, built once for all tests.
func built(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hopgrant")
	run(t, root, nil, "go", "build", "-buildvcs=false", "-o", path, "./cmd/hopgrant")
	return path
}

// run runs a command that must succeed, and returns its output.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	out, status := try(t, dir, env, name, args...)
	if status != 0 {
		t.Fatalf("%s %q ended with status %d:\n%s", name, args, status, out)
	}
	return out
}

// try runs a command and returns what it prints and its exit status.
func try(t *testing.T, dir string, env []string, name string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v", cmd, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

// archive returns an archive like that of a release, which holds the program.
func archive(t *testing.T, program string) []byte {
	t.Helper()
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	header := &tar.Header{Name: "hopgrant", Mode: 0o755, Size: int64(len(data))}
	_, writeErr := func() (int, error) {
		if err := w.WriteHeader(header); err != nil {
			return 0, err
		}
		return w.Write(data)
	}()
	if err := errors.Join(writeErr, w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// releases serves the newest release and v1.2.3, with these checksums.
func releases(t *testing.T, archive []byte, checksums string) string {
	t.Helper()
	mux := http.NewServeMux()
	for _, folder := range []string{"/latest/download/", "/download/v1.2.3/"} {
		mux.HandleFunc(folder+archiveName, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(archive) })
		mux.HandleFunc(folder+"checksums.txt", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, checksums) })
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

var archiveName = "hopgrant_linux_" + runtime.GOARCH + ".tar.gz"

// runnerArch is what a runner calls this machine's architecture.
var runnerArch = map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH]

func checksum(data []byte) string { return fmt.Sprintf("%x  %s\n", sha256.Sum256(data), archiveName) }

// A runner is what a step of a job finds around it.
type runner struct {
	dir string
	env []string
}

func newRunner(t *testing.T, env ...string) *runner {
	t.Helper()
	dir := t.TempDir()
	return &runner{dir: dir, env: append([]string{
		"RUNNER_OS=Linux", "RUNNER_ARCH=" + runnerArch, "RUNNER_TEMP=" + dir,
		"GITHUB_PATH=" + filepath.Join(dir, "path"), "GITHUB_OUTPUT=" + filepath.Join(dir, "output"),
		"GITHUB_STEP_SUMMARY=" + filepath.Join(dir, "summary"),
	}, env...)}
}

func (r *runner) step(t *testing.T, script string, env ...string) (string, int) {
	t.Helper()
	path := append(strings.Split(strings.TrimSpace(read(t, filepath.Join(r.dir, "path"))), "\n"), os.Getenv("PATH"))
	return try(t, r.dir, slices.Concat(r.env, []string{"PATH=" + strings.Join(path, ":")}, env), filepath.Join(root, ".github/action", script))
}
