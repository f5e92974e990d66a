// Package layout tests which packages may import which.
package layout

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/hopgrant/hopgrant"

// order lists the packages that have a fixed place in the chain of imports. A package may import those of earlier
// lines, but none of its own line or later ones. Packages in subfolders have the place of the folder.
var order = [][]string{
	{"internal/text", "internal/value", "internal/kind", "internal/region"},
	{"internal/service"},
	{"internal/catalog", "internal/value/yaml", "internal/value/shape", "internal/gitignore"},
	{"policygen"},
	{"policygen/eval", "internal/filter"},
	{"internal/topology", "internal/snippet", "internal/existing"},
	{"internal/fanoutfile", "internal/edit", "internal/generator"},
	{"internal/cfn/template"},
	{"internal/cfn", "internal/terraform"},
	{"internal/live"},
	{"internal/check"},
	{"internal/organization"},
	{"internal/live/account", "internal/config"},
	{"internal/load", "internal/mend", "internal/diagnose", "internal/migrate"},
	{"internal/report"},
	{"internal/cli"},
	{"cmd", "internal/manual"},
}

// onlyStandard lists the packages that policygen may depend on. They import nothing but the standard library and each
// other.
var onlyStandard = []string{"policygen", "internal/text", "internal/value", "internal/kind", "internal/region", "internal/service"}

// onlyTests lists the packages that nothing imports.
var onlyTests = []string{"internal/layout", "internal/proofs", "internal/readme"}

// withCDK lists the folders that may import the CDK. Programs that import other packages do not download it.
var withCDK = []string{"constructs", "examples", "integ"}

// cdk lists the modules that make up the CDK.
var cdk = []string{
	"github.com/aws/aws-cdk-go/",
	"github.com/aws/constructs-go/",
	"github.com/aws/jsii-runtime-go",
	"github.com/cdklabs/",
}

// A goPackage is what "go list -json" says of a package.
type goPackage struct {
	ImportPath   string
	ForTest      string
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// goList returns the packages that match. With deps, it also returns everything that they and their tests depend on.
func goList(t *testing.T, deps bool, patterns ...string) []goPackage {
	t.Helper()
	args := []string{"list", "-json=ImportPath,ForTest,Standard,Imports,TestImports,XTestImports"}
	if deps {
		args = append(args, "-deps", "-test")
	}
	cmd := exec.Command("go", append(args, patterns...)...)
	cmd.Dir = root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, &stderr)
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		t.Fatalf("%v lists nothing", cmd)
	}
	return all
}

// root returns the module's folder.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func isCDK(importPath string) bool {
	return slices.ContainsFunc(cdk, func(prefix string) bool { return strings.HasPrefix(importPath, prefix) })
}

// under reports whether the import path is the folder dir of the module, or below it.
func under(importPath, dir string) bool {
	rest, ok := strings.CutPrefix(importPath, module+"/"+dir)
	return ok && (rest == "" || rest[0] == '/')
}

func TestPolicygenNeedsOnlyTheStandardLibrary(t *testing.T) {
	for _, p := range goList(t, true, "./policygen/...") {
		name, _, _ := strings.Cut(p.ImportPath, " ") // "x [x.test]" is x compiled for its test
		name = strings.TrimSuffix(strings.TrimSuffix(name, ".test"), "_test")
		if !p.Standard && !slices.ContainsFunc(onlyStandard, func(dir string) bool { return under(name, dir) }) {
			t.Errorf("a package or test below policygen reaches %s", p.ImportPath)
		}
	}
}

func TestCommandDoesNotReachTheCDK(t *testing.T) {
	for _, p := range goList(t, true, "./cmd/...", "./internal/...") {
		if isCDK(p.ImportPath) {
			t.Errorf("cmd or internal, or a test there, reaches %s", p.ImportPath)
		}
	}
}

func TestImportsGoOneWay(t *testing.T) {
	place := func(importPath string) int { // that of the deepest folder that holds the package
		found, depth := -1, 0
		for i, dirs := range order {
			for _, dir := range dirs {
				if under(importPath, dir) && len(dir) > depth {
					found, depth = i, len(dir)
				}
			}
		}
		return found
	}
	sibling := func(a, b string) bool { // of one line, but not of one folder
		for _, dirs := range order {
			for _, dir := range dirs {
				if under(a, dir) && under(b, dir) {
					return false
				}
			}
		}
		return true
	}
	for _, p := range goList(t, false, "./policygen/...", "./internal/...", "./cmd/...") {
		from := place(p.ImportPath)
		if from < 0 {
			if !slices.ContainsFunc(onlyTests, func(dir string) bool { return under(p.ImportPath, dir) }) {
				t.Errorf("%s has no place in the order of imports; give it one in this test", p.ImportPath)
			}
			continue
		}
		imports := slices.Concat(p.Imports, p.TestImports, p.XTestImports)
		slices.Sort(imports)
		for _, imp := range slices.Compact(imports) {
			to := place(imp)
			if to > from || to == from && imp != p.ImportPath && sibling(p.ImportPath, imp) {
				t.Errorf("%s imports %s, which comes later or stands beside it", p.ImportPath, imp)
			}
		}
	}
}

// TestOnlyConstructsExamplesAndIntegImportTheCDK reads the sources, because "go list" leaves out files with build
// constraints.
func TestOnlyConstructsExamplesAndIntegImportTheCDK(t *testing.T) {
	files := 0
	err := filepath.WalkDir(root(t), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root(t), name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			base := path.Base(rel)
			if slices.Contains(withCDK, rel) || base == "testdata" || base == "node_modules" || rel != "." && strings.HasPrefix(base, ".") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(rel) != ".go" {
			return nil
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			if p, err := strconv.Unquote(imp.Path.Value); err != nil || isCDK(p) {
				t.Errorf("%s imports %s", rel, imp.Path.Value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("no Go file found")
	}
}
