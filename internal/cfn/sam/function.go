package sam

import (
	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/value"
)

// What SAM lets a generated role do with a dead-letter queue or a destination.
//
// [AWS SAM DeadLetterQueue]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deadletterqueue.html
var sendsTo = map[string][]string{"SQS": {"sqs:SendMessage"}, "SNS": {"sns:Publish"}}

// function is a Lambda function, with the role that SAM generates if none is named, and everything of its events.
func (x *transform) function(r *template.Resource) {
	p := x.properties(r, "Function")
	f := &function{x: x, r: r, p: p}
	for _, e := range p.Get("Events").Members {
		f.event(e)
	}
	properties := copied(p, "FunctionName", "Timeout", "Environment")
	if dlq := p.Get("DeadLetterQueue"); dlq.There() {
		target := dlq.Get("TargetArn")
		properties = append(properties, value.Pair("DeadLetterConfig", value.NewObject(dlq.At, value.Pair("TargetArn", target))))
		f.mayDo(dlq.At, sendsTo[dlq.Get("Type").Text], target)
	}
	f.destinations(p.Get("EventInvokeConfig"))

	role := p.Get("Role")
	if noValue(role) {
		managed := []string{"AWSLambdaBasicExecutionRole"}
		if p.Has("VpcConfig") {
			managed = append(managed, "AWSLambdaVPCAccessExecutionRole")
		}
		if tracing := p.Get("Tracing"); tracing.There() && tracing.Text != "Disabled" {
			managed = append(managed, "AWSXrayWriteOnlyAccess")
		}
		x.role(r, r.ID+"Role", p, append(managed, f.managed...), f.inline)
		role = attributeOf(r.At, r.ID+"Role", "Arn")
	}
	properties = append(properties, value.Pair("Role", role))
	x.add(r, r.ID, "AWS::Lambda::Function", r.At, properties...)
}

// A function collects what the events of a function bring.
type function struct {
	x       *transform
	r       *template.Resource
	p       value.Value
	managed []string      // names of AWS managed policies for the generated role
	inline  []value.Value // documents for the generated role
}

// mayDo lets the generated role do something.
func (f *function) mayDo(at value.Place, actions []string, resource value.Value) {
	if len(actions) > 0 && resource.There() {
		f.inline = append(f.inline, policyOf(at, allow(at, actions, resource)))
	}
}

// destinations are those of asynchronous invocations; a queue or topic without an ARN is generated.
//
// [AWS SAM EventInvokeConfiguration]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventinvokeconfiguration.html
func (f *function) destinations(config value.Value) {
	var all []value.Member
	for _, on := range []string{"OnSuccess", "OnFailure"} {
		d := config.Path("DestinationConfig", on)
		if !d.There() {
			continue
		}
		target, kind := d.Get("Destination"), d.Get("Type").Text
		if noValue(target) {
			id := f.r.ID + "EventInvokeConfig" + on
			switch kind {
			case "SQS":
				f.x.add(f.r, id+"Queue", "AWS::SQS::Queue", d.At)
				target = attributeOf(d.At, id+"Queue", "Arn")
			case "SNS":
				f.x.add(f.r, id+"Topic", "AWS::SNS::Topic", d.At)
				target = refTo(d.At, id+"Topic")
			default:
				continue
			}
		}
		f.mayDo(d.At, sendsTo[kind], target)
		all = append(all, value.Pair(on, value.NewObject(d.At, value.Pair("Destination", target))))
	}
	if len(all) > 0 {
		f.x.add(f.r, f.r.ID+"EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", config.At,
			value.Pair("FunctionName", refTo(config.At, f.r.ID)), value.Pair("DestinationConfig", value.NewObject(config.At, all...)))
	}
}
