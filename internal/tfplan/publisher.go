package tfplan

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// eventSource reads an event source mapping of a Lambda function.
func (b *builder) eventSource(r *resource) {
	source, ok := b.plan.lookup(r, "event_source_arn")
	queue := b.queueBy(source, b.plan.at(r.address))
	if queue == nil {
		if !ok {
			b.unknown(r, "event source", "its event_source_arn is known only after apply")
		}
		return
	}
	c := &topology.Consumer{Element: b.element(r), What: "event source mapping", Queue: queue, Client: policygen.LambdaTrigger,
		Disabled: r.boolean("enabled", topology.Yes) == topology.No}
	if f := b.function(r); f != nil {
		c.Function, c.Timeout = f.address, f.number("timeout", 3)
		role, _ := b.plan.lookup(f, "role")
		c.Caller = b.callerBy(role, c.At)
	}
	if c.Caller == nil {
		b.unknown(r, "function", "which role receives for it is known only after apply, or not in this plan")
	}
	b.topology.Consumers = append(b.topology.Consumers, c)
}

// function returns the function that a mapping triggers.
func (b *builder) function(r *resource) *resource {
	name, _ := b.plan.lookup(r, "function_name")
	for _, f := range b.plan.resources {
		if f.kind == "aws_lambda_function" && !f.data &&
			(name == b.plan.arn(f) || name == b.plan.attribute(f, "function_name") || name == b.plan.attribute(f, "id")) {
			return f
		}
	}
	return nil
}

// publish adds a publisher to the topic or queue that target names, if it names one.
func (b *builder) publish(r *resource, what, target string, caller *topology.Caller, source string, deadLetter bool) {
	p := &topology.Publisher{Element: b.element(r), What: what, Caller: caller, Source: policygen.ARN(source), DeadLetter: deadLetter}
	p.Topic = b.topicBy(target, p.At)
	if p.Topic == nil {
		p.Queue = b.queueBy(target, p.At)
	}
	if p.Topic == nil && p.Queue == nil {
		return
	}
	if p.Source.Account() == "" {
		p.SourceAccount = b.plan.account
	}
	b.topology.Publishers = append(b.topology.Publishers, p)
}

// eventTarget reads a target of an EventBridge rule and its dead-letter queue.
func (b *builder) eventTarget(r *resource) {
	rule := b.ruleOf(r)
	caller := b.service("events.amazonaws.com")
	if role, ok := b.plan.lookup(r, "role_arn"); role != "" || !ok {
		caller = b.callerBy(role, b.plan.at(r.address))
	}
	target, ok := b.plan.lookup(r, "arn")
	if !ok {
		b.unknown(r, "target", "its arn is known only after apply")
	}
	b.publish(r, "EventBridge rule", target, caller, rule, false)
	for _, d := range r.blocks("dead_letter_config") {
		if queue, _ := b.plan.lookupIn(r, d, "arn"); queue != "" {
			b.publish(r, "EventBridge rule", queue, b.service("events.amazonaws.com"), rule, true)
		}
	}
}

// ruleOf returns the ARN of the rule that a target names.
func (b *builder) ruleOf(r *resource) string {
	name, _ := b.plan.lookup(r, "rule")
	for _, rule := range b.plan.resources {
		if rule.kind == "aws_cloudwatch_event_rule" && (name == b.plan.attribute(rule, "name") || name == b.plan.attribute(rule, "id")) {
			return b.plan.arn(rule)
		}
	}
	return ""
}

// bucketNotification reads the topics and queues that a bucket notifies.
func (b *builder) bucketNotification(r *resource) {
	source := ""
	if bucket, ok := b.plan.lookup(r, "bucket"); ok && bucket != "" {
		source = "arn:" + b.plan.partition + ":s3:::" + bucket
	}
	s3 := b.service("s3.amazonaws.com")
	for _, kind := range []string{"topic", "queue"} {
		attribute := kind + "_arn"
		for _, n := range r.blocks(kind) {
			if target, ok := b.plan.lookupIn(r, n, attribute); ok {
				b.publish(r, "S3 notification", target, s3, source, false)
			} else {
				b.unknown(r, kind+" of a notification", "it is known only after apply")
			}
		}
	}
}

// alarm reads the topics that a CloudWatch alarm notifies.
func (b *builder) alarm(r *resource) {
	for _, attribute := range []string{"alarm_actions", "ok_actions", "insufficient_data_actions"} {
		for _, target := range r.list(b.plan, attribute).all {
			b.publish(r, "CloudWatch alarm", target, b.service("cloudwatch.amazonaws.com"), b.plan.arn(r), false)
		}
	}
}
