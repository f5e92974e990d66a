package readme

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/diagnose"
)

// TestFormsAreListed checks that docs/diagnose.md lists every form that hopgrant diagnose reads.
func TestFormsAreListed(t *testing.T) {
	const page, begin, end = "../../docs/diagnose.md", "<!-- forms -->\n", "<!-- end of forms -->"
	want := "\n| | seen in |\n|---|---|\n"
	for _, f := range diagnose.Forms() {
		want += fmt.Sprintf("| %s | <%s> |\n", f.What, f.Doc)
	}
	want += "\n"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, tail, ok1 := strings.Cut(string(text), begin)
	got, after, ok2 := strings.Cut(tail, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no list between %q and %q", page, begin, end)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		if !*update {
			t.Errorf("the list of forms is stale (-page +code); go test ./internal/readme -update mends it:\n%s", diff)
		} else if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
