package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// pipe reads an EventBridge pipe: what it polls, what it sends to, and where the records go that it cannot deliver. All
// of it happens under the pipe's role.
//
// [AWS::Pipes::Pipe]
//
// [AWS::Pipes::Pipe]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html
func (b *builder) pipe(s *stack, r *resource) {
	role := s.resolve(r.properties.get("RoleArn"))
	caller := b.callerRef(s, role.text, role.at)
	source := s.resolve(r.properties.get("Source"))
	arn := b.names.canonical(source.text)
	if _, known := arnParts(arn); (known || b.queues[arn] != nil) && s.mayBe(arn, "sqs") {
		if caller == nil {
			b.unknown(s, r.id, "pipe", "its role is not known", r.at)
		}
		b.t.Consumers = append(b.t.Consumers, &topology.Consumer{Element: s.element(r), What: "pipe", Queue: b.queueRef(s, arn, source.at),
			Caller: caller, Client: policygen.LambdaTrigger, Disabled: s.resolveText(r.properties.get("DesiredState")) == "STOPPED"})
	} else if !known && s.mayBe(arn, "sqs") {
		b.unknown(s, r.id, "pipe source", "it is not known whether it is a queue: "+excerpt(source.text), source.at)
	}
	b.publish(s, r, "pipe", caller, s.resolve(r.properties.get("Target")), "", false)
	for _, m := range s.resolve(r.properties.get("SourceParameters")).members {
		if dlq := m.value.path("DeadLetterConfig", "Arn"); dlq.there() {
			b.publish(s, r, "pipe's dead-letter queue", caller, dlq, "", true)
		}
	}
}

// schedule reads an EventBridge schedule, which calls its target and its dead-letter queue under its role. A target may be
// a topic's or queue's ARN, or the API call as such.
//
// [AWS::Scheduler::Schedule]
//
// [AWS::Scheduler::Schedule]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html
func (b *builder) schedule(s *stack, r *resource) {
	target := s.resolve(r.properties.get("Target"))
	role := target.get("RoleArn")
	caller := b.callerRef(s, role.text, role.at)
	to := target.get("Arn")
	if _, api, ok := strings.Cut(to.text, ":scheduler:::aws-sdk:"); ok {
		input := parsed(target.get("Input"))
		switch api {
		case "sqs:sendMessage":
			to = input.get("QueueUrl")
		case "sns:publish":
			to = input.get("TopicArn")
		default:
			to = node{}
		}
		if api == "sqs:sendMessage" || api == "sns:publish" {
			if !to.there() {
				b.unknown(s, r.id, "schedule", "its input does not tell the target", target.at)
			}
		}
	}
	b.publish(s, r, "schedule", caller, to, "", false)
	b.publish(s, r, "schedule's dead-letter queue", caller, target.path("DeadLetterConfig", "Arn"), "", true)
}

// iotRule reads the actions of an IoT rule on queues and topics, each under its role.
//
// [AWS::IoT::TopicRule]
//
// [AWS::IoT::TopicRule]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-topicrule.html
func (b *builder) iotRule(s *stack, r *resource) {
	payload := s.resolve(r.properties.get("TopicRulePayload"))
	actions := append(append([]node(nil), payload.get("Actions").list()...), payload.get("ErrorAction"))
	for _, a := range b.objects(s, r, "IoT rule action", newList(payload.at, actions...)) {
		for _, on := range [][2]string{{"Sqs", "QueueUrl"}, {"Sns", "TargetArn"}} {
			if action := a.get(on[0]); action.there() {
				role := action.get("RoleArn")
				b.publish(s, r, "IoT rule", b.callerRef(s, role.text, role.at), action.get(on[1]), "", false)
			}
		}
	}
}
