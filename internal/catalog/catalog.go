// Package catalog is the table of the AWS resource types that the readers of CloudFormation and Terraform know: one row for
// each type, which both of them read. What a row says is data. Only what a [Kind] is needs code, once in each reader, so that
// a type which publishes to topics or sends to queues is a row and nothing else.
//
// A row that lacks a column which its kind needs fails a test that names both.
//
// # Forms
//
// Names and ARNs are written as forms: text with {partition}, {region}, {account}, {name} and {arn} of the resource, and
// where a type has them {id} (of a key, a version), {url} (of a queue), {path} (with slashes), {bus/} and {bus|} (the event
// bus of a rule and that character; empty for the default bus), {group} (of a schedule), {function} (the ARN of a version's
// function) and {rule} (the ARN of a target's rule). Any other word in braces is a property of the resource.
package catalog

import (
	"slices"
	"strings"
	"sync"

	"github.com/hopgrant/hopgrant/internal/service"
)

// A Type is one type of resource.
type Type struct {
	// Name is what people call a resource of the type, such as "queue" or "EventBridge rule".
	Name string
	Kind Kind
	// ARN is the form of the ARN; empty where nothing needs it, or where it is known at deployment only.
	ARN string
	// Service is the principal of the service that publishes or sends to the type's targets. Its row in package service says
	// whether it does so itself or under a role.
	Service string

	CloudFormation Form
	Terraform      Form
}

// A Form is a type as one language has it. The zero Form is that of a type which the language does not have, or which its
// reader does not know.
type Form struct {
	// Type is such as "AWS::SQS::Queue" or "aws_sqs_queue". CloudFormation's page of it is named like [aws-resource-sqs-queue],
	// that of the provider like [sqs_queue].
	//
	// [aws-resource-sqs-queue]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
	// [sqs_queue]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue
	Type string
	// Name is the property that names the resource. In CloudFormation, where it is not set, the name is made of the stack's.
	Name string
	// Ref is the form of what Ref gives.
	Ref string
	// Attributes are the forms of what Fn::GetAtt gives, or of attributes that Terraform computes.
	Attributes map[string]string
	// On is the property that names what a policy, an alias or a mapping belongs to.
	On string
	// Off is what switches the resource off, each as "property=value" with the path of the property; empty if nothing does.
	Off string
	// Role is the property that names the role under which the resource acts: one of the object that holds the target, or of
	// an object around it. RoleOf is the property that names the function whose role it is instead.
	Role, RoleOf string
	// Chained is set where the role of an object that holds a target is assumed by the role of the resource, not by the service.
	Chained bool
	// RoleFrom is a type of resource and its property, such as "AWS::Config::ConfigurationRecorder RoleARN", that name the role
	// instead, in the same account and Region, if the role may publish. Otherwise the service calls itself.
	RoleFrom string
	// Source is the form of what the service passes as aws:SourceArn; empty if that is not known.
	Source  string
	Targets []Target
}

// A Target is where a type names topics and queues that it publishes or sends to.
type Target struct {
	// At is the path of properties to the target. Lists on the way, and in its place, are walked through; * stands for every
	// property, and [] marks an attribute of Terraform that is a list, which a plan does not tell where it is unknown. Several
	// paths, with spaces between them, name the same targets: a target in more than one is one.
	At string
	// What says what the target is, such as "pipe's dead-letter queue"; empty if the type's name says it.
	What string
	// Where is "property=value", a condition on the object that holds the target; empty if there is none.
	Where string
	// DeadLetter is set where the target takes what could not be delivered elsewhere.
	DeadLetter bool
	// ByName is set where the target may be the name of a topic.
	ByName bool
	// Input is the path of the parameters of the call, where the target may be the name of an API call, or of the values that
	// a definition refers to.
	Input string
	// Group is the path of the property that names the message group for a FIFO queue, from the object that holds the target;
	// empty if there is none.
	Group string
	// Content is set where messages have no deduplication id, so that a FIFO queue must tell them apart by their content.
	Content bool
	// LinkedRole is set where the service-linked role calls: the property that may name another one, "-" if none does.
	LinkedRole string
	// Elsewhere is the property that says where the value is, if it is not written here.
	Elsewhere string
	// In says that the value holds the targets, and does not name one itself.
	In Holder
}

// Expand fills in the words in braces of a form; whole is false if one of them stands for nothing that is known.
func Expand(form string, word func(string) (text string, known bool)) (text string, whole bool) {
	var b strings.Builder
	whole = true
	for {
		before, rest, more := strings.Cut(form, "{")
		b.WriteString(before)
		if !more {
			return b.String(), whole
		}
		name, after, _ := strings.Cut(rest, "}")
		s, known := word(name)
		b.WriteString(s)
		whole = whole && known
		form = after
	}
}

// ByURL reports whether a queue is named by its URL, as the property's name says then, and not by its ARN.
func (t Target) ByURL() bool { return strings.HasSuffix(strings.ToLower(t.At), "url") }

// A Kind is what a reader makes of a resource.
type Kind string

