package snippet

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"

	"github.com/hopgrant/hopgrant/policygen"
)

func queuePolicy(arn string) policygen.Policies {
	return policygen.Policies{{On: policygen.OnQueue, Resource: policygen.ARN(arn), Document: policygen.Document{Version: policygen.Version,
		Statements: []policygen.Statement{{Effect: policygen.Allow, Action: []string{"sqs:SendMessage"}, Resource: []string{arn}}}}}}
}

// TestTerraformQueueURL checks that the URL of a queue policy is that of the queue, whatever the ARN consists of.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func TestTerraformQueueURL(t *testing.T) {
	const want = "https://sqs.us-east-2.amazonaws.com/123456789012/orders"
	object := func(k string, v cty.Value) cty.Value { return cty.ObjectVal(map[string]cty.Value{k: v}) }
	queue := cty.ObjectVal(map[string]cty.Value{"arn": cty.StringVal("arn:aws:sqs:us-east-2:123456789012:orders"), "url": cty.StringVal(want)})
	variables := map[string]cty.Value{
		"aws_sqs_queue": cty.ObjectVal(map[string]cty.Value{
			"orders": queue, "all": cty.TupleVal([]cty.Value{queue}), "each": object("eu", queue)}),
		"data":   object("aws_sqs_queue", object("orders", queue)),
		"module": object("orders", object("queue_arn", queue.GetAttr("arn"))),
		"var":    cty.ObjectVal(map[string]cty.Value{"queue": queue.GetAttr("arn"), "region": cty.StringVal("us-east-2"), "account": cty.StringVal("123456789012")}),
		"local":  object("queues", cty.TupleVal([]cty.Value{queue.GetAttr("arn")})),
	}
	tests := []struct{ reason, arn string }{
		{"a resource has its URL", "${aws_sqs_queue.orders.arn}"},
		{"one of many by index", "${aws_sqs_queue.all[0].arn}"},
		{"one of many by key", `${aws_sqs_queue.each["eu"].arn}`},
		{"a data source", "${data.aws_sqs_queue.orders.arn}"},
		{"an output of a module is only an ARN", "${module.orders.queue_arn}"},
		{"a variable is only an ARN", "${var.queue}"},
		{"an expression", "${local.queues[0]}"},
		{"parts of an ARN", "arn:aws:sqs:${var.region}:${var.account}:orders"},
		{"an ARN", "arn:aws:sqs:us-east-2:123456789012:orders"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			b, err := Render(queuePolicy(tt.arn), Terraform)
			if err != nil {
				t.Fatal(err)
			}
			names, attributes := hclResources(t, b, variables)
			if got := attributes[names[0]]["queue_url"].AsString(); got != want {
				t.Errorf("queue_url = %q, want %q, in\n%s", got, want, b)
			}
			if policy := attributes[names[0]]["policy"].AsString(); !strings.Contains(policy, `"arn:aws:sqs:us-east-2:123456789012:orders"`) {
				t.Errorf("policy = %s", policy)
			}
		})
	}
}

func TestCloudFormationReferences(t *testing.T) {
	tests := []struct{ reason, arn, want string }{
		{"Ref of a queue is its URL", "${Orders.Arn}", "Resource: !GetAtt Orders.Arn\n      Queues:\n      - !Ref Orders\n"},
		{"a parameter is cut when it is known", "${QueueArn}", "Queues:\n      - !Sub\n        - https://sqs.${Region}.${AWS::URLSuffix}/${Account}/${Name}\n        - Region: !Select [3, !Split [':', !Ref QueueArn]]\n"},
		{"pseudo parameters", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders",
			"- !Sub https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/orders\n"},
		{"China has a suffix of its own", "arn:aws-cn:sqs:cn-north-1:123456789012:orders", "- https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders\n"},
		{"IAM's variables are not Fn::Sub's", "arn:aws:sqs:us-east-2:${AWS::AccountId}:${aws:username}-inbox",
			"Resource: !Sub arn:aws:sqs:us-east-2:${AWS::AccountId}:${!aws:username}-inbox\n"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			b, err := Render(queuePolicy(tt.arn), CloudFormation)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(b), tt.want) {
				t.Errorf("got\n%s\nwant\n%s", b, tt.want)
			}
		})
	}
}

// TestTerraformQueueURLPartition checks that the domain of the URL is the partition's: AWS China has another one.
func TestTerraformQueueURLPartition(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws-cn:sqs:cn-north-1:123456789012:orders": "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders",
		"${var.queue}": `https://sqs.${split(":", var.queue)[3]}.${data.aws_partition.queue.dns_suffix}/`,
		"arn:${data.aws_partition.current.partition}:sqs:cn-north-1:123456789012:orders": "https://sqs.cn-north-1.${data.aws_partition.orders.dns_suffix}/123456789012/orders",
	} {
		b, err := Render(queuePolicy(arn), Terraform)
		if err != nil || !strings.Contains(string(b), want) || strings.Contains(want, "dns_suffix") != strings.Contains(string(b), `data "aws_partition" "`) {
			t.Errorf("%s: %v, want %s in\n%s", arn, err, want, b)
		}
	}
}

