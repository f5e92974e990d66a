package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// pipe reads an EventBridge pipe: what it polls, what it sends to, and where the records go that it cannot deliver. All
// of it happens under the pipe's role.
//
// [AWS::Pipes::Pipe]
//
// [AWS::Pipes::Pipe]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html
func (b *builder) pipe(s *stack, r *resource) {
	role := s.resolve(r.properties.Get("RoleArn"))
	caller := b.callerRef(s, role.Text, role.At)
	source := s.resolve(r.properties.Get("Source"))
	arn := b.names.canonical(source.Text)
	if _, known := arnParts(arn); (known || b.queues[arn] != nil) && s.mayBe(arn, "sqs") {
		if caller == nil {
			b.unknown(s, r.id, "pipe", "its role is not known", r.at)
		}
		b.t.Consumers = append(b.t.Consumers, &topology.Consumer{Element: s.element(r), What: "pipe", Queue: b.queueRef(s, arn, source.At),
			Caller: caller, Client: policygen.LambdaTrigger, Disabled: s.resolveText(r.properties.Get("DesiredState")) == "STOPPED"})
	} else if !known && s.mayBe(arn, "sqs") {
		b.unknown(s, r.id, "pipe source", "it is not known whether it is a queue: "+value.Excerpt(source.Text), source.At)
	}
	b.publish(s, r, "pipe", caller, s.resolve(r.properties.Get("Target")), "", false)
	for _, m := range s.resolve(r.properties.Get("SourceParameters")).Members {
		if dlq := m.Value.Path("DeadLetterConfig", "Arn"); dlq.There() {
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
	target := s.resolve(r.properties.Get("Target"))
	role := target.Get("RoleArn")
	caller := b.callerRef(s, role.Text, role.At)
	to := target.Get("Arn")
	if _, api, ok := strings.Cut(to.Text, ":scheduler:::aws-sdk:"); ok {
		input := parsed(target.Get("Input"))
		switch api {
		case "sqs:sendMessage":
			to = input.Get("QueueUrl")
		case "sns:publish":
			to = input.Get("TopicArn")
		default:
			to = value.Value{}
		}
		if api == "sqs:sendMessage" || api == "sns:publish" {
			if !to.There() {
				b.unknown(s, r.id, "schedule", "its input does not tell the target", target.At)
			}
		}
	}
	b.publish(s, r, "schedule", caller, to, "", false)
	b.publish(s, r, "schedule's dead-letter queue", caller, target.Path("DeadLetterConfig", "Arn"), "", true)
}

// iotRule reads the actions of an IoT rule on queues and topics, each under its role.
//
// [AWS::IoT::TopicRule]
//
// [AWS::IoT::TopicRule]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-topicrule.html
func (b *builder) iotRule(s *stack, r *resource) {
	payload := s.resolve(r.properties.Get("TopicRulePayload"))
	actions := append(append([]value.Value(nil), payload.Get("Actions").OneOrMany()...), payload.Get("ErrorAction"))
	for _, a := range b.objects(s, r, "IoT rule action", value.NewList(payload.At, actions...)) {
		for _, on := range [][2]string{{"Sqs", "QueueUrl"}, {"Sns", "TargetArn"}} {
			if action := a.Get(on[0]); action.There() {
				role := action.Get("RoleArn")
				b.publish(s, r, "IoT rule", b.callerRef(s, role.Text, role.At), action.Get(on[1]), "", false)
			}
		}
	}
}
