package diagnose

import (
	"cmp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

func isTrailEvent(v value.Value) bool {
	return textOf(v.Get("eventSource")) != "" && textOf(v.Get("eventName")) != "" && v.Has("userIdentity")
}

// readTrailEvent reads an event of CloudTrail. Of the events that failed, only denials and answers of KMS count.
//
// [userIdentity]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
func readTrailEvent(v value.Value, p *paste) []denial {
	code, message := textOf(v.Get("errorCode")), textOf(v.Get("errorMessage"))
	api, _, _ := strings.Cut(textOf(v.Get("eventSource")), ".")
	denied := strings.Contains(code, "AccessDenied") || strings.Contains(code, "AuthorizationError") || strings.Contains(code, "UnauthorizedOperation")
	switch {
	case !denied && faultIn(code) == "" && !(api == "kms" && faultIn("KMS"+code) != ""):
		p.passed = cmp.Or(p.passed, "events of CloudTrail, of which none was denied")
		return nil
	case api != "kms" && api != "sqs" && api != "sns":
		p.passed = "events of CloudTrail, and what was denied are no calls of SQS, SNS or KMS"
		return nil
	}
	d := denial{form: trailEvent}
	if found := inMessages(message); len(found) > 0 {
		d = found[0]
	}
	d.action, d.elsewhere = api+":"+textOf(v.Get("eventName")), ""
	if api == "kms" && !denied {
		d.kms = faultIn("KMS" + code)
	}
	d.identity(v.Get("userIdentity"))
	if by := textOf(v.Path("userIdentity", "invokedBy")); api == "kms" && d.byService == "" && by != "" && !strings.HasPrefix(by, "sqs.") && !strings.HasPrefix(by, "sns.") {
		p.passed = "events of CloudTrail of keys that encrypt something else than messages"
		return nil
	}
	parameters := v.Get("requestParameters")
	d.topic = cmp.Or(textOf(parameters.Get("topicArn")), textOf(parameters.Path("encryptionContext", "aws:sns:topicArn")))
	d.queue = cmp.Or(textOf(parameters.Get("queueUrl")), textOf(parameters.Path("encryptionContext", "aws:sqs:arn")))
	if id := textOf(parameters.Get("keyId")); strings.Contains(id, ":key/") {
		d.key = id
	}
	for _, r := range v.Get("resources").Items {
		if arn := cmp.Or(textOf(r.Get("ARN")), textOf(r.Get("arn"))); isOf(arn, "kms") {
			d.key = arn
		}
	}
	if api == "kms" {
		switch {
		case d.queue != "":
			d.api = "sqs"
		case d.topic != "":
			d.api = "sns"
		case parameters.Get("encryptionContext").Kind == value.Object:
			p.passed = "events of CloudTrail of keys that encrypt something else than messages"
			return nil
		}
	}
	d.operation = "" // of a wrapper in the message
	d.settle()
	return []denial{d}
}

// identity takes the caller of an event. The issuer of a session is the role with its path, which the session's ARN lacks.
func (d *denial) identity(v value.Value) {
	by := textOf(v.Get("invokedBy"))
	switch textOf(v.Get("type")) {
	case "AWSService":
		d.byService, d.caller = by, ""
	case "AssumedRole":
		d.caller = cmp.Or(textOf(v.Path("sessionContext", "sessionIssuer", "arn")), textOf(v.Get("arn")), d.caller)
	case "AWSAccount":
		// Of a caller of another account, the event has no more than its id.
	default:
		d.caller = cmp.Or(textOf(v.Get("arn")), d.caller)
	}
}
