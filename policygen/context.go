package policygen

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

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
func (h Hop) context(on kind.Part) map[string][]string {
	ctx := map[string][]string{"aws:SecureTransport": {"true"}}
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
	if targetOf(on) == OnKey {
		h.keyContext(ctx, on)
	}
	return ctx
}

// sourceContext fills in what an AWS service acts for: the topic for SNS's deliveries, else the hop's source. Only those keys
// are there that AWS documents the service to pass with the call; the others stay open, as they do where the source is not
// known or is a pattern, and are known to be missing where AWS documents that.
func (h Hop) sourceContext(ctx map[string][]string, on kind.Part) {
	source, account := h.Source, h.SourceAccount
	known := &service.Service{}
	if h.record().BySNS() {
		source = ARN(h.Topic.ARN)
	} else if caller, ok := h.Caller.(ServicePrincipal); ok {
		known, _ = service.LookUp(caller)
	}
	passes := sourceKeys(known, on)
	if passes.None {
		for _, key := range []string{"aws:SourceArn", "aws:SourceAccount", "aws:SourceOwner", "aws:SourceOrgID"} {
			ctx[key] = nil
		}
		return
	}
	if passes.ARN && source != "" && !text.IsPattern(string(source)) {
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
	// Whether a service that passes aws:SourceAccount passes the older key too depends on whom one reads.
	if passes.Owner && !passes.Account {
		ctx["aws:SourceOwner"] = []string{account}
	}
}

// keyContext fills in the condition keys of KMS. The encryption context of a message is that of the queue or topic it was
// encrypted for, so that of a dead-letter queue's message names a source queue, which is not known here.
func (h Hop) keyContext(ctx map[string][]string, on kind.Part) {
	via, contextKey := "sqs", "kms:EncryptionContext:aws:sqs:arn"
	if on == kind.TopicKey {
		via, contextKey = "sns", "kms:EncryptionContext:aws:sns:topicArn"
	}
	resource := h.resource(on.Owner())
	deadLetters := len(h.SourceKeys) > 0 || h.record().FromDeadLetters()
	if resource != "" && on != kind.SourceKeys && !(on == kind.QueueKey && deadLetters) {
		ctx[contextKey] = []string{string(resource)}
	}
	if IsService(h.Caller) {
		// kms:CallerAccount is not the account of the key's owner, which is why the AWS managed keys refuse AWS services.
		ctx["kms:CallerAccount"] = nil
		return
	}
	if account := AccountOf(h.Caller); account != "" {
		ctx["kms:CallerAccount"] = []string{account}
	}
	if code := rawPart(resource, 3); code != "" {
		ctx["kms:ViaService"] = []string{service.Via(via, code)}
	}
}

// principalARN returns aws:PrincipalArn: for an assumed-role session the ARN of its role, which does not tell the role's
// path and so is not known here.
func principalARN(p Principal) string {
	switch p.(type) {
	case RoleARN, UserARN:
		if !text.Unresolved(p.String()) {
			return p.String()
		}
	}
	return ""
}