// TestBareReference checks what is taken for a reference of Terraform without its braces.
func TestBareReference(t *testing.T) {
	for s, want := range map[string]string{
		"aws_sqs_queue.orders.arn": "${aws_sqs_queue.orders.arn}", `module.q["a"].arn`: `${module.q["a"].arn}`, "var.queue": "${var.queue}",
		"local.queues[0]": "${local.queues[0]}", "${var.queue}": "${var.queue}", "queue": "queue", "Orders.Arn": "Orders.Arn", "*": "*",
		"arn:aws:sqs:us-east-2:123456789012:orders": "arn:aws:sqs:us-east-2:123456789012:orders", "sns.amazonaws.com": "sns.amazonaws.com", "events.rds.amazonaws.com": "events.rds.amazonaws.com", "a.b # c": "a.b # c", "": "",
	} {
		if got := BareReference(s); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
	}
}

// TestReferenceErrors checks that references in another language are errors: they would end up in the policy as text
// and match nothing.
func TestReferenceErrors(t *testing.T) {
	tests := []struct {
		reason, arn string
		formats     []Format
	}{
		{"a Terraform resource", "${aws_sqs_queue.orders.arn}", []Format{CloudFormation, CDKGo}},
		{"a Terraform resource by key", `${aws_sqs_queue.orders["a}b"].arn}`, []Format{CloudFormation, CDKGo}},
		{"a brace too early", `${aws_sqs_queue.orders[a}b].arn}`, []Format{CloudFormation, CDKGo, Terraform}},
		{"within an ARN", "arn:aws:sqs:${var.region}-${data.x.y}:123456789012:orders", nil},
		{"an attribute of a template's resource", "${Orders.Arn}", []Format{Terraform}},
		{"a pseudo parameter", "arn:aws:sqs:${AWS::Region}:123456789012:orders", []Format{Terraform}},
		{"no expression", "${aws_sqs_queue.}", []Format{Terraform, CloudFormation, CDKGo}},
		{"a comment would swallow the line", "${aws_sqs_queue.a.arn # x}", []Format{Terraform, CloudFormation, CDKGo}},
		{"several lines", "${aws_sqs_queue.a.arn\n}", []Format{Terraform, CloudFormation, CDKGo}},
		{"nothing", "${}", []Format{Terraform, CloudFormation, CDKGo}},
	}
	for _, tt := range tests {
		for _, f := range tt.formats {
			t.Run(tt.reason+"/"+string(f), func(t *testing.T) {
				b, err := Render(queuePolicy(tt.arn), f)
				var e *policygen.InputError
				if !errors.As(err, &e) || !errors.Is(err, ErrReference) || e.Value != tt.arn || b != nil {
					t.Fatalf("got %v and\n%s", err, b)
				}
				if strings.Count(err.Error(), "\n") > 0 {
					t.Errorf("several lines: %q", err)
				}
				if files, err := Files(queuePolicy(tt.arn), f); err == nil || files != nil {
					t.Errorf("Files: %v, %v", files, err)
				}
			})
		}
	}
}

// TestJSONReferences checks that JSON keeps every reference as it stands.
func TestJSONReferences(t *testing.T) {
	for _, arn := range []string{"${aws_sqs_queue.orders.arn}", "${Orders.Arn}", "arn:aws:sqs:${AWS::Region}:1:x"} {
		b, err := Render(queuePolicy(arn), JSON)
		if err != nil || !strings.Contains(string(b), `"Resource": "`+arn+`"`) {
			t.Errorf("%s: %v\n%s", arn, err, b)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{"${a.b}", `arn:aws:sqs:${a["${b}"]}:x:y`, "${AWS::Region}", "a\"b\\c\n", "${", "$${a}", "%{if x}", "a$${b[0]}", "${\xff}", "a\x02",
		"t$$${0}", "$$${a.b}", "%%{if x}", "%%%{if x}", "$$$", "$${!a}$", "${!0}", "$%{", "%${a.b}", "::x\n::y", "$%%{", "$$%%{x}", "%$%%{"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, format := range Formats() {
			b, err := Render(queuePolicy(s), format)
			if err != nil {
				for _, line := range strings.Split(err.Error(), "\n") {
					if !strings.HasPrefix(line, "reference ") {
						t.Errorf("an error of several lines: %q", err)
					}
				}
				continue
			}
			switch format {
			case CloudFormation:
				yamlDocuments(t, b)
			case Terraform:
				if _, diags := hclparse.NewParser().ParseHCL(b, "main.tf"); diags.HasErrors() {
					t.Errorf("%v in\n%s", diags, b)
				} else if want, ok := textOf(s); ok {
					wantResource(t, b, want)
				}
			}
		}
	})
}

// textOf returns the text that s stands for, if it holds no reference; ${!a} stands for the text ${a}.
func textOf(s string) (string, bool) {
	var b strings.Builder
	for _, p := range pieces(s) {
		switch inner, escaped := strings.CutPrefix(p.text, "!"); {
		case !p.ref:
			b.WriteString(p.text)
		case policyVariable.MatchString(p.text):
			b.WriteString("${" + p.text + "}")
		case escaped:
			b.WriteString("${" + inner + "}")
		default:
			return "", false
		}
	}
	return b.String(), utf8.ValidString(s)
}

// wantResource evaluates the configuration: the resource of the policy's statement must be the text.
func wantResource(t *testing.T, configuration []byte, want string) {
	t.Helper()
	names, attributes := hclResources(t, configuration, nil)
	var policy struct{ Statement []struct{ Resource string } }
	if err := json.Unmarshal([]byte(attributes[names[0]]["policy"].AsString()), &policy); err != nil {
		t.Fatal(err)
	}
	// Terraform keeps text in Unicode's normal form C.
	if got := policy.Statement[0].Resource; got != cty.StringVal(want).AsString() {
		t.Errorf("resource %q, want %q, in\n%s", got, want, configuration)
	}
}
