package terraform

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/catalog/catalogtest"
)

func TestEveryKindIsRead(t *testing.T) {
	read := []catalog.Kind{catalog.Publisher, catalog.Named, catalog.Function}
	for _, s := range steps {
		read = append(read, s.kind)
	}
	for _, row := range catalog.All() {
		if row.Terraform.Type != "" && !slices.Contains(read, row.Kind) {
			t.Errorf("%s: nothing reads a %s", row.Terraform.Type, row.Kind)
		}
	}
}

// A plan of one resource with the target in the place that the row says has a publisher of it.
func TestEveryTargetIsRead(t *testing.T) {
	for _, row := range catalog.All() {
		for _, target := range row.Terraform.Targets {
			for _, path := range strings.Fields(target.At) {
				t.Run(row.Terraform.Type+" "+path, func(t *testing.T) {
					values, _ := catalogtest.Resource(&row, row.Terraform, target, path)
					resources := []any{map[string]any{"address": row.Terraform.Type + ".x", "mode": "managed", "type": row.Terraform.Type, "name": "x", "values": values}}
					if row.Terraform.RoleOf != "" {
						resources = append(resources, map[string]any{"address": "aws_lambda_function.f", "mode": "managed", "type": "aws_lambda_function", "name": "f",
							"values": map[string]any{"function_name": catalogtest.Function, "role": catalogtest.Role}})
					}
					data, err := json.Marshal(map[string]any{"format_version": "1.2", "planned_values": map[string]any{"root_module": map[string]any{"resources": resources}}})
					if err != nil {
						t.Fatal(err)
					}
					found, err := ReadBytes("plan.json", data, Options{Account: "111122223333", Region: "us-east-1"})
					if err != nil {
						t.Fatal(err)
					}
					if n := len(found.Publishers); n != 1 {
						t.Fatalf("%d publishers, want 1; unknown: %v\n%s", n, found.Unknowns, data)
					}
					if p := found.Publishers[0]; p.DeadLetter != target.DeadLetter || (p.Caller == nil) != (row.Terraform.Role == "-") || p.Topic == nil && p.Queue == nil {
						t.Errorf("publisher %+v", p)
					}
				})
			}
		}
	}
}
