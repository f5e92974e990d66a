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
	when   func(*Hop) bool
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

func readsAttributes(h *Hop) bool {
	return h.ReadAttributes || h.Kind == Receive && h.Client == LambdaTrigger
}
func extendsVisibility(h *Hop) bool { return h.ExtendVisibility }
func looksUpURL(h *Hop) bool        { return h.LookUpURL }

func unsureForIAM(why string) func(Hop) string {
	return func(h Hop) string {
		if IsService(h.Caller) {
			return ""
		}
		return why
	}
}

// context returns what AWS adds to the hop's request on w, as far as it is known.
//
// A call on a key is made by SQS or SNS: for an IAM principal on its behalf, with kms:ViaService and the principal's own
// account; for an AWS service in that service's name, with the source that it acts for. aws:SourceArn and
// aws:SourceAccount are there only in the second case.
//
// [AWS KMS condition keys] and [AWS global condition context keys]
//
// [AWS KMS condition keys]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
// [AWS global condition context keys]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (h Hop) context(on where) Context {
	ctx := Context{"aws:SecureTransport": {"true"}}
	if svc, ok := h.Caller.(ServicePrincipal); ok {
		ctx["aws:PrincipalIsAWSService"] = []string{"true"}
		ctx["aws:PrincipalServiceName"] = []string{string(svc)}
		ctx["aws:PrincipalArn"] = nil
		ctx["aws:PrincipalAccount"] = nil
		h.sourceContext(ctx, on)
	} else {
		ctx["aws:PrincipalIsAWSService"] = []string{"false"}
		ctx["aws:PrincipalServiceName"] = nil
		ctx["aws:SourceArn"] = nil
		ctx["aws:SourceAccount"] = nil
		if account := AccountOf(h.Caller); account != "" {
			ctx["aws:PrincipalAccount"] = []string{account}
		}
		if arn := principalARN(h.Caller); arn != "" {
			ctx["aws:PrincipalArn"] = []string{arn}
		}
	}
	if on.target() == OnKey {
		h.keyContext(ctx, on)
	}
	return ctx
}

// sourceContext fills in what an AWS service acts for: the topic for SNS's deliveries, else the hop's source. Only those keys
// are there that AWS documents the service to pass with the call; the others stay open, as they do where the source is not
// known or is a pattern, and are known to be missing where AWS documents that.
func (h Hop) sourceContext(ctx Context, on where) {
	source, account := h.Source, h.SourceAccount
	passes := Service{}.support(on.target(), h.Kind)
	if h.Kind == Deliver || h.Kind == DeadLetter {
		source = ARN(h.Topic.ARN)
	} else if service, ok := h.Caller.(ServicePrincipal); ok {
		known, _ := LookUpService(service)
		passes = known.support(on.target(), h.Kind)
	}
	if passes.None {
		for _, key := range []string{"aws:SourceArn", "aws:SourceAccount", "aws:SourceOwner", "aws:SourceOrgID"} {
			ctx[key] = nil
		}
		return
	}
	if passes.ARN && source != "" && !source.IsPattern() {
		ctx["aws:SourceArn"] = []string{string(source)}
	}
	if account == "" {
		account = rawPart(source, 4)
	}
	if account == "" {
		return
	}
	if passes.Account {
		ctx["aws:SourceAccount"] = []string{account}
	}
	if passes.Owner {
		ctx["aws:SourceOwner"] = []string{account}
	}
}

// keyContext fills in the condition keys of KMS. The encryption context of a message is that of the queue or topic it was
// encrypted for, so that of a dead-letter queue's message names a source queue, which is not known here.
func (h Hop) keyContext(ctx Context, on where) {
	via, arn := "sqs", string(h.Queue.ARN)
	contextKey := "kms:EncryptionContext:aws:sqs:arn"
	switch on {
	case theTopicKey:
		via, arn, contextKey = "sns", string(h.Topic.ARN), "kms:EncryptionContext:aws:sns:topicArn"
	case theDestinationKey:
		arn = string(h.Destination.ARN)
	case theSourceKeys:
		arn = ""
	}
	if arn != "" && !(on == theQueueKey && (len(h.SourceKeys) > 0 || h.Kind == Redrive)) {
		ctx[contextKey] = []string{arn}
	}
	if IsService(h.Caller) {
		// kms:CallerAccount is not the account of the key's owner, which is why the AWS managed keys refuse AWS services.
		ctx["kms:CallerAccount"] = nil
		return
	}
	if account := AccountOf(h.Caller); account != "" {
		ctx["kms:CallerAccount"] = []string{account}
	}
	resource := ARN(h.Queue.ARN)
	switch on {
	case theTopicKey:
		resource = ARN(h.Topic.ARN)
	case theDestinationKey:
		resource = ARN(h.Destination.ARN)
	}
	if region := rawPart(resource, 3); region != "" {
		ctx["kms:ViaService"] = []string{ViaService(via, region)}
	}
}

// principalARN returns aws:PrincipalArn: for an assumed-role session the ARN of its role, which does not tell the role's
// path and so is not known here.
func principalARN(p Principal) string {
	switch p.(type) {
	case RoleARN, UserARN:
		if !Unresolved(p.String()) {
			return p.String()
		}
	}
	return ""
}
