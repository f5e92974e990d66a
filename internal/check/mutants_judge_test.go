package check_test

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// judge says whether a hop that is called ok works in the deployment: sure is false where that is not known here.
func (d *deployment) judge(h *check.Hop) (wrong string, sure bool) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case unjudged:
			wrong, sure = string(p), false
		case fault:
			wrong, sure = string(p), true
		default:
			panic(p)
		}
	}()
	if h.Moved {
		d.moved(h)
		return "", true
	}
	hop, caller := d.hop(h)
	if err := hop.Check(); err != nil {
		panic(fault(err.Error()))
	}
	decision := eval.Hop(hop.Calls(), documents{d, caller})
	for _, c := range decision.Calls {
		if c.Outcome != eval.Allowed {
			if caller != "" && d.attribute(caller, "ManagedPolicyArns").There() {
				panic(unjudged("a managed policy of AWS"))
			}
			panic(fault(c.Action + " on " + string(c.Resource) + ": " + c.Outcome.String()))
		}
	}
	return "", true
}

// hop writes the hop down from the resources that it connects, and returns the role that calls, "" for a service.
func (d *deployment) hop(h *check.Hop) (hop policygen.Hop, caller string) {
	hop.Kind = h.Kind
	k := kind.Of(h.Kind)
	if h.TopicElement != nil {
		hop.Topic = d.topic(h.TopicElement.ID, k.CallsOn(kind.TopicKey))
	}
	if h.QueueElement != nil {
		hop.Queue = d.queue(h.QueueElement.ID)
	}
	if h.DestinationElement != nil {
		hop.Destination = d.queue(h.DestinationElement.ID)
	}
	by := d.resources.Get(h.By.ID)
	switch by.Get("Type").Text {
	case "AWS::SNS::Subscription":
		d.subscribed(h.By.ID, &hop)
	case "AWS::Lambda::EventSourceMapping":
		hop.Client = policygen.LambdaTrigger
		if d.text(h.By.ID, "EventSourceArn") != string(hop.Queue.ARN) || d.text(h.By.ID, "Enabled") == "false" {
			panic(fault("the trigger reads another queue, or none"))
		}
	}
	if k.CallsOn(kind.SourceKeys) {
		hop.SourceKeys = d.sourceKeys(string(hop.Queue.ARN))
	}
	switch {
	case k.BySNS():
	case policygen.IsService(h.Caller):
		hop.Caller, hop.Source, hop.SourceAccount = h.Caller, policygen.ARN(d.arn(h.From.ID)), d.account
	case d.typeOf(h.CallerElement.ID) == "AWS::IAM::Role":
		caller = h.CallerElement.ID
		hop.Caller = policygen.RoleARN(d.arn(caller))
		d.trusted(h.By.ID, caller)
	default:
		panic(unjudged("the caller is no role of the template"))
	}
	hop.ReadAttributes, hop.LookUpURL, hop.ExtendVisibility = h.ReadAttributes, h.LookUpURL, h.ExtendVisibility
	return hop, caller
}

// runner are the services that act under the roles of resources.
var runner = map[string]policygen.ServicePrincipal{
	"AWS::Lambda::Function": "lambda.amazonaws.com", "AWS::Lambda::EventSourceMapping": "lambda.amazonaws.com", "AWS::Lambda::EventInvokeConfig": "lambda.amazonaws.com",
	"AWS::Events::Rule": "events.amazonaws.com", "AWS::Pipes::Pipe": "pipes.amazonaws.com", "AWS::Scheduler::Schedule": "scheduler.amazonaws.com",
	"AWS::StepFunctions::StateMachine": "states.amazonaws.com", "AWS::IoT::TopicRule": "iot.amazonaws.com",
}

// trusted checks that the service of what makes a hop, or that runs functions under the role, may assume the role.
func (d *deployment) trusted(by, role string) {
	service := runner[d.typeOf(by)]
	for _, m := range d.resources.Members {
		if service == "" && d.typeOf(m.Key) == "AWS::Lambda::Function" && d.text(m.Key, "Role") == d.arn(role) {
			service = runner["AWS::Lambda::Function"]
		}
	}
	if service == "" {
		return
	}
	trust := d.attribute(role, "AssumeRolePolicyDocument")
	if !trust.There() {
		panic(unjudged("a role without a trust policy, which no stack has"))
	}
	document := d.document(trust)
	conditions := false
	for i := range document.Statements {
		s := &document.Statements[i]
		conditions = conditions || len(s.Condition) > 0
		for i := 0; s.Principal != nil && i < len(s.Principal.Service); i++ {
			switch name, _, _ := strings.Cut(string(service), "."); s.Principal.Service[i] {
			case name + "." + d.region + ".amazonaws.com":
				s.Principal.Service[i] = string(service)
			case name + "." + elsewhere + ".amazonaws.com", name + ".amazonaws.com.cn":
				panic(unjudged("the principal of another place"))
			}
		}
	}
	asked := eval.Request{Principal: service, Action: "sts:AssumeRole", Resource: policygen.ARN(d.arn(role)), Context: map[string][]string{"aws:SourceAccount": {d.account}}}
	switch outcome := eval.Evaluate(asked, eval.Policies{Resource: document}).Outcome; {
	case outcome == eval.Allowed:
	case conditions:
		panic(unjudged("conditions of a trust policy"))
	default:
		panic(fault(string(service) + " may not assume role " + role + ": " + outcome.String()))
	}
}

