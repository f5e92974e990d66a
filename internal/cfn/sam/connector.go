package sam

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A link is what a connector grants from one type of resource to another.
type link struct {
	// on is the type of resource that gets the policy: that of the source's or destination's role (AWS::IAM::ManagedPolicy),
	// a queue policy or a topic policy.
	on string
	// service is the service principal of a queue or topic policy.
	service string
	// destinationRole: the role is the destination's, and the resource is the source.
	destinationRole bool
	read, write     []string
}

// links are SAM's connectors that grant something on queues and topics. None of them grants anything on a key.
//
// [AWS SAM connector reference]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
var links = map[[2]string]link{
	{"AWS::SNS::Topic", "AWS::SQS::Queue"}:       {on: "AWS::SQS::QueuePolicy", service: "sns.amazonaws.com", write: []string{"sqs:SendMessage"}},
	{"AWS::Events::Rule", "AWS::SQS::Queue"}:     {on: "AWS::SQS::QueuePolicy", service: "events.amazonaws.com", write: []string{"sqs:SendMessage"}},
	{"AWS::Events::Rule", "AWS::SNS::Topic"}:     {on: "AWS::SNS::TopicPolicy", service: "events.amazonaws.com", write: []string{"sns:Publish"}},
	{"AWS::Lambda::Function", "AWS::SNS::Topic"}: {on: "AWS::IAM::ManagedPolicy", write: []string{"sns:Publish"}},
	{"AWS::Lambda::Function", "AWS::SQS::Queue"}: {on: "AWS::IAM::ManagedPolicy", read: []string{"sqs:ReceiveMessage", "sqs:GetQueueAttributes"},
		write: []string{"sqs:DeleteMessage", "sqs:SendMessage", "sqs:ChangeMessageVisibility", "sqs:PurgeQueue"}},
	{"AWS::SQS::Queue", "AWS::Lambda::Function"}: {on: "AWS::IAM::ManagedPolicy", destinationRole: true,
		read: []string{"sqs:ReceiveMessage", "sqs:GetQueueAttributes"}, write: []string{"sqs:DeleteMessage"}},
	{"AWS::StepFunctions::StateMachine", "AWS::SNS::Topic"}: {on: "AWS::IAM::ManagedPolicy", write: []string{"sns:Publish"}},
	{"AWS::StepFunctions::StateMachine", "AWS::SQS::Queue"}: {on: "AWS::IAM::ManagedPolicy", write: []string{"sqs:SendMessage"}},
}

// connectors carries out a connector, or those that a resource holds.
func (x *transform) connectors(r *template.Resource) {
	if r.Type == "AWS::Serverless::Connector" {
		x.connector(r, r.ID, x.end(r.Properties.Get("Source")), r.Properties)
		return
	}
	for _, c := range r.Body.Get("Connectors").Members {
		x.connector(r, r.ID+c.Key, x.end(value.NewObject(r.At, value.Pair("Id", value.NewText(r.At, r.ID)))), c.Value.Get("Properties"))
	}
}

func (x *transform) connector(r *template.Resource, id string, source end, p value.Value) {
	var read, write bool
	for _, permission := range p.Get("Permissions").OneOrMany() {
		read = read || permission.Text == "Read"
		write = write || permission.Text == "Write"
	}
	for i, d := range p.Get("Destination").OneOrMany() {
		destination := x.end(d)
		l, ok := links[[2]string{source.typ, destination.typ}]
		if !ok {
			if source.typ == "" || destination.typ == "" {
				x.strange(r, "connector", "its source or destination is not in the template", d.At)
			}
			continue
		}
		var actions []string
		if read {
			actions = append(actions, l.read...)
		}
		if write {
			actions = append(actions, l.write...)
		}
		if len(actions) == 0 {
			continue
		}
		policy := id
		if p.Get("Destination").Kind == value.List {
			policy += "Destination" + string(rune('0'+i%10))
		}
		x.link(r, policy, l, actions, source, destination, d.At)
	}
}

func (x *transform) link(r *template.Resource, id string, l link, actions []string, source, destination end, at value.Place) {
	switch l.on {
	case "AWS::SQS::QueuePolicy":
		x.queuePolicy(r, id+"QueuePolicy", at, destination.url, allow(at, actions, destination.arn, byService(at, l.service, source.arn)...))
	case "AWS::SNS::TopicPolicy":
		x.add(r, id+"TopicPolicy", l.on, at, value.Pair("Topics", value.NewList(at, destination.arn)),
			value.Pair("PolicyDocument", policyOf(at, allow(at, actions, destination.arn, byService(at, l.service, source.arn)...))))
	default:
		role, resource := source.role, destination.arn
		if l.destinationRole {
			role, resource = destination.role, source.arn
		}
		if !role.There() {
			x.strange(r, "connector", "the role that it grants to is not known", at)
			return
		}
		x.add(r, id+"Policy", l.on, at, value.Pair("Roles", value.NewList(at, role)), value.Pair("PolicyDocument", policyOf(at, allow(at, actions, resource))))
	}
}

// An end is the source or destination of a connector.
type end struct {
	typ  string
	arn  value.Value
	url  value.Value // of a queue
	role value.Value // the name of the role it acts under
}

// end reads a reference of a connector: a logical id, or type and ARN.
func (x *transform) end(n value.Value) end {
	r := x.made[n.Get("Id").Text]
	if r == nil {
		return end{typ: n.Get("Type").Text, arn: n.Get("Arn"), url: n.Get("QueueUrl"), role: n.Get("RoleName")}
	}
	e := end{typ: r.Type, arn: attributeOf(n.At, r.ID, "Arn"), url: refTo(n.At, r.ID)}
	switch r.Type {
	case "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine":
		e.arn = refTo(n.At, r.ID)
	}
	for _, property := range []string{"Role", "RoleArn"} {
		if v := r.Properties.Get(property); v.There() {
			e.role = roleName(v)
		}
	}
	return e
}

// roleName returns the name of a role from its ARN as it is written: GetAtt of a role, or text.
func roleName(arn value.Value) value.Value {
	if name, arg, ok := template.Intrinsic(arn); ok && name == "Fn::GetAtt" {
		if arg.Kind == value.List && len(arg.Items) > 0 {
			return refTo(arn.At, arg.Items[0].Text)
		}
		if id, ok := strings.CutSuffix(arg.Text, ".Arn"); ok {
			return refTo(arn.At, id)
		}
	}
	if arn.Kind == value.Text {
		return value.NewText(arn.At, arn.Text[strings.LastIndexByte(arn.Text, '/')+1:])
	}
	return template.Call("Fn::Select", value.NewList(arn.At, value.NewText(arn.At, "1"), template.Call("Fn::Split", value.NewList(arn.At, value.NewText(arn.At, "/"), arn))))
}
