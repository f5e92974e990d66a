package sam

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// event is one event source of a function.
//
// [AWS SAM EventSource]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
func (f *function) event(e value.Member) {
	id := f.r.ID + e.Key
	p := e.Value.Get("Properties")
	switch e.Value.Get("Type").Text {
	case "SQS":
		f.queueEvent(id, e.At, p.Get("Queue"), p)
	case "SNS":
		f.topicEvent(id, e.At, p)
	case "EventBridgeRule", "CloudWatchEvent", "Schedule":
		f.ruleEvent(id, e.At, p)
	case "ScheduleV2":
		f.scheduleEvent(id, e.At, p)
	case "Kinesis", "DynamoDB", "MSK", "SelfManagedKafka", "DocumentDB":
		f.streamEvent(id, e.At, p)
	}
}

// queueEvent lets a queue trigger the function; its generated role gets AWS's managed policy for that.
func (f *function) queueEvent(id string, at value.Place, queue, p value.Value) {
	if !queue.There() {
		f.x.strange(f.r, "SQS event", "it has no Queue", at)
		return
	}
	f.managed = append(f.managed, "AWSLambdaSQSQueueExecutionRole")
	f.x.add(f.r, id, "AWS::Lambda::EventSourceMapping", at, append(copied(p, "Enabled"),
		value.Pair("EventSourceArn", queue), value.Pair("FunctionName", refTo(at, f.r.ID)))...)
}

// topicEvent subscribes the function to a topic: directly, which is no hop to a queue but for its dead-letter queue; or, with SqsSubscription, through a
// queue that is generated or named, together with a queue policy that lets anyone send who acts for the topic.
//
// [AWS SAM SNS event]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sns.html
func (f *function) topicEvent(id string, at value.Place, p value.Value) {
	through, topic := p.Get("SqsSubscription"), p.Get("Topic")
	if !through.There() || through.Kind != value.Object && !strings.EqualFold(through.Text, "true") {
		if p.Get("RedrivePolicy").There() {
			f.x.add(f.r, id, "AWS::SNS::Subscription", at, append(copied(p, "RedrivePolicy", "Region"),
				value.Pair("Protocol", value.NewText(at, "lambda")), value.Pair("TopicArn", topic), value.Pair("Endpoint", attributeOf(at, f.r.ID, "Arn")))...)
		}
		return
	}
	queueARN, queueURL := attributeOf(at, id+"Queue", "Arn"), refTo(at, id+"Queue")
	policy := id + "QueuePolicy"
	if through.Kind == value.Object {
		queueARN, queueURL = through.Get("QueueArn"), through.Get("QueueUrl")
		if named := through.Get("QueuePolicyLogicalId"); named.Kind == value.Text {
			policy = named.Text
		}
	} else {
		f.x.add(f.r, id+"Queue", "AWS::SQS::Queue", at)
	}
	f.x.queuePolicy(f.r, policy, at, queueURL, allow(at, sendsTo["SQS"], queueARN, value.Pair("Principal", value.NewText(at, "*")), byService(at, "", topic)[1]))
	f.x.add(f.r, id, "AWS::SNS::Subscription", at, append(copied(p, "FilterPolicy", "RedrivePolicy", "Region"),
		value.Pair("Protocol", value.NewText(at, "sqs")), value.Pair("TopicArn", topic), value.Pair("Endpoint", queueARN))...)
	f.queueEvent(id+"EventSourceMapping", at, queueARN, value.Value{}) // SAM enables it whatever SqsSubscription says
}

// ruleEvent is an EventBridge rule that calls the function: only its dead-letter queue is of interest, which may be
// generated with a policy that admits the rule.
//
// [AWS SAM DeadLetterConfig]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deadletterconfig.html
func (f *function) ruleEvent(id string, at value.Place, p value.Value) {
	dlq := p.Get("DeadLetterConfig")
	if !dlq.There() {
		return
	}
	queue, generated := f.deadLetterQueue(id, dlq)
	if generated != "" {
		f.x.queuePolicy(f.r, id+"QueuePolicy", dlq.At, refTo(dlq.At, generated),
			allow(dlq.At, sendsTo["SQS"], queue, byService(dlq.At, "events.amazonaws.com", attributeOf(dlq.At, id, "Arn"))...))
	}
	target := value.NewObject(dlq.At, value.Pair("Arn", attributeOf(at, f.r.ID, "Arn")), value.Pair("DeadLetterConfig", value.NewObject(dlq.At, value.Pair("Arn", queue))))
	f.x.add(f.r, id, "AWS::Events::Rule", at, append(copied(p, "EventBusName"), value.Pair("Targets", value.NewList(dlq.At, target)))...)
}

// deadLetterQueue returns the ARN of the queue that a DeadLetterConfig names; if it names none, that of a queue that is
// generated, and its logical id.
func (f *function) deadLetterQueue(id string, dlq value.Value) (arn value.Value, generated string) {
	if arn = dlq.Get("Arn"); arn.There() {
		return arn, ""
	}
	if generated = dlq.Get("QueueLogicalId").Text; generated == "" {
		generated = id + "Queue"
	}
	f.x.add(f.r, generated, "AWS::SQS::Queue", dlq.At)
	return attributeOf(dlq.At, generated, "Arn"), generated
}

// scheduleEvent is an EventBridge schedule that calls the function under a role: only its dead-letter queue is of interest.
//
// [AWS SAM ScheduleV2]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedulev2.html
func (f *function) scheduleEvent(id string, at value.Place, p value.Value) {
	dlq := p.Get("DeadLetterConfig")
	if !dlq.There() {
		return
	}
	queue, _ := f.deadLetterQueue(id, dlq)
	role := p.Get("RoleArn")
	if noValue(role) {
		f.x.role(f.r, id+"Role", value.NewObject(at), nil, []value.Value{policyOf(dlq.At, allow(dlq.At, sendsTo["SQS"], queue))})
		role = attributeOf(at, id+"Role", "Arn")
	}
	f.x.add(f.r, id, "AWS::Scheduler::Schedule", at, value.Pair("Target", value.NewObject(at, value.Pair("Arn", attributeOf(at, f.r.ID, "Arn")),
		value.Pair("RoleArn", role), value.Pair("DeadLetterConfig", value.NewObject(dlq.At, value.Pair("Arn", queue))))))
}

// streamEvent polls a stream: only where failed records go is of interest.
func (f *function) streamEvent(id string, at value.Place, p value.Value) {
	d := p.Path("DestinationConfig", "OnFailure")
	target := d.Get("Destination")
	if !target.There() {
		return
	}
	f.mayDo(d.At, sendsTo[d.Get("Type").Text], target)
	f.x.add(f.r, id, "AWS::Lambda::EventSourceMapping", at, value.Pair("FunctionName", refTo(at, f.r.ID)), value.Pair("StartingPosition", value.NewText(at, "LATEST")),
		value.Pair("DestinationConfig", value.NewObject(d.At, value.Pair("OnFailure", value.NewObject(d.At, value.Pair("Destination", target))))))
}
