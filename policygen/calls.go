package policygen

// AWS's pages behind the table.
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

// unsureSendDecrypt: the SQS guide's key management page requires kms:Decrypt of producers, its document history says that
// SendMessage no longer needs it.
const unsureSendDecrypt = "the SQS guide's key management page requires kms:Decrypt of producers, its document history says that SendMessage no longer needs it"

// A row is one call of one kind of hop.
type row struct {
	kind   HopKind
	on     where
	action string
	grant  string // if documents grant another form than action
	when   func(Hop) bool
	doc    string
	unsure func(Hop) string
}

// where names the resource of a row by its role in the hop.
type where int

const (
	theTopic where = iota
	theTopicKey
	theQueue
	theQueueKey
	theSourceKeys // of a dead-letter queue
	theDestination
	theDestinationKey
)

// table is the one place that says which calls AWS makes for a hop. Documents, decisions and findings derive from it.
var table = []row{
	{kind: Publish, on: theTopic, action: "sns:Publish", doc: docSNSActions},
	{kind: Publish, on: theTopicKey, action: "kms:GenerateDataKey", grant: "kms:GenerateDataKey*", doc: docSNSKeys},
	{kind: Publish, on: theTopicKey, action: "kms:Decrypt", doc: docSNSKeys},

	{kind: Deliver, on: theQueue, action: "sqs:SendMessage", doc: docSNSToSQS},
	{kind: Deliver, on: theQueueKey, action: "kms:GenerateDataKey", doc: docSNSToSQSKey},
	{kind: Deliver, on: theQueueKey, action: "kms:Decrypt", doc: docSNSToSQSKey},

	{kind: DeadLetter, on: theQueue, action: "sqs:SendMessage", doc: docSNSDLQ},
	{kind: DeadLetter, on: theQueueKey, action: "kms:GenerateDataKey", doc: docSNSDLQ},
	{kind: DeadLetter, on: theQueueKey, action: "kms:Decrypt", doc: docSNSDLQ},

	{kind: Send, on: theQueue, action: "sqs:SendMessage", doc: docSQSActions},
	{kind: Send, on: theQueue, action: "sqs:GetQueueAttributes", when: readsAttributes, doc: docSQSActions},
	{kind: Send, on: theQueue, action: "sqs:GetQueueUrl", when: looksUpURL, doc: docSQSActions},
	{kind: Send, on: theQueueKey, action: "kms:GenerateDataKey", doc: docSQSKeys},
	{kind: Send, on: theQueueKey, action: "kms:Decrypt", doc: docSQSKeys, unsure: unsureForIAM(unsureSendDecrypt)},

	{kind: Receive, on: theQueue, action: "sqs:ReceiveMessage", doc: docSQSRoles},
	{kind: Receive, on: theQueue, action: "sqs:DeleteMessage", doc: docSQSRoles},
	{kind: Receive, on: theQueue, action: "sqs:GetQueueAttributes", when: readsAttributes, doc: docLambda},
	{kind: Receive, on: theQueue, action: "sqs:ChangeMessageVisibility", when: extendsVisibility, doc: docSQSActions},
	{kind: Receive, on: theQueue, action: "sqs:GetQueueUrl", when: looksUpURL, doc: docSQSActions},
	{kind: Receive, on: theQueueKey, action: "kms:Decrypt", doc: docSQSKeys},
	{kind: Receive, on: theSourceKeys, action: "kms:Decrypt", doc: docSQSKeys},

	{kind: Redrive, on: theQueue, action: "sqs:StartMessageMoveTask", doc: docRedrive},
	{kind: Redrive, on: theQueue, action: "sqs:ReceiveMessage", doc: docRedrive},
	{kind: Redrive, on: theQueue, action: "sqs:DeleteMessage", doc: docRedrive},
	{kind: Redrive, on: theQueue, action: "sqs:GetQueueAttributes", doc: docRedrive},
	{kind: Redrive, on: theDestination, action: "sqs:SendMessage", doc: docRedrive},
	{kind: Redrive, on: theQueueKey, action: "kms:Decrypt", doc: docRedrive},
	{kind: Redrive, on: theSourceKeys, action: "kms:Decrypt", doc: docRedrive},
	{kind: Redrive, on: theDestinationKey, action: "kms:GenerateDataKey", doc: docRedrive},
	{kind: Redrive, on: theDestinationKey, action: "kms:Decrypt", doc: docRedrive},

	{kind: Subscribe, on: theTopic, action: "sns:Subscribe", doc: docSNSAccounts},
}

func readsAttributes(h Hop) bool {
	return h.ReadAttributes || h.Kind == Receive && h.Client == LambdaTrigger
}
func extendsVisibility(h Hop) bool { return h.ExtendVisibility }
func looksUpURL(h Hop) bool        { return h.LookUpURL }

func unsureForIAM(why string) func(Hop) string {
	return func(h Hop) string {
		if IsService(h.Caller) {
			return ""
		}
		return why
	}
}

// Calls returns every call that AWS authorizes for the hop, in the order of the table, without looking at whether the hop
// is a valid one ([Hop.Check] does).
func (h Hop) Calls() []Call {
	h.Caller = h.caller()
	var calls []Call
	h.each(func(r *row, resource ARN) {
		c := Call{Hop: h, On: r.on.target(), Caller: h.Caller, Action: r.action, Grant: r.granted(), Resource: resource, Doc: r.doc,
			Context: h.context(r.on)}
		if r.unsure != nil {
			c.Unsure = r.unsure(h)
		}
		calls = append(calls, c)
	})
	return calls
}

// each visits the rows of the table that apply to the hop, with each of their resources.
func (h *Hop) each(visit func(r *row, resource ARN)) {
	for i := range table {
		r := &table[i]
		if r.kind != h.Kind || r.when != nil && !r.when(*h) {
			continue
		}
		if r.on == theSourceKeys {
			for _, k := range h.SourceKeys {
				if k != "" && k != h.Queue.Key {
					visit(r, ARN(k))
				}
			}
		} else if resource := r.on.resource(h); resource != "" {
			visit(r, resource)
		}
	}
}

// granted returns the action as documents grant it.
func (r *row) granted() string {
	if r.grant != "" {
		return r.grant
	}
	return r.action
}

// caller returns who makes the hop's calls: SNS for its deliveries.
func (h Hop) caller() Principal {
	if h.Caller == nil && (h.Kind == Deliver || h.Kind == DeadLetter) {
		return SNSPrincipal(ARN(h.Topic.ARN).Region(), ARN(h.Queue.ARN).Region())
	}
	return h.Caller
}

func (w where) target() Target {
	switch w {
	case theTopic:
		return OnTopic
	case theQueue, theDestination:
		return OnQueue
	}
	return OnKey
}

// resource returns the hop's resource in the role w; "" if it has none, as for the key of a resource without one.
func (w where) resource(h *Hop) ARN {
	switch w {
	case theTopic:
		return ARN(h.Topic.ARN)
	case theTopicKey:
		return ARN(h.Topic.Key)
	case theQueue:
		return ARN(h.Queue.ARN)
	case theQueueKey:
		return ARN(h.Queue.Key)
	case theDestination:
		return ARN(h.Destination.ARN)
	case theDestinationKey:
		return ARN(h.Destination.Key)
	}
	return ""
}
