package cfn

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/catalog/catalogtest"
	"github.com/hopgrant/hopgrant/internal/cfn/sam"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/policygen"
)

func TestEveryKindIsRead(t *testing.T) {
	t.Parallel()
	for _, row := range catalog.All() {
		if _, ok := steps[row.Kind]; !ok && row.CloudFormation.Type != "" {
			t.Errorf("%s: nothing reads a %s", row.CloudFormation.Type, row.Kind)
		}
	}
	for _, typ := range sam.Types {
		if row := catalog.CloudFormation(typ); row == nil || row.Kind != catalog.Serverless {
			t.Errorf("%s: SAM's transform knows it and the catalog does not", typ)
		}
	}
}

// A template of one resource with the target in the place that the row says has a publisher of it.
func TestEveryTargetIsRead(t *testing.T) {
	t.Parallel()
	for _, row := range catalog.All() {
		for _, target := range row.CloudFormation.Targets {
			for _, path := range strings.Fields(target.At) {
				t.Run(row.CloudFormation.Type+" "+path, func(t *testing.T) {
					t.Parallel()
					properties, _ := catalogtest.Resource(&row, row.CloudFormation, target, path)
					resources := map[string]any{
						"X": map[string]any{"Type": row.CloudFormation.Type, "Properties": properties},
						"F": map[string]any{"Type": "AWS::Lambda::Function", "Properties": map[string]any{"FunctionName": catalogtest.Function, "Role": catalogtest.Role}},
					}
					maps.DeleteFunc(resources, func(id string, _ any) bool { return id == "F" && row.CloudFormation.RoleOf == "" })
					data, err := json.Marshal(map[string]any{"Resources": resources})
					if err != nil {
						t.Fatal(err)
					}
					all, err := ReadBytes("t.json", data, Options{Account: "111122223333", Region: "us-east-1"})
					if err != nil {
						t.Fatal(err)
					}
					if n := len(all[0].Publishers); n != 1 {
						t.Fatalf("%d publishers, want 1; unknown: %v\n%s", n, all[0].Unknowns, data)
					}
					p := all[0].Publishers[0]
					if p.ID != "X" || p.DeadLetter != target.DeadLetter || (p.Caller == nil) != (row.CloudFormation.Role == "-") || p.Topic == nil && p.Queue == nil {
						t.Fatalf("publisher %+v", p)
					}
					if p.Caller == nil {
						return
					}
					byRole := target.LinkedRole != "" || row.By(row.CloudFormation, target)&service.ByRole != 0 && row.CloudFormation.Role+row.CloudFormation.RoleOf != ""
					if want := row.Principal("us-east-1"); policygen.IsService(p.Caller.Principal) == byRole || !byRole && p.Caller.Principal.String() != want {
						t.Errorf("caller %s, want %s, or the role where one calls (%t)", p.Caller.Principal, want, byRole)
					}
				})
			}
		}
	}
}

// A source with a part that the resource does not set is not known, which leaves its hop undecided; it is no source of an empty name.
func TestSourceLacksAPart(t *testing.T) {
	t.Parallel()
	data := `{"Resources": {"N": {"Type": "Custom::S3BucketNotifications", "Properties": {"NotificationConfiguration":
		{"TopicConfigurations": [{"TopicArn": "arn:aws:sns:us-east-1:111122223333:t", "Events": ["s3:ObjectCreated:*"]}]}}}}}`
	all, err := ReadBytes("t.json", []byte(data), Options{Account: "111122223333", Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	if len(all[0].Publishers) != 1 || all[0].Publishers[0].Source != "" {
		t.Errorf("publishers %+v, want one without a source", all[0].Publishers)
	}
}