// The kinds of resource. Named, Publisher, NestedStack and Serverless need no code in the readers.
const (
	Topic              Kind = "topic"
	TopicPolicy        Kind = "topic policy"
	Queue              Kind = "queue"
	QueuePolicy        Kind = "queue policy"
	RedrivePolicy      Kind = "redrive policy"
	RedriveAllowPolicy Kind = "redrive allow policy"
	Subscription       Kind = "subscription"
	Key                Kind = "key"
	KeyPolicy          Kind = "key policy"
	KeyAlias           Kind = "alias of a key"
	Role               Kind = "role"
	User               Kind = "user"
	Group              Kind = "group"
	Membership         Kind = "users of a group"
	ManagedPolicy      Kind = "managed policy"
	InlinePolicy       Kind = "inline policy"
	PolicyAttachment   Kind = "attachment of a managed policy"
	Function           Kind = "function"
	FunctionAlias      Kind = "alias of a function"
	EventSourceMapping Kind = "consumer"
	Pipe               Kind = "consumer and publisher"
	Publisher          Kind = "publisher"
	Runner             Kind = "service that runs code under a role"
	Named              Kind = "name and ARN only"
	// NestedStack is a template of its own; where it is not among the files, what it holds is unknown.
	NestedStack Kind = "its template, if that is among the files"
	// Serverless is a type of SAM, which brings resources of other types.
	Serverless Kind = "the resources that SAM makes of it"
)

// What says what a target is to a resource of the type.
func (t *Type) What(target Target) string {
	if target.What == "" {
		return t.Name
	}
	return target.What
}

// By returns who calls a target of the type, as the service's row says; 0 if it does not name the type.
func (t *Type) By(f Form, target Target) service.By {
	to := service.ToTopics | service.ToQueues
	if target.DeadLetter {
		to = service.ToDeadLetters
	}
	var by service.By
	s, _ := service.LookUp(t.Service)
	for _, c := range s.Calls {
		if c.To&to != 0 && slices.Contains(c.Types, f.Type) && (c.By == service.ByServiceLinkedRole) == (target.LinkedRole != "") {
			by |= c.By
		}
	}
	return by
}

// Names tells what a target of the type names, whatever its text is: [service.ToTopics] or [service.ToQueues], as its property or the
// only calls of the service say; 0 if it may be either, or neither.
func (t *Type) Names(f Form, target Target) service.To {
	path := strings.ToLower(target.At)
	switch {
	case strings.Contains(path, "queue"), strings.Contains(path, "sqs"):
		return service.ToQueues
	case strings.Contains(path, "topic"), strings.Contains(path, "sns"):
		return service.ToTopics
	}
	var to service.To
	s, _ := service.LookUp(t.Service)
	for _, c := range s.Calls {
		if slices.Contains(c.Types, f.Type) {
			to |= c.To
		}
	}
	switch {
	case to == service.ToTopics:
		return to
	case target.DeadLetter && t.Service != "lambda.amazonaws.com":
		return service.ToQueues
	}
	return 0
}

// StandardOnly reports whether, as AWS documents, a target of the type must be no FIFO topic or queue.
func (t *Type) StandardOnly(f Form, target Target) bool {
	s, _ := service.LookUp(t.Service)
	return s.StandardOnly || slices.ContainsFunc(s.Calls, func(c service.Call) bool {
		return c.StandardOnly && slices.Contains(c.Types, f.Type) && (c.To&service.ToDeadLetters != 0 || !target.DeadLetter) &&
			(c.To&^service.ToDeadLetters != 0 || target.DeadLetter)
	})
}

// Principal returns the service's principal in a Region.
func (t *Type) Principal(region string) string {
	if s, _ := service.LookUp(t.Service); s.Regional {
		return region + "." + t.Service
	}
	return t.Service
}

// table joins the rows of all files.
var table = sync.OnceValue(func() []Type {
	return slices.Concat(messaging, publishers, notifiers, runners, named)
})

// All returns the rows, in the order of the table.
func All() []Type { return slices.Clone(table()) }

// CloudFormation returns the row of a resource type of CloudFormation; nil if there is none.
func CloudFormation(typ string) *Type { return index().cloudFormation[typ] }

// Terraform returns the row of a resource type of Terraform's AWS provider; nil if there is none.
func Terraform(typ string) *Type { return index().terraform[typ] }

type indices struct{ cloudFormation, terraform map[string]*Type }

var index = sync.OnceValue(func() indices {
	rows := table()
	x := indices{make(map[string]*Type, len(rows)), make(map[string]*Type, len(rows))}
	for i := range rows {
		x.cloudFormation[rows[i].CloudFormation.Type] = &rows[i]
		x.terraform[rows[i].Terraform.Type] = &rows[i]
	}
	delete(x.cloudFormation, "")
	delete(x.terraform, "")
	return x
})

// regional returns the form of the ARN of a resource with Region and account.
func regional(service, resource string) string {
	return "arn:{partition}:" + service + ":{region}:{account}:" + resource
}

// global returns the form of the ARN of a resource of a service without Regions.
func global(service, resource string) string {
	return "arn:{partition}:" + service + "::{account}:" + resource
}

// The attributes of the many types whose ARN is the only one that matters.
var (
	arn      = map[string]string{"Arn": "{arn}"}
	computed = map[string]string{"arn": "{arn}"} // in Terraform
)
