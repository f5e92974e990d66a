package diagnose

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

func isDeliveryLog(v value.Value) bool {
	return v.Get("notification").Get("topicArn").There() && v.Get("delivery").Kind == value.Object
}

// readDeliveryLog reads a delivery status log of SNS, which has the answer of SQS as text of JSON:
//
//	{"notification": {"topicArn": …}, "delivery": {"destination": …, "providerResponse": "{\"ErrorCode\":…}", "statusCode": 403}, "status": "FAILURE"}
func readDeliveryLog(v value.Value, p *paste) []denial {
	delivery := v.Get("delivery")
	return readDelivery(textOf(v.Path("notification", "topicArn")), textOf(delivery.Get("destination")), textOf(delivery.Get("providerResponse")),
		textOf(v.Get("status")), p)
}

func readDelivery(topic, destination, response, status string, p *paste) []denial {
	if strings.EqualFold(status, "SUCCESS") {
		p.passed = "a delivery status log of SNS of a delivery that succeeded"
		return nil
	}
	if isARN(destination) && !isOf(destination, "sqs") || strings.Contains(destination, "://") && !strings.Contains(destination, "sqs") {
		p.passed = "a delivery status log of SNS of a delivery to something that is no queue"
		return nil
	}
	code, message := response, response
	if values, _ := jsonIn(response); len(values) > 0 {
		code, message = textOf(values[0].Get("ErrorCode")), textOf(values[0].Get("ErrorMessage"))
	}
	if strings.Contains(code, "NonExistentQueue") {
		p.passed = "a delivery status log of SNS of a delivery to a queue that does not exist: no policy is the reason"
		return nil
	}
	d := inRecord(code, message)
	if d.kms == "" && d.action == "" && !strings.Contains(strings.ToLower(code+message), "denied") {
		p.passed = "a delivery status log of SNS of a failure that is no denial"
		return nil
	}
	d.bySNS, d.caller, d.elsewhere, d.api = true, "", "", "sqs"
	d.operation = strings.TrimPrefix(kind.Of(kind.Deliver).Calls[0].Action, "sqs:")
	d.topic, d.queue = topic, destination
	d.settle()
	return []denial{d}
}

// fields are what a log has of its fields if it is cut off or changed, so that it is no JSON.
var fields = text.WhenUsed(`["']?\b(topicArn|destination|providerResponse|status)["']?\s*[:=]\s*["']?((?:\\.|[^"'\n])*)`)

// cutRecord reads a delivery status log that is no JSON, because its end is missing or somebody changed it, and reports whether the
// text is one.
func (p *paste) cutRecord() bool {
	if !strings.Contains(p.text, "topicArn") || !strings.Contains(p.text, "delivery") {
		return false
	}
	found := map[string]string{}
	for _, m := range fields().FindAllStringSubmatch(p.text, 200) {
		if found[m[1]] == "" {
			found[m[1]] = m[2]
		}
	}
	i := strings.Index(p.text, "providerResponse")
	if i < 0 || found["topicArn"] == "" {
		return false
	}
	response := strings.ReplaceAll(p.text[i:min(len(p.text), i+4096)], `\"`, `"`)
	d := readDelivery(found["topicArn"], found["destination"], response, found["status"], p)
	for i := range d {
		d[i].form = deliveryLog
	}
	p.found = append(p.found, d...)
	return len(d) > 0 || p.passed != ""
}
