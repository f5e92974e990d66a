package check_test

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A deployment is a template as one account and Region hold it. It is a second, small reader of templates that shares nothing
// with package cfn: every name, ARN and key id is written out, and what it does not know it refuses to judge.
type deployment struct {
	account, region string
	resources       value.Value
	known           map[string][]*eval.Compiled // what [documents] has found, by caller and resource
}

func deploy(template value.Value) *deployment {
	return &deployment{account, region, template.Get("Resources"), map[string][]*eval.Compiled{}}
}

// unjudged is the panic of a deployment that meets what it does not know.
type unjudged string

// fault is the panic of a deployment that finds why a hop does not work, or may not.
type fault string

func (d *deployment) typeOf(id string) string { return d.resources.Get(id).Get("Type").Text }

func (d *deployment) attribute(id, property string) value.Value {
	return d.resources.Get(id).Path("Properties", property)
}

func (d *deployment) text(id, property string) string { return d.resolve(d.attribute(id, property)) }

func (d *deployment) byARN(arn string) string {
	for _, m := range d.resources.Members {
		switch d.typeOf(m.Key) {
		case "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::KMS::Key":
			if d.arn(m.Key) == arn {
				return m.Key
			}
		}
	}
	return ""
}

// written returns the value with every function carried out.
func (d *deployment) written(v value.Value) value.Value {
	switch {
	case v.Kind == value.Object && len(v.Members) == 1 && (v.Members[0].Key == "Ref" || strings.HasPrefix(v.Members[0].Key, "Fn::")):
		return value.NewText(v.At, d.resolve(v))
	case v.Kind == value.Object:
		members := slices.Clone(v.Members)
		for i := range members {
			members[i].Value = d.written(members[i].Value)
		}
		return value.NewObject(v.At, members...)
	case v.Kind == value.List:
		items := slices.Clone(v.Items)
		for i := range items {
			items[i] = d.written(items[i])
		}
		return value.NewList(v.At, items...)
	}
	return v
}

// resolve returns the text that a value has in the deployment, "" for none.
func (d *deployment) resolve(v value.Value) string {
	if v.Scalar() {
		return v.Text
	}
	if !v.There() {
		return ""
	}
	if v.Kind != value.Object || len(v.Members) != 1 {
		panic(unjudged("no text"))
	}
	switch arg := v.Members[0].Value; v.Members[0].Key {
	case "Ref":
		return d.ref(arg.Text)
	case "Fn::GetAtt":
		id, attribute, _ := strings.Cut(arg.Text, ".")
		if len(arg.Items) == 2 {
			id, attribute = arg.Items[0].Text, arg.Items[1].Text
		}
		if attribute == "Arn" || attribute == "TopicArn" {
			return d.arn(id)
		}
	case "Fn::Sub":
		return d.sub(arg.Text)
	case "Fn::Join":
		if len(arg.Items) == 2 && arg.Items[1].Kind == value.List {
			parts := make([]string, len(arg.Items[1].Items))
			for i, item := range arg.Items[1].Items {
				parts[i] = d.resolve(item)
			}
			return strings.Join(parts, arg.Items[0].Text)
		}
	}
	panic(unjudged("function " + v.Members[0].Key))
}

func (d *deployment) sub(s string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "${")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, rest, _ := strings.Cut(after, "}")
		switch id, attribute, dotted := strings.Cut(name, "."); {
		case strings.HasPrefix(name, "!"):
			b.WriteString("${" + name[1:] + "}")
		case dotted && attribute == "Arn":
			b.WriteString(d.arn(id))
		default:
			b.WriteString(d.ref(name))
		}
		s = rest
	}
}

// ref returns what Ref gives for a resource or pseudo parameter.
func (d *deployment) ref(id string) string {
	switch d.typeOf(id) {
	case "AWS::SNS::Topic", "AWS::IAM::ManagedPolicy":
		return d.arn(id)
	case "AWS::SQS::Queue":
		return "https://sqs." + d.region + ".amazonaws.com/" + d.account + "/" + d.name(id, "QueueName")
	case "AWS::KMS::Key":
		h := fnv.New64a()
		h.Write([]byte(id))
		return fmt.Sprintf("1234abcd-12ab-34cd-%04x-%012x", h.Sum64()>>48, h.Sum64()&(1<<48-1))
	case "AWS::IAM::Role":
		return d.name(id, "RoleName")
	case "AWS::Events::Rule":
		return d.name(id, "Name")
	case "AWS::S3::Bucket":
		return strings.ToLower(d.name(id, "BucketName"))
	case "AWS::Lambda::Function":
		return d.name(id, "FunctionName")
	}
	values := map[string]string{"AWS::AccountId": d.account, "AWS::Region": d.region, "AWS::Partition": "aws", "AWS::StackName": "stack", "AWS::URLSuffix": "amazonaws.com"}
	if v, ok := values[id]; ok {
		return v
	}
	panic(unjudged("a reference to " + strconv.Quote(id)))
}

func (d *deployment) arn(id string) string {
	in := ":" + d.region + ":" + d.account + ":"
	switch d.typeOf(id) {
	case "AWS::SNS::Topic":
		return "arn:aws:sns" + in + d.name(id, "TopicName")
	case "AWS::SQS::Queue":
		return "arn:aws:sqs" + in + d.name(id, "QueueName")
	case "AWS::KMS::Key":
		return "arn:aws:kms" + in + "key/" + d.ref(id)
	case "AWS::IAM::Role":
		return "arn:aws:iam::" + d.account + ":role" + "/" + strings.TrimPrefix(d.text(id, "Path"), "/") + d.ref(id)
	case "AWS::Events::Rule":
		return "arn:aws:events" + in + "rule/" + d.ref(id)
	case "AWS::CloudWatch::Alarm":
		return "arn:aws:cloudwatch" + in + "alarm:" + d.name(id, "AlarmName")
	case "AWS::S3::Bucket":
		return "arn:aws:s3:::" + d.ref(id)
	}
	panic(unjudged("the ARN of " + id))
}

// name returns a resource's physical name: that which is set, or one as CloudFormation makes it.
func (d *deployment) name(id, property string) string {
	if name := d.text(id, property); name != "" {
		return name
	}
	name := "stack-" + id + "-1A2B3C4D5E6F"
	if d.text(id, "FifoQueue") == "true" || d.text(id, "FifoTopic") == "true" {
		name += ".fifo"
	}
	return name
}
