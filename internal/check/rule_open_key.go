package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

var ruleOpenKey = &Rule{
	ID: "open-key", Severity: Warning,
	Documentation: Documentation{
		Title: "a key open to any topic, anyone or any account",
		Text: `A statement that lets SNS or another service use a key without saying for whom lets any topic of any account do so: somebody else's topic can then
be made to write into your queue as far as its policy allows. A statement for everybody ("*") without a condition opens the key to every
account that gives its own users a policy.

Limit services by aws:SourceArn or aws:SourceAccount where they support it, and everybody by kms:CallerAccount.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
		},
	},
	check: openKey,
}

func openKey(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, k := range s.Keys {
		hops := s.byKey[k]
		if k.Policy == nil || k.AWSManaged != "" || len(hops) == 0 {
			continue
		}
		for i := range k.Policy.Document.Statements {
			st := &k.Policy.Document.Statements[i]
			if !mentions(st, keyActions()) {
				continue
			}
			what := openTo(st, func(service policygen.ServicePrincipal) bool { return scopable(service, hops) })
			if what == "" {
				continue
			}
			f := s.finding(r, statementName(st, i)+" of key "+k.ID+" lets "+what+" use it", k.Policy.Statement(i), &k.Element, &k.Policy.Element)
			f.Fix = s.narrow(st, hops, policygen.OnKey)
			all = append(all, f)
		}
	}
	return all
}

// scopable reports whether statements about the service in the policy of the hops' key can have a source condition.
func scopable(service policygen.ServicePrincipal, hops []*Hop) bool {
	return slices.ContainsFunc(hops, func(h *Hop) bool {
		if h.Kind == policygen.Deliver || h.Kind == policygen.DeadLetter {
			return strings.HasPrefix(string(service), "sns.")
		}
		if h.CallerElement == nil || h.CallerElement.Principal != policygen.Principal(service) {
			return false
		}
		known, ok := policygen.LookUpService(service)
		if !ok {
			return false
		}
		support := known.QueueKey
		if h.Kind == policygen.Publish {
			support = known.TopicKey
		}
		return support.ARN || support.Account
	})
}
