package check_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/catalog/catalogtest"
	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// nobody is a policy of a topic or queue that lets no service in, and of a role that lets it do nothing.
const nobody = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"444455556666"},"Action":["sns:Subscribe","sqs:PurgeQueue"],"Resource":"*"}]}`

// TestEveryServiceNeedsItsPermission checks for each place where the catalog says that a service publishes or sends: the hop is
// broken without a permission, ok with the one that AWS's page of the service shows, and never missing.
func TestEveryServiceNeedsItsPermission(t *testing.T) {
	hops := 0
	for _, row := range catalog.All() {
		for _, f := range []catalog.Form{row.CloudFormation, row.Terraform} {
			for _, target := range f.Targets {
				for _, path := range strings.Fields(target.At) {
					hops++
					t.Run(f.Type+" "+path, func(t *testing.T) {
						properties, names := catalogtest.Resource(&row, f, target, path)
						s, _ := service.LookUp(row.Service)
						byRole := target.LinkedRole == "" && row.By(f, target)&service.ByRole != 0 && f.Role+f.RoleOf != ""
						allowed := permission(&row, names, byRole)
						without, with := check.Broken, check.OK
						switch {
						case f.Role == "-":
							without, with = check.Unknown, check.Unknown // which role it is, the resource does not say
						case f.RoleFrom != "":
							without = check.Unknown // a resource elsewhere may name a role that publishes
						case target.LinkedRole != "":
							// AWS's own policy lets the role publish, where it is known.
							if p, _ := topology.ManagedPolicy("arn:aws:iam::aws:policy/aws-service-role/"+s.LinkedPolicy, topology.Position{}); p.Unknown != "" {
								with = check.Unknown
							}
							without = with
						}
						p := policies{nobody, nobody, trust(row.Service)}
						if got := verdict(t, f, properties, p); got != without.String() {
							t.Errorf("without a permission: %s, want %s", got, without)
						}
						if p.resource = allowed; byRole {
							p.resource, p.identity = nobody, allowed
						}
						if got := verdict(t, f, properties, p); got != with.String() {
							t.Errorf("with its permission: %s, want %s", got, with)
						}
						if p.trust = trust("ec2.amazonaws.com"); byRole && with == check.OK {
							with = check.Broken
						}
						if got := verdict(t, f, properties, p); got != with.String() {
							t.Errorf("with a role that trusts another service: %s, want %s", got, with)
						}
					})
				}
			}
		}
	}
	if hops < 100 {
		t.Errorf("%d places, want the catalog's", hops)
	}
}

// permission returns the policy under which the service, or the role, may do what it does.
func permission(row *catalog.Type, names string, byRole bool) string {
	action, resource := "sns:Publish", catalogtest.Topic
	if names == "queue" {
		action, resource = "sqs:SendMessage", catalogtest.Queue
	}
	principal := fmt.Sprintf(`"Principal":{"Service":%q},`, row.Principal("us-east-1"))
	if byRole {
		principal = ""
	}
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",%s"Action":%q,"Resource":%q}]}`, principal, action, resource)
}

// policies are those of a file: that of the topic and the queue, and those of the role.
type policies struct{ resource, identity, trust string }

// trust is the trust policy of a role that only a service may assume.
func trust(service string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":%q},"Action":"sts:AssumeRole"}]}`, service)
}

// verdict returns the verdict of the resource's hop in a file that also has a topic, a queue and a role with the policies.
func verdict(t *testing.T, f catalog.Form, properties map[string]any, p policies) string {
	t.Helper()
	if p.identity == nobody {
		p.identity = strings.Replace(nobody, `"Principal":{"AWS":"444455556666"},`, "", 1)
	}
	var all []*topology.Topology
	if strings.Contains(f.Type, "::") {
		data, err := json.Marshal(map[string]any{"Resources": cloudFormationResources(f, properties, p)})
		if err != nil {
			t.Fatal(err)
		}
		if all, err = cfn.ReadBytes("t.json", data, cfn.Options{Account: "111122223333", Region: "us-east-1"}); err != nil {
			t.Fatal(err)
		}
	} else {
		data, err := json.Marshal(map[string]any{"format_version": "1.2", "planned_values": map[string]any{"root_module": map[string]any{"resources": terraformResources(f, properties, p)}}})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := terraform.ReadBytes("plan.json", data, terraform.Options{Account: "111122223333", Region: "us-east-1"})
		if err != nil {
			t.Fatal(err)
		}
		all = []*topology.Topology{plan}
	}
	var found []string
	for _, h := range check.Run(all, check.Options{}).Hops {
		if h.Publisher != nil {
			found = append(found, h.Verdict.String())
		}
	}
	return strings.Join(found, " and ")
}

func cloudFormationResources(f catalog.Form, properties map[string]any, p policies) map[string]any {
	of := func(typ string, properties map[string]any) map[string]any {
		return map[string]any{"Type": typ, "Properties": properties}
	}
	document := json.RawMessage(p.resource)
	all := map[string]any{
		"T":  of("AWS::SNS::Topic", map[string]any{"TopicName": "t"}),
		"Q":  of("AWS::SQS::Queue", map[string]any{"QueueName": "q"}),
		"TP": of("AWS::SNS::TopicPolicy", map[string]any{"Topics": []any{catalogtest.Topic}, "PolicyDocument": document}),
		"QP": of("AWS::SQS::QueuePolicy", map[string]any{"Queues": []any{catalogtest.QueueURL}, "PolicyDocument": document}),
		"R": of("AWS::IAM::Role", map[string]any{"RoleName": "r", "AssumeRolePolicyDocument": json.RawMessage(p.trust),
			"Policies": []any{map[string]any{"PolicyName": "p", "PolicyDocument": json.RawMessage(p.identity)}}}),
		"X": map[string]any{"Type": f.Type, "Properties": properties, "DependsOn": []string{"TP", "QP"}},
	}
	if f.RoleOf != "" {
		all["F"] = of("AWS::Lambda::Function", map[string]any{"FunctionName": catalogtest.Function, "Role": catalogtest.Role})
	}
	return all
}

func terraformResources(f catalog.Form, properties map[string]any, p policies) []any {
	of := func(typ, name string, values map[string]any) any {
		return map[string]any{"address": typ + "." + name, "mode": "managed", "type": typ, "name": name, "values": values}
	}
	all := []any{
		of("aws_sns_topic", "t", map[string]any{"name": "t", "arn": catalogtest.Topic, "policy": p.resource}),
		of("aws_sqs_queue", "q", map[string]any{"name": "q", "arn": catalogtest.Queue, "id": catalogtest.QueueURL, "url": catalogtest.QueueURL, "policy": p.resource}),
		of("aws_iam_role", "r", map[string]any{"name": "r", "arn": catalogtest.Role, "assume_role_policy": p.trust, "inline_policy": []any{map[string]any{"name": "p", "policy": p.identity}}}),
		of(f.Type, "x", properties),
	}
	if f.RoleOf != "" {
		all = append(all, of("aws_lambda_function", "f", map[string]any{"function_name": catalogtest.Function, "role": catalogtest.Role}))
	}
	return all
}
