package cfn

import "strings"

// event is one event source of a function.
//
// [AWS SAM EventSource]
//
// [AWS SAM EventSource]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
func (f *samFunction) event(e member) {
	id := f.r.id + e.key
	p := e.value.get("Properties")
	switch e.value.get("Type").text {
	case "SQS":
		f.queueEvent(id, e.at, p.get("Queue"), p)
	case "SNS":
		f.topicEvent(id, e.at, p)
	case "EventBridgeRule", "CloudWatchEvent", "Schedule":
		f.ruleEvent(id, e.at, p)
	case "ScheduleV2":
		f.scheduleEvent(id, e.at, p)
	case "Kinesis", "DynamoDB", "MSK", "SelfManagedKafka", "DocumentDB":
		f.streamEvent(id, e.at, p)
	}
}

// queueEvent lets a queue trigger the function; its generated role gets AWS's managed policy for that.
func (f *samFunction) queueEvent(id string, at place, queue, p node) {
	if !queue.there() {
		f.x.strange(f.r, "SQS event", "it has no Queue", at)
		return
	}
	f.managed = append(f.managed, "AWSLambdaSQSQueueExecutionRole")
	properties := []member{pair("EventSourceArn", queue), pair("FunctionName", refTo(at, f.r.id))}
	if enabled := p.get("Enabled"); enabled.there() {
		properties = append(properties, pair("Enabled", enabled))
	}
	f.x.add(f.r, id, "AWS::Lambda::EventSourceMapping", at, properties...)
}

// topicEvent subscribes the function to a topic: directly, which is no hop to a queue; or, with SqsSubscription, through a
// queue that is generated or named, together with a queue policy that lets anyone send who acts for the topic.
//
// [AWS SAM SNS event]
//
// [AWS SAM SNS event]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sns.html
func (f *samFunction) topicEvent(id string, at place, p node) {
	through := p.get("SqsSubscription")
	if !through.there() || through.kind != object && !strings.EqualFold(through.text, "true") {
		return
	}
	topic := p.get("Topic")
	queueARN, queueURL := attributeOf(at, id+"Queue", "Arn"), refTo(at, id+"Queue")
	policy := id + "QueuePolicy"
	if through.kind == object {
		queueARN, queueURL = through.get("QueueArn"), through.get("QueueUrl")
		if named := through.get("QueuePolicyLogicalId"); named.kind == text {
			policy = named.text
		}
	} else {
		f.x.add(f.r, id+"Queue", "AWS::SQS::Queue", at)
	}
	f.x.add(f.r, policy, "AWS::SQS::QueuePolicy", at, pair("Queues", newList(at, queueURL)),
		pair("PolicyDocument", policyOf(at, allow(at, sendsTo["SQS"], queueARN,
			pair("Principal", newText(at, "*")), byService(at, "", topic)[1]))))
	subscription := []member{pair("Protocol", newText(at, "sqs")), pair("TopicArn", topic), pair("Endpoint", queueARN)}
	for _, copied := range []string{"FilterPolicy", "RedrivePolicy", "Region"} {
		if v := p.get(copied); v.there() {
			subscription = append(subscription, pair(copied, v))
		}
	}
	f.x.add(f.r, id, "AWS::SNS::Subscription", at, subscription...)
	f.queueEvent(id+"EventSourceMapping", at, queueARN, node{}) // SAM enables it whatever SqsSubscription says
}

// ruleEvent is an EventBridge rule that calls the function: only its dead-letter queue is of interest, which may be
// generated with a policy that admits the rule.
//
// [AWS SAM DeadLetterConfig]
//
// [AWS SAM DeadLetterConfig]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deadletterconfig.html
func (f *samFunction) ruleEvent(id string, at place, p node) {
	dlq := p.get("DeadLetterConfig")
	if !dlq.there() {
		return
	}
	rule := []member{}
	if bus := p.get("EventBusName"); bus.there() {
		rule = append(rule, pair("EventBusName", bus))
	}
	queue := dlq.get("Arn")
	if !queue.there() {
		queueID := id + "Queue"
		if named := dlq.get("QueueLogicalId"); named.kind == text {
			queueID = named.text
		}
		f.x.add(f.r, queueID, "AWS::SQS::Queue", dlq.at)
		queue = attributeOf(dlq.at, queueID, "Arn")
		f.x.add(f.r, id+"QueuePolicy", "AWS::SQS::QueuePolicy", dlq.at, pair("Queues", newList(dlq.at, refTo(dlq.at, queueID))),
			pair("PolicyDocument", policyOf(dlq.at, allow(dlq.at, sendsTo["SQS"], queue, byService(dlq.at, string(eventBridge), attributeOf(dlq.at, id, "Arn"))...))))
	}
	target := newObject(dlq.at, pair("Arn", attributeOf(at, f.r.id, "Arn")), pair("DeadLetterConfig", newObject(dlq.at, pair("Arn", queue))))
	f.x.add(f.r, id, "AWS::Events::Rule", at, append(rule, pair("Targets", newList(dlq.at, target)))...)
}

// scheduleEvent is an EventBridge schedule that calls the function under a role: only its dead-letter queue is of interest.
//
// [AWS SAM ScheduleV2]
//
// [AWS SAM ScheduleV2]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedulev2.html
func (f *samFunction) scheduleEvent(id string, at place, p node) {
	dlq := p.get("DeadLetterConfig")
	if !dlq.there() {
		return
	}
	queue := dlq.get("Arn")
	if !queue.there() {
		queueID := id + "Queue"
		if named := dlq.get("QueueLogicalId"); named.kind == text {
			queueID = named.text
		}
		f.x.add(f.r, queueID, "AWS::SQS::Queue", dlq.at)
		queue = attributeOf(dlq.at, queueID, "Arn")
	}
	role := p.get("RoleArn")
	if noValue(role) {
		f.x.role(f.r, id+"Role", newObject(at), nil, []node{policyOf(dlq.at, allow(dlq.at, sendsTo["SQS"], queue))})
		role = attributeOf(at, id+"Role", "Arn")
	}
	f.x.add(f.r, id, "AWS::Scheduler::Schedule", at, pair("Target", newObject(at, pair("Arn", attributeOf(at, f.r.id, "Arn")),
		pair("RoleArn", role), pair("DeadLetterConfig", newObject(dlq.at, pair("Arn", queue))))))
}

// streamEvent polls a stream: only where failed records go is of interest.
func (f *samFunction) streamEvent(id string, at place, p node) {
	d := p.path("DestinationConfig", "OnFailure")
	target := d.get("Destination")
	if !target.there() {
		return
	}
	f.mayDo(d.at, sendsTo[d.get("Type").text], target)
	f.x.add(f.r, id, "AWS::Lambda::EventSourceMapping", at, pair("FunctionName", refTo(at, f.r.id)), pair("StartingPosition", newText(at, "LATEST")),
		pair("DestinationConfig", newObject(d.at, pair("OnFailure", newObject(d.at, pair("Destination", target))))))
}
