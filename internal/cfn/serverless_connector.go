package cfn

import "strings"

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
// [AWS SAM connector reference]
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
func (x *samTransform) connectors(r *resource) {
	if r.typ == "AWS::Serverless::Connector" {
		x.connector(r, r.id, x.end(r.properties.get("Source")), r.properties)
		return
	}
	for _, c := range r.body.get("Connectors").members {
		x.connector(r, r.id+c.key, x.end(newObject(r.at, pair("Id", newText(r.at, r.id)))), c.value.get("Properties"))
	}
}

func (x *samTransform) connector(r *resource, id string, source end, p node) {
	var read, write bool
	for _, permission := range p.get("Permissions").list() {
		read = read || permission.text == "Read"
		write = write || permission.text == "Write"
	}
	for i, d := range p.get("Destination").list() {
		destination := x.end(d)
		l, ok := links[[2]string{source.typ, destination.typ}]
		if !ok {
			if source.typ == "" || destination.typ == "" {
				x.strange(r, "connector", "its source or destination is not in the template", d.at)
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
		if p.get("Destination").kind == list {
			policy += "Destination" + string(rune('0'+i%10))
		}
		x.link(r, policy, l, actions, source, destination, d.at)
	}
}

func (x *samTransform) link(r *resource, id string, l link, actions []string, source, destination end, at place) {
	switch l.on {
	case "AWS::SQS::QueuePolicy":
		x.add(r, id+"QueuePolicy", l.on, at, pair("Queues", newList(at, destination.url)),
			pair("PolicyDocument", policyOf(at, allow(at, actions, destination.arn, byService(at, l.service, source.arn)...))))
	case "AWS::SNS::TopicPolicy":
		x.add(r, id+"TopicPolicy", l.on, at, pair("Topics", newList(at, destination.arn)),
			pair("PolicyDocument", policyOf(at, allow(at, actions, destination.arn, byService(at, l.service, source.arn)...))))
	default:
		role, resource := source.role, destination.arn
		if l.destinationRole {
			role, resource = destination.role, source.arn
		}
		if !role.there() {
			x.strange(r, "connector", "the role that it grants to is not known", at)
			return
		}
		x.add(r, id+"Policy", l.on, at, pair("Roles", newList(at, role)), pair("PolicyDocument", policyOf(at, allow(at, actions, resource))))
	}
}

// An end is the source or destination of a connector.
type end struct {
	typ  string
	arn  node
	url  node // of a queue
	role node // the name of the role it acts under
}

// end reads a reference of a connector: a logical id, or type and ARN.
func (x *samTransform) end(n node) end {
	r := x.to.byID[n.get("Id").text]
	if r == nil {
		return end{typ: n.get("Type").text, arn: n.get("Arn"), url: n.get("QueueUrl"), role: n.get("RoleName")}
	}
	e := end{typ: r.typ, arn: attributeOf(n.at, r.id, "Arn"), url: refTo(n.at, r.id)}
	switch r.typ {
	case "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine":
		e.arn = refTo(n.at, r.id)
	}
	for _, property := range []string{"Role", "RoleArn"} {
		if v := r.properties.get(property); v.there() {
			e.role = roleName(v)
		}
	}
	return e
}

// roleName returns the name of a role from its ARN as it is written: GetAtt of a role, or text.
func roleName(arn node) node {
	if name, arg, ok := intrinsic(arn); ok && name == "Fn::GetAtt" {
		if arg.kind == list && len(arg.items) > 0 {
			return refTo(arn.at, arg.items[0].text)
		}
		if id, ok := strings.CutSuffix(arg.text, ".Arn"); ok {
			return refTo(arn.at, id)
		}
	}
	if arn.kind == text {
		return newText(arn.at, arn.text[strings.LastIndexByte(arn.text, '/')+1:])
	}
	return call("Fn::Select", newList(arn.at, newText(arn.at, "1"), call("Fn::Split", newList(arn.at, newText(arn.at, "/"), arn))))
}
