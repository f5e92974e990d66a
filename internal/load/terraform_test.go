package load_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/load"
)

// TestTerraform checks the verdict of every hop of configurations that were planned and applied with the AWS provider 6.47 by
// Terraform 1.11: from their sources (tf), the saved plan (saved.tfplan), the plan before they were applied (plan.json) and after it (after.plan.json), from
// the state of the latter, and from the plan beside its sources. The first line of want has the reason for what is wanted.
func TestTerraform(t *testing.T) {
	folders, err := filepath.Glob("testdata/terraform/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no configurations: %v", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			path := filepath.Join(folder, "want")
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			reason, _, _ := strings.Cut(string(want), "\n")
			if !strings.HasPrefix(reason, "reason: ") {
				t.Fatalf("%s has no reason", path)
			}
			var got strings.Builder
			got.WriteString(reason + "\n")
			for _, input := range []string{"tf", "saved.tfplan", "plan.json", "after.plan.json"} {
				if path := filepath.Join(folder, input); exists(path) {
					verdicts(t, &got, []string{path}, load.Options{})
				}
			}
			if path := filepath.Join(folder, "after.plan.json"); exists(path) {
				verdicts(t, &got, []string{stateOf(t, path)}, load.Options{})
			}
			if path := filepath.Join(folder, "plan.json"); exists(path) && exists(filepath.Join(folder, "tf")) {
				together := filepath.Join(t.TempDir(), "plan-with-sources")
				if err := os.CopyFS(together, os.DirFS(filepath.Join(folder, "tf"))); err != nil {
					t.Fatal(err)
				}
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(together, "plan.json"), data, 0o666); err != nil {
					t.Fatal(err)
				}
				verdicts(t, &got, []string{together}, load.Options{})
			}
			if *update {
				if err := os.WriteFile(path, []byte(got.String()), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

// stateOf writes the prior state of a plan into a file of its own, as terraform show -json prints it.
func stateOf(t *testing.T, plan string) string {
	t.Helper()
	data, err := os.ReadFile(plan)
	if err != nil {
		t.Fatal(err)
	}
	var held struct {
		PriorState json.RawMessage `json:"prior_state"`
	}
	if err := json.Unmarshal(data, &held); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(path, held.PriorState, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// A folder's configurations are those that no other one calls; a file is read as its folder.
func TestConfigurations(t *testing.T) {
	const queue = "resource \"aws_sqs_queue\" \"q\" {}\n"
	dir := tree(t, map[string]string{
		"envs/prod/main.tf": "module \"m\" { source = \"../../modules/q\" }\n", "envs/test/main.tf": queue, "envs/test/more.tf": "locals {}\n",
		"modules/q/main.tf": queue, "modules/unused/main.tf": queue, ".terraform/modules/x/main.tf": queue,
	})
	for _, tt := range []struct {
		reason string
		paths  []string
		want   []string
	}{
		{"the module that is called is read with its caller", []string{"."}, []string{"envs/prod", "envs/test", "modules/unused"}},
		{"a folder that is named is read", []string{"modules/q"}, []string{"modules/q"}},
		{"a file stands for its folder", []string{"envs/test/main.tf", "envs/test/more.tf"}, []string{"envs/test"}},
	} {
		var paths, got []string
		for _, p := range tt.paths {
			paths = append(paths, filepath.Join(dir, p))
		}
		all, err := load.Paths(paths, load.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range all {
			rel, err := filepath.Rel(dir, found.Path)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, filepath.ToSlash(rel))
		}
		slices.Sort(got)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.reason, got, tt.want)
		}
	}
}