func (d *deployment) subscribed(id string, hop *policygen.Hop) {
	to := d.text(id, "Endpoint")
	if hop.Kind == kind.DeadLetter {
		to = d.resolve(d.attribute(id, "RedrivePolicy").Get("deadLetterTargetArn"))
	} else if p := d.text(id, "Protocol"); p != "sqs" {
		if !slices.Contains([]string{"email", "email-json", "http", "https", "lambda", "sms", "application", "firehose"}, p) {
			panic(unjudged("SNS refuses the subscription"))
		}
		panic(fault("the subscription's protocol is not sqs"))
	}
	if r := d.text(id, "Region"); r != "" && r != d.region {
		panic(fault("the topic is in another Region than the subscription says"))
	}
	if to != string(hop.Queue.ARN) || d.text(id, "TopicArn") != string(hop.Topic.ARN) {
		panic(fault("the subscription connects others"))
	}
}

// moved checks a hop from a queue to its dead-letter queue, which SQS makes without asking.
func (d *deployment) moved(h *check.Hop) {
	d.must(h.From.ID, "AWS::SQS::Queue")
	d.must(h.To.ID, "AWS::SQS::Queue")
	from, to := d.arn(h.From.ID), d.arn(h.To.ID)
	if d.deadLetters(h.From.ID) != to {
		panic(fault("the queue has another dead-letter queue"))
	}
	if strings.HasSuffix(from, ".fifo") != strings.HasSuffix(to, ".fifo") {
		panic(fault("queue and dead-letter queue are not of one type"))
	}
	allow := d.attribute(h.To.ID, "RedriveAllowPolicy")
	switch by := d.resolve(allow.Get("redrivePermission")); {
	case by == "" || by == "allowAll":
	case by == "byQueue" && slices.ContainsFunc(allow.Get("sourceQueueArns").OneOrMany(), func(v value.Value) bool { return d.resolve(v) == from }):
	case by != "denyAll" && by != "byQueue":
		panic(unjudged("SQS refuses the policy"))
	default:
		panic(fault("the dead-letter queue refuses the queue"))
	}
}

func (d *deployment) deadLetters(queue string) string {
	return d.resolve(d.attribute(queue, "RedrivePolicy").Get("deadLetterTargetArn"))
}

