package diagnose

import "github.com/hopgrant/hopgrant/internal/value"

// A Form is one form of what people paste: a record, or a sentence of a message.
type Form struct {
	Name string // in JSON
	What string // as texts name it, in the plural
	Doc  string // the AWS page that documents the form, or a public thread that shows it
}

// The forms.
var (
	deliveryLog = &Form{Name: "sns-delivery-log", What: "delivery status logs of SNS",
		Doc: "https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html"}
	trailEvent = &Form{Name: "cloudtrail-event", What: "events of CloudTrail",
		Doc: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"}
	ruleDeadLetter = &Form{Name: "eventbridge-dead-letter", What: "dead letters of EventBridge, with ERROR_CODE and ERROR_MESSAGE",
		Doc: "https://docs.aws.amazon.com/eventbridge/latest/userguide/rule-dlq.html"}
	topicDeadLetter = &Form{Name: "sns-dead-letter", What: "dead letters of SNS, with ErrorCode and ErrorMessage",
		Doc: "https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html"}
	stackEvent = &Form{Name: "cloudformation-event", What: "events of CloudFormation stacks",
		Doc: "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html"}
	notAuthorized = &Form{Name: "not-authorized", What: `messages "… is not authorized to perform …"`,
		Doc: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"}
	accessToResource = &Form{Name: "access-to-resource-denied", What: `messages "Access to the resource … is denied"`,
		Doc: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-access-denied.html"}
	hiddenKey = &Form{Name: "ciphertext-refers-to", What: `messages "The ciphertext refers to a customer master key that …"`,
		Doc: "https://github.com/opensearch-project/data-prepper/issues/2422"}
	kmsCode = &Form{Name: "kms-error", What: "errors KMS.AccessDeniedException, KMSAccessDenied and their like",
		Doc: "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"}
	alarmAction = &Form{Name: "alarm-action", What: "actions of CloudWatch alarms that failed",
		Doc: "https://github.com/aws/aws-cdk/issues/11121"}
	executionRole = &Form{Name: "execution-role", What: `messages "The … execution role does not have permissions to call … on SQS"`,
		Doc: "https://github.com/aws/aws-cdk/issues/6770"}
	destination = &Form{Name: "destination-configurations", What: `messages "Unable to validate the following destination configurations"`,
		Doc: "https://github.com/aws/aws-cdk/issues/5991"}
)

// forms lists all forms: those of records, then those of messages.
var forms = []*Form{deliveryLog, trailEvent, ruleDeadLetter, topicDeadLetter, stackEvent, notAuthorized, accessToResource, hiddenKey, kmsCode, alarmAction,
	executionRole, destination}

// recordForms are the forms of records. is reports whether an object is one, and read returns its denials; if it tells of none, it
// says in the paste what the record tells.
var recordForms = []struct {
	*Form
	is   func(value.Value) bool
	read func(value.Value, *paste) []denial
}{
	{deliveryLog, isDeliveryLog, readDeliveryLog},
	{trailEvent, isTrailEvent, readTrailEvent},
	{ruleDeadLetter, isRuleDeadLetter, readRuleDeadLetter},
	{topicDeadLetter, isTopicDeadLetter, readTopicDeadLetter},
	{stackEvent, isStackEvent, readStackEvent},
}

// Forms returns all forms, in the order in which they are tried. Callers must not change them.
func Forms() []*Form { return forms }

// lookedFor lists the forms in words.
func lookedFor() string {
	var all []string
	for _, f := range forms {
		all = append(all, f.What)
	}
	return value.And(all)
}

// textOf returns the text of a value, or "" if it is none.
func textOf(v value.Value) string {
	if v.Kind == value.Text {
		return v.Text
	}
	return ""
}

// inRecord returns what the message of a record tells, or a denial that tells nothing if no form of message is in it.
func inRecord(code, message string) denial {
	if found := inMessages(message); len(found) > 0 {
		d := found[0]
		d.wrappedCode(code)
		return d
	}
	d := denial{form: kmsCode}
	d.wrappedCode(code + " " + message)
	return d
}

// wrappedCode takes the answer of KMS from the code of an error.
func (d *denial) wrappedCode(code string) {
	if d.kms == "" && d.action == "" {
		d.kms = faultIn(code)
	}
}
