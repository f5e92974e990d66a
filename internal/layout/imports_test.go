// Package layout holds the test of which package may import which.
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

// order lists the packages whose place in the chain of imports is fixed: a package may import those of earlier lines, none
// of its own line and none of later ones. Packages below them belong to the same place.
var order = [][]string{
	{"internal/text", "internal/value", "internal/kind", "internal/region"},
	{"internal/service"},
	{"internal/catalog", "internal/value/yaml"},
	{"policygen"},
	{"policygen/eval"},
	{"internal/topology", "internal/snippet"},
	{"internal/fanoutfile"},
	{"internal/cfn/template"},
	{"internal/cfn", "internal/terraform"},
	{"internal/check"},
	{"internal/load"},
	{"internal/report"},
	{"internal/cli"},
	{"cmd"},
}

// onlyStandard are the packages that policygen may reach: they use nothing but the standard library themselves.
var onlyStandard = []string{"policygen", "internal/text", "internal/value", "internal/kind", "internal/region", "internal/service"}

// onlyTests are packages that nothing imports.
var onlyTests = []string{"internal/layout", "internal/proofs", "internal/readme"}

// withCDK are the folders that may import the CDK; whoever imports another package does not download it.
var withCDK = []string{"constructs", "examples", "integ"}

// cdk are the modules that make up the CDK.
var cdk = []string{
	"github.com/aws/aws-cdk-go/",
	"github.com/aws/constructs-go/",
	"github.com/aws/jsii-runtime-go",
	"github.com/cdklabs/",
}

// A goPackage is what `go list -json` says of a package.
type goPackage struct {
	ImportPath   string
	ForTest      string
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// goList returns the packages that match, with everything that they and their tests reach if deps is set.
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

// under reports whether the import path is the module's folder dir or below it.
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

// Files with build constraints count too, so that the sources are read rather than the build asked.
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
