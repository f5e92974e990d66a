//go:build integ

// Package usermodule tests that users' modules can require this one, with the oldest and the newest CDK that it
// supports, and without the CDK.
package usermodule

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	repository = "../.."
	hopgrant   = "github.com/hopgrant/hopgrant"
	cdk        = "github.com/aws/aws-cdk-go/awscdk/v2"
	xtools     = "golang.org/x/tools"
)

// A module is a user's module in a folder of its own.
type module struct {
	t   *testing.T
	dir string
	env []string
}

// newModule writes a module with the main package of testdata/<program>.go.txt and the given lines of go.mod.
func newModule(t *testing.T, program string, lines ...string) module {
	t.Helper()
	m := module{t: t, dir: t.TempDir()}
	source, err := os.ReadFile(filepath.Join("testdata", program+".go.txt"))
	if err != nil {
		t.Fatal(err)
	}
	m.write("main.go", string(source))
	m.write("go.mod", "module example.com/shop\n\n"+strings.Join(lines, "\n")+"\n")
	return m
}

func (m module) write(name, text string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o666); err != nil {
		m.t.Fatal(err)
	}
}

// run runs a command in the module and returns what it prints.
func (m module) run(name string, args ...string) string {
	m.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), m.env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// requires returns the version of another module that a go.mod requires, or "".
func requires(t *testing.T, file, path string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^(?:require)?\s*` + regexp.QuoteMeta(path) + ` (v\S+)`).FindSubmatch(text)
	if found == nil {
		return ""
	}
	return string(found[1])
}

// goLine returns the go line of a go.mod.
func goLine(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?m)^go .*$`).FindString(string(text))
}

// requireHopgrant returns the lines of go.mod that require this module as it is here.
func requireHopgrant(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("require %s v0.0.0\nreplace %s => %s", hopgrant, hopgrant, root)
}

// TestAppWithTheCDK checks that an app that uses the constructs beside the CDK's own is tidied without -e, keeps the
// versions of the CDK and x/tools that it would have without them, compiles and synthesizes.
func TestAppWithTheCDK(t *testing.T) {
	for _, tt := range []struct{ name, reason, modfile, has, want string }{
		{name: "oldest", reason: "users are not forced up", modfile: "go.mod"},
		{name: "newest", reason: "users need not stay behind", modfile: "go.newest.mod"},
		{name: "older than the oldest", reason: "go mod tidy takes the oldest that is supported", modfile: "go.mod", has: "v2.230.0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			modfile := filepath.Join(repository, tt.modfile)
			want := requires(t, modfile, cdk)
			has := want
			if tt.has != "" {
				has = tt.has
			}
			app := newModule(t, "app", goLine(t, modfile), "require "+cdk+" "+has, requireHopgrant(t))
			app.run("go", "mod", "tidy")
			if got := requires(t, filepath.Join(app.dir, "go.mod"), cdk); got != want {
				t.Errorf("the app gets %s %s, want %s: %s", cdk, got, want, tt.reason)
			}
			plain := newModule(t, "plain", goLine(t, modfile), "require "+cdk+" "+want)
			plain.run("go", "mod", "tidy")
			got, without := requires(t, filepath.Join(app.dir, "go.mod"), xtools), requires(t, filepath.Join(plain.dir, "go.mod"), xtools)
			if got != without {
				t.Errorf("the app gets %s %s, and without hopgrant %s", xtools, got, without)
			}
			app.run("go", "vet", "./...")
			app.env = []string{"CDK_OUTDIR=" + filepath.Join(app.dir, "cdk.out")}
			app.run("go", "run", ".")
			template, err := os.ReadFile(filepath.Join(app.dir, "cdk.out", "Shop.template.json"))
			if err != nil || !strings.Contains(string(template), `"sqs:SendMessage"`) {
				t.Errorf("got template %s (%v), want one with a queue policy", template, err)
			}
		})
	}
}

// TestProgramWithoutTheCDK checks that a program that imports only policygen compiles without the CDK and does not even
// download it.
func TestProgramWithoutTheCDK(t *testing.T) {
	root, err := filepath.Abs(filepath.Join(repository, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	program := newModule(t, "policies", goLine(t, root), requireHopgrant(t))
	cache := t.TempDir()
	program.env = []string{"GOMODCACHE=" + cache, "GOFLAGS=-modcacherw"}
	program.run("go", "mod", "tidy")
	program.run("go", "run", ".")
	if got := strings.Fields(program.run("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")); len(got) == 0 {
		t.Error("go list -deps names no package")
	} else {
		for _, path := range got {
			if path != "example.com/shop" && !strings.HasPrefix(path, hopgrant+"/") {
				t.Errorf("policygen reaches %s", path)
			}
		}
	}
	entries, err := os.ReadDir(cache)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "cache" { // it holds the go.mod of each module in the graph
			t.Errorf("downloaded %s", e.Name())
		}
	}
}