func (d *deployment) sourceKeys(dlq string) (keys []policygen.KeyARN) {
	for _, m := range d.resources.Members {
		if d.typeOf(m.Key) == "AWS::SQS::Queue" && d.deadLetters(m.Key) == dlq {
			if k := d.queue(m.Key).Key; k != "" && !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

func (d *deployment) topic(id string, encrypts bool) policygen.Topic {
	d.must(id, "AWS::SNS::Topic")
	t := policygen.Topic{ARN: policygen.TopicARN(d.arn(id))}
	if encrypts {
		t.Key = d.key(d.text(id, "KmsMasterKeyId"))
	}
	return t
}

func (d *deployment) queue(id string) policygen.Queue {
	d.must(id, "AWS::SQS::Queue")
	return policygen.Queue{ARN: policygen.QueueARN(d.arn(id)), Key: d.key(d.text(id, "KmsMasterKeyId"))}
}

// must refuses to judge what is not in the template, and what AWS refuses to make: no message is lost before it is there.
func (d *deployment) must(id, resourceType string) {
	if d.typeOf(id) != resourceType {
		panic(unjudged(id + " is not of this template"))
	}
	fifo := d.text(id, "FifoQueue") == "true" || d.text(id, "FifoTopic") == "true"
	if name := d.arn(id); fifo != strings.HasSuffix(name, ".fifo") || strings.ContainsAny(name, "?*${}") {
		panic(unjudged("AWS refuses the name of " + id))
	}
}

// key returns the ARN of the key that a KmsMasterKeyId means: an id, an ARN, or an alias with or without its ARN.
func (d *deployment) key(name string) policygen.KeyARN {
	prefix := "arn:aws:kms:" + d.region + ":" + d.account + ":"
	short := strings.TrimPrefix(name, prefix)
	if name == "" || strings.HasPrefix(short, "alias/aws/") {
		return policygen.KeyARN(short)
	}
	for _, m := range d.resources.Members {
		switch {
		case d.typeOf(m.Key) == "AWS::KMS::Alias" && d.text(m.Key, "AliasName") == short:
			return d.key(d.text(m.Key, "TargetKeyId"))
		case d.typeOf(m.Key) != "AWS::KMS::Key" || d.ref(m.Key) != strings.TrimPrefix(short, "key/"):
		case !slices.Contains([]string{"", "true"}, d.text(m.Key, "Enabled")):
			panic(fault("the key is disabled"))
		case !slices.Contains([]string{"", "ENCRYPT_DECRYPT"}, d.text(m.Key, "KeyUsage")),
			!slices.Contains([]string{"", "SYMMETRIC_DEFAULT"}, d.text(m.Key, "KeySpec")):
			panic(fault("the key cannot encrypt messages"))
		default:
			return policygen.KeyARN(d.arn(m.Key))
		}
	}
	panic(fault("the key " + name + " is not in the template"))
}

// documents are the policies that decide the calls of a role, or of a service.
type documents struct {
	*deployment
	caller string
}

func (d documents) Policies(c policygen.Call) []*eval.Compiled {
	asked := d.caller + " " + string(c.Resource)
	if d.known[asked] == nil {
		d.known[asked] = []*eval.Compiled{eval.Compile(d.policies(c))}
	}
	return d.known[asked]
}

func (d documents) policies(c policygen.Call) (p eval.Policies) {
	if d.caller != "" {
		p.Identity = d.identity(d.caller)
		if b := d.attribute(d.caller, "PermissionsBoundary"); b.There() {
			panic(fault("the role has a permissions boundary of which the template does not tell what it allows"))
		}
	}
	id := d.byARN(string(c.Resource))
	switch {
	case strings.HasPrefix(string(c.Resource), "alias/aws/"): // package eval has its policy
	case c.On == policygen.OnKey && !d.attribute(id, "KeyPolicy").There():
		document := policygen.DefaultKeyPolicy(d.account, "aws")
		p.Resource = &document
	case c.On == policygen.OnKey:
		p.Resource = d.document(d.attribute(id, "KeyPolicy"))
	case c.On == policygen.OnTopic:
		p.Resource = d.attached("AWS::SNS::TopicPolicy", "Topics", string(c.Resource))
		if p.Resource == nil {
			panic(unjudged("the default topic policy"))
		}
	default:
		p.Resource = d.attached("AWS::SQS::QueuePolicy", "Queues", d.ref(id))
	}
	return p
}

// attached returns the only policy of a type that names a topic or queue.
func (d *deployment) attached(resourceType, property, name string) (found *policygen.Document) {
	for _, m := range d.resources.Members {
		if strings.HasSuffix(d.typeOf(m.Key), "InlinePolicy") {
			panic(unjudged("an inline policy"))
		}
		if d.typeOf(m.Key) == resourceType && d.names(m.Key, property, name) {
			if found != nil {
				panic(unjudged("two policies"))
			}
			found = d.document(d.attribute(m.Key, "PolicyDocument"))
		}
	}
	return found
}

func (d *deployment) names(id, property, name string) bool {
	return slices.ContainsFunc(d.attribute(id, property).OneOrMany(), func(v value.Value) bool { return d.resolve(v) == name })
}

func (d *deployment) identity(role string) (all []policygen.Document) {
	for _, p := range d.attribute(role, "Policies").OneOrMany() {
		all = append(all, *d.document(p.Get("PolicyDocument")))
	}
	for _, m := range d.resources.Members {
		switch d.typeOf(m.Key) {
		case "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy":
			if d.names(m.Key, "Roles", d.ref(role)) {
				all = append(all, *d.document(d.attribute(m.Key, "PolicyDocument")))
			}
		case "AWS::IAM::RolePolicy":
			panic(unjudged("a policy of a type that is not read here"))
		}
	}
	return all
}

// document parses a document as AWS does: what AWS refuses is deployed nowhere.
func (d *deployment) document(v value.Value) *policygen.Document {
	document, err := policygen.Parse([]byte(d.written(v).JSON(1 << 20)))
	if err != nil {
		panic(fault("a document that AWS refuses: " + err.Error()))
	}
	return &document
}
