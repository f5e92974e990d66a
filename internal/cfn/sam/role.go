package sam

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/value"
)

// role generates the role that SAM makes for a function or state machine: managed policies by name, and inline policies
// from statements and policy templates.
//
// [Policies of a SAM function]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-policies
func (x *transform) role(r *template.Resource, id string, p value.Value, managed []string, inline []value.Value) {
	arns := value.NewList(r.At)
	named := map[string]bool{}
	attach := func(at value.Place, name string) {
		if !named[name] {
			named[name] = true
			arns.Items = append(arns.Items, awsManaged(at, name))
		}
	}
	for _, name := range managed {
		attach(r.At, name)
	}
	policies := value.NewList(r.At)
	add := func(document value.Value) {
		policies.Items = append(policies.Items, value.NewObject(document.At,
			value.Pair("PolicyName", value.NewText(document.At, fmt.Sprintf("%sPolicy%d", id, len(policies.Items)))), value.Pair("PolicyDocument", document)))
	}
	for _, document := range inline {
		add(document)
	}
	for _, item := range x.policyItems(p.Get("Policies")) {
		v, ok := x.choose(item)
		switch {
		case !ok:
			// One of two policies, and it is not known which.
			arns.Items = append(arns.Items, value.NewText(item.At, x.s.Unknown("policy at "+item.At.String())))
		case noValue(v):
		case v.Kind == value.Text && !strings.Contains(v.Text, ":"):
			attach(v.At, v.Text)
		case v.Kind == value.Text:
			arns.Items = append(arns.Items, v)
		case v.Has("Statement"):
			add(v)
		default:
			if _, _, is := template.Intrinsic(v); is {
				arns.Items = append(arns.Items, v)
			} else if document, unknown := x.policyTemplate(v); unknown {
				arns.Items = append(arns.Items, value.NewText(v.At, x.s.Unknown("policy at "+v.At.String())))
			} else if document.There() {
				add(document)
			}
		}
	}
	properties := []value.Member{value.Pair("ManagedPolicyArns", arns), value.Pair("Policies", policies)}
	for _, copied := range [][2]string{{"RoleName", "RoleName"}, {"PermissionsBoundary", "PermissionsBoundary"}, {"RolePath", "Path"}, {"AssumeRolePolicyDocument", "AssumeRolePolicyDocument"}} {
		if v := p.Get(copied[0]); v.There() {
			properties = append(properties, value.Pair(copied[1], v))
		}
	}
	x.add(r, id, "AWS::IAM::Role", r.At, properties...)
}

// policyItems returns the items of Policies, which may also be one policy.
func (x *transform) policyItems(n value.Value) []value.Value {
	v, ok := x.choose(n)
	if !ok {
		return []value.Value{n}
	}
	if v.Kind == value.List {
		return v.Items
	}
	if noValue(v) {
		return nil
	}
	return []value.Value{v}
}

// awsManaged is the ARN of a policy that AWS manages, from its name; the path in front of the name makes no difference here.
func awsManaged(at value.Place, name string) value.Value {
	return template.Call("Fn::Sub", value.NewText(at, "arn:${AWS::Partition}:iam::aws:policy/"+name))
}

// A policyTemplate is a named set of permissions of SAM on one resource of one service.
type policyTemplate struct {
	parameter string // its parameter: the name of a queue or topic, or the id of a key
	resource  string // as Fn::Sub has it, with ${name} for the parameter
	actions   []string
}

// policyTemplates are SAM's policy templates for SQS, SNS and KMS, without the names of batch operations, which are no actions.
// Every template is for one service, so that the others allow nothing here.
//
// [AWS SAM policy template list]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
var policyTemplates = map[string]policyTemplate{
	"SQSPollerPolicy": {"QueueName", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${name}",
		[]string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}},
	"SQSSendMessagePolicy":    {"QueueName", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${name}", []string{"sqs:SendMessage*"}},
	"SNSPublishMessagePolicy": {"TopicName", "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${name}", []string{"sns:Publish"}},
	"SNSCrudPolicy": {"TopicName", "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${name}*",
		[]string{"sns:ListSubscriptionsByTopic", "sns:CreateTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:Publish"}},
	"KMSDecryptPolicy": {"KeyId", "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${name}", []string{"kms:Decrypt"}},
	"KMSEncryptPolicy": {"KeyId", "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${name}", []string{"kms:Encrypt"}},
}

// policyTemplate returns the document of a policy template, or nothing if it allows nothing on SQS, SNS or KMS.
func (x *transform) policyTemplate(n value.Value) (document value.Value, unknown bool) {
	if n.Kind != value.Object || len(n.Members) != 1 {
		return value.Value{}, true
	}
	m := n.Members[0]
	t, ok := policyTemplates[m.Key]
	if !ok {
		for _, service := range []string{"SQS", "SNS", "KMS"} {
			if strings.HasPrefix(m.Key, service) {
				return value.Value{}, true
			}
		}
		return value.Value{}, !strings.HasSuffix(m.Key, "Policy")
	}
	name := m.Value.Get(t.parameter)
	if !name.There() {
		return value.Value{}, true
	}
	resource := template.Call("Fn::Sub", value.NewList(m.At, value.NewText(m.At, t.resource), value.NewObject(m.At, value.Pair("name", name))))
	return policyOf(m.At, allow(m.At, t.actions, resource)), false
}
