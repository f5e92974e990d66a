package source_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/hopgrant/hopgrant/internal/terraform/source"
)

// queues is a provider that tells the ARN of a queue and nothing else.
type queues struct{}

func (queues) Attribute(r *source.Resource, name string) (text, why string) {
	if name == "arn" {
		return "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:" + r.Values["name"].(string), ""
	}
	return "", ""
}

// TestPartlyKnown tests what is known of expressions over values of which a part is not known, or null.
//
// [Functions]
//
// [Functions]: https://developer.hashicorp.com/terraform/language/functions
func TestPartlyKnown(t *testing.T) {
	const before = `
variable "m" { type = map(string) }
resource "aws_sqs_queue" "q" { name = "orders" }
locals { object = { arn = aws_sqs_queue.q.arn, none = null, empty = "", map = var.m, url = aws_sqs_queue.q.url } }
`
	tests := []struct {
		expr   string
		want   any // nil where it is not known
		reason string
	}{
		{`lookup(local.object, "absent", "") != ""`, false, "the keys of an object are known, whatever its values are"},
		{`lookup(local.object, "arn", "") != ""`, true, "an ARN is not empty"},
		{`lookup(local.object, "empty", "x") == ""`, true, "an element that is not known does not hide its neighbours"},
		{`lookup(local.object, "none", null) == null`, true, "null is an element"},
		{`lookup(local.object, "url", "") != ""`, nil, "what the provider does not tell may be empty"},
		{`lookup(var.m, "a", "") != ""`, nil, "the keys of a variable without a value are not known"},
		{`try(local.object.absent, "") != ""`, false, "an object surely lacks an attribute that it does not have"},
		{`try(local.object["absent"].arn, "") != ""`, false, "so does a key on the way"},
		{`try([local.object][1].arn, "") != ""`, false, "and an index"},
		{`try(var.m.a, "") != ""`, nil, "a map that is not known may have the key"},
		{`try(local.object.url.a, "") != ""`, nil, "what is not known may be an object"},
		{`can(local.object.arn)`, true, "an attribute that is there can be read, whatever it is"},
		{`can(local.object.absent)`, false, "one that is not there cannot"},
		{`can(tonumber(local.object.arn))`, nil, "what is done with a reference is not known"},
		{`anytrue([var.m == null, true])`, true, "one is enough"},
		{`anytrue([var.m == null, false])`, nil, "no other one is true"},
		{`alltrue([var.m == null, false])`, false, "one is enough"},
		{`contains(["a"], aws_sqs_queue.q.arn)`, false, "no ARN is a"},
		{`contains(["a"], aws_sqs_queue.q.url)`, nil, "it may be a"},
		{`aws_sqs_queue.q.arn == "arn:aws:sqs:eu-west-1:111122223333:sales"`, false, "the names differ"},
		{`aws_sqs_queue.q.arn == "arn:aws:sqs:eu-west-1:111122223333:orders"`, nil, "the account may be another one"},
		{`startswith(aws_sqs_queue.q.arn, "arn:aws:")`, true, "what is before a reference begins with it"},
		{`endswith(aws_sqs_queue.q.arn, ".fifo")`, false, "what is behind a reference does not end in it"},
		{`endswith("${aws_sqs_queue.q.url}.fifo", ".fifo")`, true, "what is behind a reference does"},
		{`endswith(aws_sqs_queue.q.url, ".fifo")`, nil, "nothing is behind the reference"},
	}
	src := before
	for i, test := range tests {
		src += fmt.Sprintf("resource \"test\" \"r%d\" { value = %s }\n", i, test.expr)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := source.Read(dir, source.Options{}, queues{})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]*source.Resource{}
	for _, r := range c.Resources {
		values[r.Address] = r
	}
	for i, test := range tests {
		r := values[fmt.Sprintf("test.r%d", i)]
		if got := r.Values["value"]; got != test.want || (r.Unknown["value"] == nil) != (test.want != nil) {
			t.Errorf("%s: %v (not known: %v), want %v: %s", test.expr, got, r.Unknown["value"], test.want, test.reason)
		}
	}
}
