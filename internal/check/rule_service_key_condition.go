package check

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleServiceKeyCondition = &Rule{
	ID: "service-key-condition", Severity: Error,
	Documentation: Documentation{
		Title: "a condition that an AWS service cannot satisfy",
		Text: `kms:CallerAccount and kms:ViaService are about IAM principals that come through a service. When SNS or another AWS service uses a key in its own
name, kms:CallerAccount is not the key's account, and no page says that kms:ViaService is there. A statement for a service principal with such a
condition admits nobody.

Drop the condition, and use aws:SourceArn or aws:SourceAccount, as far as the service supports them.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
		},
		Basis: "That kms:CallerAccount is not the key's account was seen in public reports; that the AWS managed keys refuse services follows from it.",
	},
	check: serviceKeyCondition,
}

func serviceKeyCondition(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, k := range s.Keys {
		if k.Policy == nil || k.AWSManaged != "" {
			continue
		}
		for i := range k.Policy.Document.Statements {
			st := &k.Policy.Document.Statements[i]
			keys := serviceKeyConditions(st)
			if len(keys) == 0 {
				continue
			}
			message := statementName(st, i) + " of key " + k.ID + " admits " + list(st.Principal.Service) + " under a condition on " + list(keys) +
				", which requests of AWS services do not satisfy"
			f := s.finding(r, message, k.Policy.Statement(i), &k.Element, &k.Policy.Element)
			if h := s.forService(k, st); h == nil {
				f.Severity = Warning
			} else {
				f.Hop, f.Message = h, message+": "+lost(h)
				f.Fix = s.mend(h, denial{kinds: allKinds, on: []policygen.Target{policygen.OnKey}, cause: []Cause{KeyCondition, ByResource}}.calls(h))
			}
			all = append(all, f)
		}
	}
	return all
}

// forService returns a hop on the key, of a service that the statement names, that is not ok; or nil.
func (s *subject) forService(k *topology.Key, st *policygen.Statement) *Hop {
	for _, h := range s.byKey[k] {
		for i := range h.Calls {
			c := &h.Calls[i]
			if h.Verdict != OK && h.KeyElement(c.Resource) == k && slices.Contains(st.Principal.Service, c.Caller.String()) {
				return h
			}
		}
	}
	return nil
}
