package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/check"
)

// TestFixMendsTerraform mends the findings of a rule in Terraform sources. Each file of testdata/fix begins with the id of the rule and
// says what is special about it; one with "left: …" stays as it is, for that reason. Afterwards no finding of the rule is left, what
// was as terraform fmt writes it is so still, all comments are there, and mending once more changes nothing. The same holds where
// account and Region, and so most ARNs, are known.
func TestFixMendsTerraform(t *testing.T) {
	files, err := filepath.Glob("testdata/fix/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, flags := range map[string][]string{"known": place, "unknown": nil} {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+name, func(t *testing.T) {
				fixesTerraform(t, ruleOf(t, file), archive, flags)
			})
		}
	}
}

func ruleOf(t *testing.T, file string) *check.Rule {
	for name := strings.TrimSuffix(filepath.Base(file), ".txtar"); name != ""; name = name[:max(0, strings.LastIndex(name, "-"))] {
		if r, ok := check.LookUp(name); ok {
			return r
		}
	}
	t.Fatalf("%s begins with no rule", file)
	return nil
}

var comment = regexp.MustCompile(`#.*`)

func fixesTerraform(t *testing.T, r *check.Rule, archive *txtar.Archive, flags []string) {
	dir := t.TempDir()
	for _, f := range archive.Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if len(findingsOf(t, r, dir, flags)) == 0 {
		t.Fatal("the example is not reported")
	}
	texts := func() [][]byte {
		all := make([][]byte, len(archive.Files))
		for i, f := range archive.Files {
			all[i], _ = os.ReadFile(filepath.Join(dir, f.Name))
		}
		return all
	}
	said := fix(t, r, dir, flags)
	mended := texts()
	_, left, isLeft := strings.Cut(strings.TrimSpace(string(archive.Comment)), "left: ")
	for i, f := range archive.Files {
		switch {
		case isLeft && (!bytes.Equal(mended[i], f.Data) || !strings.Contains(said, left)):
			t.Errorf("want it to be left, %q, and --fix says %q\n%s", left, said, mended[i])
		case bytes.Equal(hclwrite.Format(f.Data), f.Data) && !bytes.Equal(hclwrite.Format(mended[i]), mended[i]):
			t.Errorf("%s is not as terraform fmt writes it any more:\n%s", f.Name, mended[i])
		case !slices.Equal(comment.FindAllString(string(mended[i]), -1), comment.FindAllString(string(f.Data), -1)):
			t.Errorf("comments are gone:\n%s", mended[i])
		}
	}
	if isLeft {
		return
	}
	for _, f := range findingsOf(t, r, dir, flags) {
		t.Errorf("still reported: %s\n%s\n%s", f.Message, said, bytes.Join(mended, nil))
	}
	fix(t, r, dir, flags)
	if again := texts(); !slices.EqualFunc(again, mended, bytes.Equal) {
		t.Errorf("mending once more changes it:\n%s", bytes.Join(again, nil))
	}
}
