package kind

// The AWS pages that document the calls.
const (
	docSQSKeys     = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
	docSNSKeys     = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
	docSNSActions  = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html"
	docSNSToSQS    = "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"
	docSNSToSQSKey = "https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html"
	docSNSDLQ      = "https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html"
	docSNSAccounts = "https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html"
	docSQSActions  = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html"
	docSQSRoles    = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html"
	docLambda      = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
	docRedrive     = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html"
)

const unsureSendDecrypt = "the SQS guide's key management page requires kms:Decrypt of producers, its document history says that SendMessage no longer needs it"

// The names of the kinds.
const (
	Publish    = "publish"
	Deliver    = "deliver"
	DeadLetter = "dead-letter"
	Send       = "send"
	Receive    = "receive"
	Redrive    = "redrive"
	Subscribe  = "subscribe"
)

// kinds is the only place that says what a kind of hop is and which calls AWS authorizes for it.
var kinds = []Kind{
	{
		Name: Publish, Sid: "Publish", From: Caller, To: Topic, By: IAMOrService, FIFO: AnyType,
		Calls: []Call{
			{On: Topic, Action: "sns:Publish", Doc: docSNSActions},
			{On: TopicKey, Action: "kms:GenerateDataKey", Grant: "kms:GenerateDataKey*", Doc: docSNSKeys},
			{On: TopicKey, Action: "kms:Decrypt", Doc: docSNSKeys},
		},
		Can: "{from} can reach topic {to}", Cannot: "{from} cannot publish to topic {to}", Lost: "what {from} publishes to topic {to} is lost",
	},
	{
		Name: Deliver, Sid: "Deliver", From: Topic, To: Queue, By: SNS, FIFO: StandardFromFIFO,
		Calls: []Call{
			{On: Queue, Action: "sqs:SendMessage", Doc: docSNSToSQS},
			{On: QueueKey, Action: "kms:GenerateDataKey", Doc: docSNSToSQSKey},
			{On: QueueKey, Action: "kms:Decrypt", Doc: docSNSToSQSKey},
		},
		Can: "topic {from} can deliver to queue {to}", Lost: "what topic {from} delivers to queue {to} is lost",
	},
	{
		Name: DeadLetter, Sid: "DeadLetter", From: Topic, To: Queue, By: SNS, DeadLetters: Queue, FIFO: SameType, OneRegion: true,
		Calls: []Call{
			{On: Queue, Action: "sqs:SendMessage", Doc: docSNSDLQ},
			{On: QueueKey, Action: "kms:GenerateDataKey", Doc: docSNSDLQ},
			{On: QueueKey, Action: "kms:Decrypt", Doc: docSNSDLQ},
		},
		Can: "topic {from} can deliver to dead-letter queue {to}", Lost: "what topic {from} cannot deliver is lost and not kept in {to}",
	},
	{
		Name: Send, Sid: "Send", From: Caller, To: Queue, By: IAMOrService, FIFO: AnyType,
		Calls: []Call{
			{On: Queue, Action: "sqs:SendMessage", Doc: docSQSActions},
			{On: Queue, Action: "sqs:GetQueueAttributes", Option: ReadAttributes, Doc: docSQSActions},
			{On: Queue, Action: "sqs:GetQueueUrl", Option: LookUpURL, Doc: docSQSActions},
			{On: QueueKey, Action: "kms:GenerateDataKey", Doc: docSQSKeys},
			{On: QueueKey, Action: "kms:Decrypt", Doc: docSQSKeys, Unsure: unsureSendDecrypt},
		},
		Can: "{from} can reach queue {to}", Cannot: "{from} cannot send to queue {to}", Lost: "what {from} sends to queue {to} is lost",
	},
	{
		Name: Receive, Sid: "Receive", From: Queue, To: Caller, By: IAM, FIFO: AnyType,
		Calls: []Call{
			{On: Queue, Action: "sqs:ReceiveMessage", Doc: docSQSRoles},
			{On: Queue, Action: "sqs:DeleteMessage", Doc: docSQSRoles},
			{On: Queue, Action: "sqs:GetQueueAttributes", Option: ReadAttributes | LambdaTrigger, Doc: docLambda},
			{On: Queue, Action: "sqs:ChangeMessageVisibility", Option: ExtendVisibility, Doc: docSQSActions},
			{On: Queue, Action: "sqs:GetQueueUrl", Option: LookUpURL, Doc: docSQSActions},
			{On: QueueKey, Action: "kms:Decrypt", Doc: docSQSKeys},
			{On: SourceKeys, Action: "kms:Decrypt", Doc: docSQSKeys},
		},
		Can: "{to} can receive from queue {from}", Cannot: "{to} cannot receive from queue {from}",
	},
	{
		Name: Redrive, Sid: "Redrive", From: Queue, To: Destination, By: IAM, DeadLetters: Queue, FIFO: SameType, OneAccount: true,
		Calls: []Call{
			{On: Queue, Action: "sqs:StartMessageMoveTask", Doc: docRedrive},
			{On: Queue, Action: "sqs:ReceiveMessage", Doc: docRedrive},
			{On: Queue, Action: "sqs:DeleteMessage", Doc: docRedrive},
			{On: Queue, Action: "sqs:GetQueueAttributes", Doc: docRedrive},
			{On: Destination, Action: "sqs:SendMessage", Doc: docRedrive},
			{On: QueueKey, Action: "kms:Decrypt", Doc: docRedrive},
			{On: SourceKeys, Action: "kms:Decrypt", Doc: docRedrive},
			{On: DestinationKey, Action: "kms:GenerateDataKey", Doc: docRedrive},
			{On: DestinationKey, Action: "kms:Decrypt", Doc: docRedrive},
		},
		Can: "{caller} can move messages from {from} to {to}", Cannot: "{caller} cannot move messages from {from} to {to}",
	},
	{
		Name: Subscribe, Sid: "Subscribe", From: Caller, To: Topic, By: IAM, Once: true, FIFO: AnyType,
		Calls: []Call{{On: Topic, Action: "sns:Subscribe", Doc: docSNSAccounts}},
	},
}
