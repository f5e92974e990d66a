package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A function is a Lambda function of the templates.
type function struct {
	id      string
	caller  *topology.Caller // its execution role; nil if not known
	role    value.Value
	timeout *int
}

// defaultTimeout is that of a Lambda function, in seconds.
//
// [AWS::Lambda::Function]
//
// [AWS::Lambda::Function]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
const defaultTimeout = 3

// function makes a function known.
func (b *builder) function(s *stack, r *resource) {
	f := &function{id: r.id, role: s.resolve(r.properties.Get("Role")), timeout: s.seconds(r.properties.Get("Timeout"), defaultTimeout)}
	f.caller = b.callerRef(s, f.role.Text, f.role.At)
	b.functions[s.environment()+s.physicalName(r)] = f
	b.functions[s.resourceARN(r)] = f
	b.names.add(s.resourceARN(r))
}

// functionRef returns the function with a name or ARN, whatever its version or alias; nil if it is not in the templates.
func (b *builder) functionRef(s *stack, written string) *function {
	for _, text := range []string{written, withoutQualifier(written)} {
		if f := b.functions[b.names.canonical(text)]; f != nil {
			return f
		}
		if f := b.functions[s.environment()+text]; f != nil {
			return f
		}
	}
	return nil
}

// withoutQualifier cuts the version or alias off a function's name or ARN.
func withoutQualifier(written string) string {
	colons := 0 // before the qualifier
	if _, ok := arnParts(written); ok {
		colons = 6
	}
	depth := 0
	for i, c := range []byte(written) {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == ':' && depth == 0:
			if colons--; colons < 0 {
				return written[:i]
			}
		}
	}
	return written
}

// eventSourceMapping reads what triggers a function.
//
// [AWS::Lambda::EventSourceMapping]
//
// [AWS::Lambda::EventSourceMapping]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
func (b *builder) eventSourceMapping(s *stack, r *resource) {
	f := b.functionRef(s, s.resolveText(r.properties.Get("FunctionName")))
	if source := s.resolve(r.properties.Get("EventSourceArn")); b.queueSource(s, r, source) {
		c := &topology.Consumer{Element: s.element(r), What: "event source mapping", Queue: b.queueRef(s, source.Text, source.At),
			Client: policygen.LambdaTrigger, Disabled: s.tri(r.properties.Get("Enabled"), topology.Yes) == topology.No}
		if f != nil {
			c.Function, c.Timeout, c.Caller = f.id, f.timeout, f.caller
		}
		if c.Caller == nil {
			b.unknown(s, r.id, "role of a triggered function", "the function or its role is not in the template: "+value.Excerpt(s.resolveText(r.properties.Get("FunctionName"))), r.at)
		}
		b.t.Consumers = append(b.t.Consumers, c)
	}
	if v := s.resolve(r.properties.Path("DestinationConfig", "OnFailure", "Destination")); v.There() && f != nil {
		b.publish(s, r, "event source mapping's failure destination", f.caller, v, "", true)
	}
}

// queueSource reports whether the source of an event source mapping is, or may be, a queue.
func (b *builder) queueSource(s *stack, r *resource, source value.Value) bool {
	if !source.Scalar() {
		return false
	}
	for _, p := range []string{"StartingPosition", "SelfManagedEventSource", "Queues", "Topics", "AmazonManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig"} {
		if r.properties.Has(p) {
			return false
		}
	}
	return s.mayBe(b.names.canonical(source.Text), "sqs")
}

// functionDeadLetter reads where a function's failed invocations go.
func (b *builder) functionDeadLetter(s *stack, r *resource) {
	f := b.functions[s.resourceARN(r)]
	if v := s.resolve(r.properties.Path("DeadLetterConfig", "TargetArn")); v.There() && f != nil {
		b.publish(s, r, "function's dead-letter target", f.caller, v, "", true)
	}
}

// functionDestinations reads where the results of asynchronous invocations go.
//
// [AWS::Lambda::EventInvokeConfig]
//
// [AWS::Lambda::EventInvokeConfig]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html
func (b *builder) functionDestinations(s *stack, r *resource) {
	f := b.functionRef(s, s.resolveText(r.properties.Get("FunctionName")))
	if f == nil {
		return
	}
	for _, on := range []string{"OnSuccess", "OnFailure"} {
		if v := s.resolve(r.properties.Path("DestinationConfig", on, "Destination")); v.There() {
			b.publish(s, r, "function's "+strings.ToLower(on[2:])+" destination", f.caller, v, "", on == "OnFailure")
		}
	}
}
