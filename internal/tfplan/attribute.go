package tfplan

import (
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/policygen"
)

// attribute returns an attribute of a resource: its value, for an ARN what it will surely be made of, or text that stands
// for it, always the same.
func (p *plan) attribute(r *resource, name string) string {
	name = withoutIndices(name)
	if v, ok := r.values[name]; ok && v != nil {
		switch v.(type) {
		case string, bool, float64:
			return render(v)
		}
	}
	if name == "arn" || name == "id" && (r.kind == "aws_sns_topic" || r.kind == "aws_iam_policy") {
		return p.arn(r)
	}
	switch {
	case r.kind == "aws_sqs_queue" && name == "url":
		name = "id" // a queue's id is its URL
	case strings.HasPrefix(r.kind, "aws_kms_") && name == "id":
		name = "key_id"
	}
	if name == "id" && (r.kind == "aws_iam_role" || r.kind == "aws_iam_user" || r.kind == "aws_s3_bucket") {
		if v := firstOf(r.text("name"), r.text("bucket")); v != "" {
			return v
		}
	}
	return unknownText(r.address, name)
}

// unknownText stands for an attribute that is known after apply.
func unknownText(address, attribute string) string { return "${" + address + "." + attribute + "}" }

// arnForms are the ARNs that are known before the resource exists.
//
// [Service Authorization Reference]
//
// [Service Authorization Reference]: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var arnForms = map[string]string{
	"aws_sqs_queue":               "arn:PARTITION:sqs:REGION:ACCOUNT:NAME",
	"aws_sns_topic":               "arn:PARTITION:sns:REGION:ACCOUNT:NAME",
	"aws_iam_role":                "arn:PARTITION:iam::ACCOUNT:rolePATHNAME",
	"aws_iam_user":                "arn:PARTITION:iam::ACCOUNT:userPATHNAME",
	"aws_iam_policy":              "arn:PARTITION:iam::ACCOUNT:policyPATHNAME",
	"aws_kms_key":                 "arn:PARTITION:kms:REGION:ACCOUNT:key/NAME",
	"aws_kms_replica_key":         "arn:PARTITION:kms:REGION:ACCOUNT:key/NAME",
	"aws_lambda_function":         "arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME",
	"aws_cloudwatch_event_rule":   "arn:PARTITION:events:REGION:ACCOUNT:rule/NAME",
	"aws_cloudwatch_metric_alarm": "arn:PARTITION:cloudwatch:REGION:ACCOUNT:alarm:NAME",
	"aws_s3_bucket":               "arn:PARTITION:s3:::NAME",
}

// nameAttributes are the attributes that hold the name of a resource.
var nameAttributes = map[string]string{
	"aws_lambda_function": "function_name", "aws_cloudwatch_metric_alarm": "alarm_name", "aws_s3_bucket": "bucket",
	"aws_kms_key": "key_id", "aws_kms_replica_key": "key_id",
}

// arn returns the ARN of a resource.
func (p *plan) arn(r *resource) string {
	if arn := r.text("arn"); arn != "" {
		return arn
	}
	if r.data {
		return unknownText(r.address, "arn")
	}
	form, ok := arnForms[r.kind]
	if !ok {
		return unknownText(r.address, "arn")
	}
	attribute := firstOf(nameAttributes[r.kind], "name")
	name := firstOf(r.text(attribute), unknownText(r.address, attribute))
	if bus := r.text("event_bus_name"); bus != "" && bus != "default" {
		name = bus + "/" + name
	}
	return strings.NewReplacer("PARTITION", p.partition, "REGION", firstOf(r.text("region"), p.region), "ACCOUNT", p.account,
		"NAME", name, "PATH", firstOf(r.text("path"), "/")).Replace(form)
}

// merged returns the strings of a known value, of what is unknown in it, and of the references behind that.
func (p *plan) merged(r *resource, known, unknown any, e *tfjson.Expression) values {
	all := constant(known)
	if !anyUnknown(unknown) {
		return all
	}
	if e == nil || e.ExpressionData == nil {
		all.why = "it is known after apply"
		return all
	}
	all.add(p.expression(r.module, r, e))
	return all
}

// lookup returns the value of an attribute that is one string, and whether it is known which.
func (p *plan) lookup(r *resource, attribute string) (string, bool) {
	return p.lookupIn(r, block{values: r.values, unknown: r.unknown, config: r.expressions()}, attribute)
}

// A block is a nested block of a resource.
type block struct {
	values  map[string]any
	unknown map[string]any
	config  map[string]*tfjson.Expression
}

func (r *resource) expressions() map[string]*tfjson.Expression {
	if r.config == nil {
		return nil
	}
	return r.config.Expressions
}

func (p *plan) lookupIn(r *resource, b block, attribute string) (string, bool) {
	if v, ok := b.values[attribute]; ok && v != nil {
		return render(v), true
	}
	if !anyUnknown(b.unknown[attribute]) {
		return "", true
	}
	return p.expression(r.module, r, b.config[attribute]).one()
}

// canonical returns the ARN of the plan's resource that a literal ARN names, which is the same but for what the plan does
// not know of it; or s itself.
func (p *plan) canonical(s string) string {
	literal := policygen.ARN(s)
	if literal.Resource() == "" {
		return s
	}
	if p.names == nil {
		p.names = map[string][]string{}
		for _, r := range p.resources {
			if !r.data && (r.kind == "aws_sqs_queue" || r.kind == "aws_sns_topic") {
				arn := policygen.ARN(p.arn(r))
				key := arn.Service() + ":" + arn.Resource()
				p.names[key] = append(p.names[key], string(arn))
			}
		}
	}
	for _, arn := range p.names[literal.Service()+":"+literal.Resource()] {
		ours := policygen.ARN(arn)
		if agrees(ours.Account(), literal.Account()) && agrees(ours.Region(), literal.Region()) && agrees(ours.Partition(), literal.Partition()) {
			return arn
		}
	}
	return s
}

// agrees reports whether two parts of ARNs may be the same; "" is one that is not known.
func agrees(a, b string) bool {
	return a == b || a == "" && !strings.ContainsAny(b, "*?") || b == ""
}
