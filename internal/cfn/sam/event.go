package sam

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// event is one event source of a function.
//
// [AWS SAM EventSource]
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
	properties := []value.Member{value.Pair("EventSourceArn", queue), value.Pair("FunctionName", refTo(at, f.r.ID))}
	if enabled := p.Get("Enabled"); enabled.There() {
		properties = append(properties, value.Pair("Enabled", enabled))
	}
	f.x.add(f.r, id, "AWS::Lambda::EventSourceMapping", at, properties...)
}

// topicEvent subscribes the function to a topic: directly, which is no hop to a queue; or, with SqsSubscription, through a
// queue that is generated or named, together with a queue policy that lets anyone send who acts for the topic.
//
// [AWS SAM SNS event]
//
// [AWS SAM SNS event]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sns.html
func (f *function) topicEvent(id string, at value.Place, p value.Value) {
	through := p.Get("SqsSubscription")
	if !through.There() || through.Kind != value.Object && !strings.EqualFold(through.Text, "true") {
		return
	}
	topic := p.Get("Topic")
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
	f.x.add(f.r, policy, "AWS::SQS::QueuePolicy", at, value.Pair("Queues", value.NewList(at, queueURL)),
		value.Pair("PolicyDocument", policyOf(at, allow(at, sendsTo["SQS"], queueARN,
			value.Pair("Principal", value.NewText(at, "*")), byService(at, "", topic)[1]))))
	subscription := []value.Member{value.Pair("Protocol", value.NewText(at, "sqs")), value.Pair("TopicArn", topic), value.Pair("Endpoint", queueARN)}
	for _, copied := range []string{"FilterPolicy", "RedrivePolicy", "Region"} {
		if v := p.Get(copied); v.There() {
			subscription = append(subscription, value.Pair(copied, v))
		}
	}
	f.x.add(f.r, id, "AWS::SNS::Subscription", at, subscription...)
	f.queueEvent(id+"EventSourceMapping", at, queueARN, value.Value{}) // SAM enables it whatever SqsSubscription says
}

// ruleEvent is an EventBridge rule that calls the function: only its dead-letter queue is of interest, which may be
// generated with a policy that admits the rule.
//
// [AWS SAM DeadLetterConfig]
//
// [AWS SAM DeadLetterConfig]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deadletterconfig.html
func (f *function) ruleEvent(id string, at value.Place, p value.Value) {
	dlq := p.Get("DeadLetterConfig")
	if !dlq.There() {
		return
	}
	rule := []value.Member{}
	if bus := p.Get("EventBusName"); bus.There() {
		rule = append(rule, value.Pair("EventBusName", bus))
	}
	queue := dlq.Get("Arn")
	if !queue.There() {
		queueID := id + "Queue"
		if named := dlq.Get("QueueLogicalId"); named.Kind == value.Text {
			queueID = named.Text
		}
		f.x.add(f.r, queueID, "AWS::SQS::Queue", dlq.At)
		queue = attributeOf(dlq.At, queueID, "Arn")
		f.x.add(f.r, id+"QueuePolicy", "AWS::SQS::QueuePolicy", dlq.At, value.Pair("Queues", value.NewList(dlq.At, refTo(dlq.At, queueID))),
			value.Pair("PolicyDocument", policyOf(dlq.At, allow(dlq.At, sendsTo["SQS"], queue, byService(dlq.At, "events.amazonaws.com", attributeOf(dlq.At, id, "Arn"))...))))
	}
	target := value.NewObject(dlq.At, value.Pair("Arn", attributeOf(at, f.r.ID, "Arn")), value.Pair("DeadLetterConfig", value.NewObject(dlq.At, value.Pair("Arn", queue))))
	f.x.add(f.r, id, "AWS::Events::Rule", at, append(rule, value.Pair("Targets", value.NewList(dlq.At, target)))...)
}

// scheduleEvent is an EventBridge schedule that calls the function under a role: only its dead-letter queue is of interest.
//
// [AWS SAM ScheduleV2]
//
// [AWS SAM ScheduleV2]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedulev2.html
func (f *function) scheduleEvent(id string, at value.Place, p value.Value) {
	dlq := p.Get("DeadLetterConfig")
	if !dlq.There() {
		return
	}
	queue := dlq.Get("Arn")
	if !queue.There() {
		queueID := id + "Queue"
		if named := dlq.Get("QueueLogicalId"); named.Kind == value.Text {
			queueID = named.Text
		}
		f.x.add(f.r, queueID, "AWS::SQS::Queue", dlq.At)
		queue = attributeOf(dlq.At, queueID, "Arn")
	}
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
