package cfn

// What SAM lets a generated role do with a dead-letter queue or a destination.
//
// [AWS SAM DeadLetterQueue]
//
// [AWS SAM DeadLetterQueue]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deadletterqueue.html
var sendsTo = map[string][]string{"SQS": {"sqs:SendMessage"}, "SNS": {"sns:Publish"}}

// function is a Lambda function, with the role that SAM generates if none is named, and everything of its events.
func (x *samTransform) function(r *resource) {
	p := x.properties(r, "Function")
	f := &samFunction{x: x, r: r, p: p}
	for _, e := range p.get("Events").members {
		f.event(e)
	}
	properties := []member{}
	for _, copied := range []string{"FunctionName", "Timeout"} {
		if v := p.get(copied); v.there() {
			properties = append(properties, pair(copied, v))
		}
	}
	if dlq := p.get("DeadLetterQueue"); dlq.there() {
		target := dlq.get("TargetArn")
		properties = append(properties, pair("DeadLetterConfig", newObject(dlq.at, pair("TargetArn", target))))
		f.mayDo(dlq.at, sendsTo[dlq.get("Type").text], target)
	}
	f.destinations(p.get("EventInvokeConfig"))

	role := p.get("Role")
	if noValue(role) {
		managed := []string{"AWSLambdaBasicExecutionRole"}
		if p.has("VpcConfig") {
			managed = append(managed, "AWSLambdaVPCAccessExecutionRole")
		}
		if tracing := p.get("Tracing"); tracing.there() && tracing.text != "Disabled" {
			managed = append(managed, "AWSXrayWriteOnlyAccess")
		}
		x.role(r, r.id+"Role", p, append(managed, f.managed...), f.inline)
		role = attributeOf(r.at, r.id+"Role", "Arn")
	}
	properties = append(properties, pair("Role", role))
	x.add(r, r.id, "AWS::Lambda::Function", r.at, properties...)
}

// A samFunction collects what the events of a function bring.
type samFunction struct {
	x       *samTransform
	r       *resource
	p       node
	managed []string // names of AWS managed policies for the generated role
	inline  []node   // documents for the generated role
}

// mayDo lets the generated role do something.
func (f *samFunction) mayDo(at place, actions []string, resource node) {
	if len(actions) > 0 && resource.there() {
		f.inline = append(f.inline, policyOf(at, allow(at, actions, resource)))
	}
}

// destinations are those of asynchronous invocations; a queue or topic without an ARN is generated.
//
// [AWS SAM EventInvokeConfiguration]
//
// [AWS SAM EventInvokeConfiguration]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventinvokeconfiguration.html
func (f *samFunction) destinations(config node) {
	var all []member
	for _, on := range []string{"OnSuccess", "OnFailure"} {
		d := config.path("DestinationConfig", on)
		if !d.there() {
			continue
		}
		target, kind := d.get("Destination"), d.get("Type").text
		if !target.there() {
			id := f.r.id + "EventInvokeConfig" + on
			switch kind {
			case "SQS":
				f.x.add(f.r, id+"Queue", "AWS::SQS::Queue", d.at)
				target = attributeOf(d.at, id+"Queue", "Arn")
			case "SNS":
				f.x.add(f.r, id+"Topic", "AWS::SNS::Topic", d.at)
				target = refTo(d.at, id+"Topic")
			default:
				continue
			}
		}
		f.mayDo(d.at, sendsTo[kind], target)
		all = append(all, pair(on, newObject(d.at, pair("Destination", target))))
	}
	if len(all) > 0 {
		f.x.add(f.r, f.r.id+"EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", config.at,
			pair("FunctionName", refTo(config.at, f.r.id)), pair("DestinationConfig", newObject(config.at, all...)))
	}
}
