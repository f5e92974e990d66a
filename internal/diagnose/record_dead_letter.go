package diagnose

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
)

// attributes returns the attributes of a message, as the API and as events of Lambda have them.
func attributes(v value.Value) value.Value {
	for _, key := range []string{"MessageAttributes", "messageAttributes"} {
		if a := v.Get(key); a.Kind == value.Object {
			return a
		}
	}
	return v
}

// attribute returns the text of an attribute, with or without what SQS wraps around it.
func attribute(v value.Value, name string) string {
	a := attributes(v).Get(name)
	for _, key := range []string{"StringValue", "stringValue", "Value"} {
		if s := textOf(a.Get(key)); s != "" {
			return s
		}
	}
	return textOf(a)
}

func isRuleDeadLetter(v value.Value) bool {
	return attribute(v, "ERROR_CODE") != "" || attribute(v, "ERROR_MESSAGE") != ""
}

// readRuleDeadLetter reads a dead letter of an EventBridge rule, from its attributes alone.
func readRuleDeadLetter(v value.Value, p *paste) []denial {
	code, message := attribute(v, "ERROR_CODE"), attribute(v, "ERROR_MESSAGE")
	target := attribute(v, "TARGET_ARN")
	d := inRecord(code, message)
	switch lower := strings.ToLower(code + message); {
	case d.kms == "" && d.action == "" && code != "NO_PERMISSIONS" && !strings.Contains(lower, "denied") && !strings.Contains(lower, "not authorized"):
		p.passed = "a dead letter of EventBridge of a failure that is no denial"
		return nil
	case isARN(target) && !isOf(target, "sqs") && !isOf(target, "sns"):
		p.passed = "a dead letter of EventBridge for a target that is no topic or queue"
		return nil
	}
	if d.callerARN() == "" {
		d.byService, d.source, d.caller = "events.amazonaws.com", attribute(v, "RULE_ARN"), ""
	}
	d.elsewhere, d.operation, d.api = "", "", "sqs"
	first := kind.Of(kind.Send).Calls[0].Action
	if d.queue = target; isOf(target, "sns") {
		d.queue, d.topic, d.api, first = "", target, "sns", kind.Of(kind.Publish).Calls[0].Action
	}
	if isARN(target) {
		_, d.operation, _ = strings.Cut(first, ":")
	}
	if !sourceForm().MatchString(d.source) {
		d.source = ""
	}
	d.settle()
	return []denial{d}
}

func isTopicDeadLetter(v value.Value) bool {
	return attribute(v, "ErrorCode") != "" && attribute(v, "ErrorMessage") != ""
}

// readTopicDeadLetter reads a dead letter with the attributes of SNS, which its guide does not list. Of the body it takes the topic's ARN only. The dead letters of
// functions have such attributes too, and their message is the function's own error.
func readTopicDeadLetter(v value.Value, p *paste) []denial {
	code, message := attribute(v, "ErrorCode"), attribute(v, "ErrorMessage")
	if attribute(v, "RequestID") != "" && strings.Trim(code, "0123456789") == "" {
		found := inMessages(message)
		if len(found) == 0 {
			p.passed = "a dead letter of a Lambda function whose error is no denial"
		}
		p.found = append(p.found, found...) // with the form of the message
		return nil
	}
	var topic string
	for _, key := range []string{"Body", "body"} {
		if values, _ := jsonIn(textOf(v.Get(key))); len(values) > 0 {
			topic = textOf(values[0].Get("TopicArn"))
		}
	}
	d := inRecord(code, message)
	if d.kms == "" && d.action == "" && !strings.Contains(strings.ToLower(code+message), "denied") {
		p.passed = "a dead letter of SNS of a failure that is no denial"
		return nil
	}
	d.bySNS, d.caller, d.elsewhere, d.topic, d.api = true, "", "", topic, "sqs"
	d.operation = strings.TrimPrefix(kind.Of(kind.Deliver).Calls[0].Action, "sqs:")
	d.settle()
	return []denial{d}
}
