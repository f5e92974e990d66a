package policygen

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

// context returns what AWS is known to add to the hop's request on a part.
//
// SQS or SNS makes the calls on a key. For an IAM principal it calls on the principal's behalf, with kms:ViaService and
// the principal's own account; for an AWS service it calls in that service's name, with the source that the service
// acts for. Only the latter requests have aws:SourceArn and aws:SourceAccount.
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
		if organization, ok := h.Caller.(OrganizationID); ok {
			ctx["aws:PrincipalOrgID"] = []string{string(organization)}
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

// sourceContext fills in the source that an AWS service acts for: the topic for deliveries by SNS, otherwise the hop's
// source. It sets only the keys that AWS documents the service to pass with the call. Other keys stay open, as they do
// where the source is a pattern or not known, unless AWS documents that the service passes none.
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
	if passes.Organization != "" && h.SourceOrganization != "" {
		ctx["aws:SourceOrgID"] = []string{string(h.SourceOrganization)}
	}
	if passes.ARN && source != "" && !text.IsPattern(string(source)) {
		ctx["aws:SourceArn"] = []string{string(source)}
	}
	if account == "" {
		account = rawPart(source, text.Account)
	}
	if account == "" {
		return
	}
	if passes.Account {
		ctx["aws:SourceAccount"] = []string{account}
	}
	// AWS's pages disagree on whether a service that passes aws:SourceAccount also passes the older key.
	if passes.Owner && !passes.Account {
		ctx["aws:SourceOwner"] = []string{account}
	}
}

// keyContext fills in the condition keys of KMS. A message keeps the encryption context of the queue or topic that it
// was encrypted for, so a dead-letter queue's message names a source queue, which is not known here.
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
		// kms:CallerAccount is not the key owner's account. That is why the AWS managed keys refuse AWS services.
		ctx["kms:CallerAccount"] = nil
		return
	}
	if account := AccountOf(h.Caller); account != "" {
		ctx["kms:CallerAccount"] = []string{account}
	}
	if code := rawPart(resource, text.Region); code != "" {
		ctx["kms:ViaService"] = []string{service.Via(via, code)}
	}
}

// principalARN returns the value of aws:PrincipalArn, or "" if it is not known. An assumed-role session has the ARN of
// its role, path included, and the session's own ARN does not tell the path.
func principalARN(p Principal) string {
	switch p.(type) {
	case RoleARN, UserARN:
		if !text.Unresolved(p.String()) {
			return p.String()
		}
	}
	return ""
}
