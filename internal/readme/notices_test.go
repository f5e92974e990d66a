package readme

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// systems are those for which hopgrant is built. What it is built of differs.
var systems = []string{"linux", "darwin", "windows"}

// noticesPage returns THIRD_PARTY_NOTICES: the modules that the binary is built of, where their source is, as MPL-2.0 3.2 wants
// it said, and the texts of their licences and notices. Each text comes once, with those whose it is.
func noticesPage() string {
	var b strings.Builder
	b.WriteString(`Third-party notices

hopgrant is built of the modules below and of Go's standard library. The source code of each module is at
https://proxy.golang.org/MODULE/@v/VERSION.zip, and that of Go at https://go.dev/dl/. hopgrant changes none of it.

(generated from go list by go test ./internal/readme -update)

`)
	whose := map[string][]string{}
	for _, m := range linked() {
		fmt.Fprintln(&b, strings.TrimSpace(m.path+" "+m.version))
		for _, text := range m.texts() {
			whose[text] = append(whose[text], m.path)
		}
	}
	texts := make([]string, 0, len(whose))
	for text := range whose {
		texts = append(texts, text)
	}
	slices.SortFunc(texts, func(a, b string) int {
		return cmp.Or(slices.Compare(whose[a], whose[b]), cmp.Compare(a, b))
	})
	for _, text := range texts {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("-", 80), strings.Join(whose[text], "\n"), text)
	}
	return b.String()
}

// A linkedModule is a module of which packages are in the binary; path is "Go" for the standard library.
type linkedModule struct{ path, version, dir string }

// linked returns the modules of the binary on any system, ordered by path.
func linked() []linkedModule {
	all := []linkedModule{{"Go", "", strings.TrimSpace(output(exec.Command("go", "env", "GOROOT")))}}
	for _, system := range systems {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}", "./cmd/hopgrant")
		list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		for line := range strings.Lines(output(list)) {
			if f := strings.Fields(line); len(f) == 3 && !slices.Contains(all, linkedModule{f[0], f[1], f[2]}) {
				all = append(all, linkedModule{f[0], f[1], f[2]})
			} else if len(f) != 3 && len(f) != 0 {
				panic(f[0] + " is not downloaded; go mod download")
			}
		}
	}
	slices.SortFunc(all, func(a, b linkedModule) int { return cmp.Compare(a.path, b.path) })
	return all
}

// texts returns the licence of a module, and its notice if it has one.
func (m linkedModule) texts() []string {
	var all []string
	for _, pattern := range []string{"LICENSE*", "NOTICE*"} {
		paths, _ := filepath.Glob(filepath.Join(m.dir, pattern)) // the pattern is right
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				panic(err)
			}
			all = append(all, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
		}
	}
	if len(all) == 0 {
		panic(m.path + " has no licence")
	}
	return all
}

func output(c *exec.Cmd) string {
	out, err := c.Output()
	if err != nil {
		panic(err)
	}
	return string(out)
}
