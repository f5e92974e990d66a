package cfn

import (
	"fmt"
	"strings"
)

// role generates the role that SAM makes for a function or state machine: managed policies by name, and inline policies
// from statements and policy templates.
//
// [Policies of a SAM function]
//
// [Policies of a SAM function]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-policies
func (x *samTransform) role(r *resource, id string, p node, managed []string, inline []node) {
	arns := newList(r.at)
	named := map[string]bool{}
	attach := func(at place, name string) {
		if !named[name] {
			named[name] = true
			arns.items = append(arns.items, awsManaged(at, name))
		}
	}
	for _, name := range managed {
		attach(r.at, name)
	}
	policies := newList(r.at)
	add := func(document node) {
		policies.items = append(policies.items, newObject(document.at,
			pair("PolicyName", newText(document.at, fmt.Sprintf("%sPolicy%d", id, len(policies.items)))), pair("PolicyDocument", document)))
	}
	for _, document := range inline {
		add(document)
	}
	for _, item := range x.policyItems(p.get("Policies")) {
		v, ok := x.choose(item)
		switch {
		case !ok:
			// One of two policies, and it is not known which.
			arns.items = append(arns.items, newText(item.at, x.s.unknown("policy at "+item.at.String())))
		case noValue(v):
		case v.kind == text && !strings.Contains(v.text, ":"):
			attach(v.at, v.text)
		case v.kind == text:
			arns.items = append(arns.items, v)
		case v.has("Statement"):
			add(v)
		default:
			if _, _, is := intrinsic(v); is {
				arns.items = append(arns.items, v)
			} else if document, unknown := x.policyTemplate(v); unknown {
				arns.items = append(arns.items, newText(v.at, x.s.unknown("policy at "+v.at.String())))
			} else if document.there() {
				add(document)
			}
		}
	}
	properties := []member{pair("ManagedPolicyArns", arns), pair("Policies", policies)}
	for _, copied := range [][2]string{{"RoleName", "RoleName"}, {"PermissionsBoundary", "PermissionsBoundary"}, {"RolePath", "Path"}} {
		if v := p.get(copied[0]); v.there() {
			properties = append(properties, pair(copied[1], v))
		}
	}
	x.add(r, id, "AWS::IAM::Role", r.at, properties...)
}

// policyItems returns the items of Policies, which may also be one policy.
func (x *samTransform) policyItems(n node) []node {
	v, ok := x.choose(n)
	if !ok {
		return []node{n}
	}
	if v.kind == list {
		return v.items
	}
	if noValue(v) {
		return nil
	}
	return []node{v}
}

// awsManaged is the ARN of a policy that AWS manages, from its name; the path in front of the name makes no difference here.
func awsManaged(at place, name string) node {
	return call("Fn::Sub", newText(at, "arn:${AWS::Partition}:iam::aws:policy/"+name))
}

// A policyTemplate is a named set of permissions of SAM on one resource of one service.
type policyTemplate struct {
	parameter string // its parameter: the name of a queue or topic, or the id of a key
	resource  string // as Fn::Sub has it, with ${name} for the parameter
	actions   []string
}

// policyTemplates are SAM's policy templates for SQS, SNS and KMS. Every template is for one service, so that the others
// allow nothing here.
//
// [AWS SAM policy template list]
//
// [AWS SAM policy template list]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
var policyTemplates = map[string]policyTemplate{
	"SQSPollerPolicy": {"QueueName", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${name}",
		[]string{"sqs:ChangeMessageVisibility", "sqs:ChangeMessageVisibilityBatch", "sqs:DeleteMessage", "sqs:DeleteMessageBatch", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}},
	"SQSSendMessagePolicy":    {"QueueName", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${name}", []string{"sqs:SendMessage*"}},
	"SNSPublishMessagePolicy": {"TopicName", "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${name}", []string{"sns:Publish"}},
	"SNSCrudPolicy": {"TopicName", "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${name}*",
		[]string{"sns:ListSubscriptionsByTopic", "sns:CreateTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:Publish"}},
	"KMSDecryptPolicy": {"KeyId", "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${name}", []string{"kms:Decrypt"}},
	"KMSEncryptPolicy": {"KeyId", "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${name}", []string{"kms:Encrypt"}},
}

// policyTemplate returns the document of a policy template, or nothing if it allows nothing on SQS, SNS or KMS.
func (x *samTransform) policyTemplate(n node) (document node, unknown bool) {
	if n.kind != object || len(n.members) != 1 {
		return node{}, true
	}
	m := n.members[0]
	t, ok := policyTemplates[m.key]
	if !ok {
		for _, service := range []string{"SQS", "SNS", "KMS"} {
			if strings.HasPrefix(m.key, service) {
				return node{}, true
			}
		}
		return node{}, !strings.HasSuffix(m.key, "Policy")
	}
	name := m.value.get(t.parameter)
	if !name.there() {
		return node{}, true
	}
	resource := call("Fn::Sub", newList(m.at, newText(m.at, t.resource), newObject(m.at, pair("name", name))))
	return policyOf(m.at, allow(m.at, t.actions, resource)), false
}
