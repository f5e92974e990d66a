//go:build integ

package integ

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/yannh/kubeconform/pkg/cache" // for the schema of JUnit's XML that its module has

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/report"

	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// validJUnit returns what the schema of Jenkins finds in a report; "" if nothing.
func validJUnit(t *testing.T, out []byte) string {
	t.Helper()
	set, err := programs.Find()
	if err != nil {
		t.Fatal(err)
	}
	python, err := set.Python("python")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yannh/kubeconform").Output()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "junit.xml")
	if err := os.WriteFile(path, out, 0o666); err != nil {
		t.Fatal(err)
	}
	const validate = "import sys, xmlschema\nfor e in xmlschema.XMLSchema(sys.argv[1]).iter_errors(sys.argv[2]): print(e.reason)"
	found, err := exec.Command(python, "-c", validate, filepath.Join(strings.TrimSpace(string(dir)), "fixtures", "junit.xsd"), path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, found)
	}
	return string(found)
}

// TestJUnitIsValid checks the report against the schema that Jenkins has published.
func TestJUnitIsValid(t *testing.T) {
	topologies, err := load.Paths([]string{"../internal/report/testdata/shop.yaml"}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reports := map[string]check.Report{"findings": check.Run(topologies, check.Options{Severity: check.Info}), "nothing": {}}
	for name, r := range reports {
		t.Run(name, func(t *testing.T) {
			out, err := report.FindingsJUnit(r, check.Rules(), func(f *check.Finding) bool { return f.Severity == check.Error })
			if err != nil {
				t.Fatal(err)
			}
			if found := validJUnit(t, out); found != "" {
				t.Errorf("%s\n%s", found, out)
			}
		})
	}
}

// TestJUnitSchemaRefuses checks that the schema does not accept everything.
func TestJUnitSchemaRefuses(t *testing.T) {
	if validJUnit(t, []byte(`<testsuites><testsuite name="a" tests="1" failures="0" errors="0"><testcase line="3"/></testsuite></testsuites>`)) == "" {
		t.Error("a test without a name is taken")
	}
}
