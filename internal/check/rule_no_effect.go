package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

var ruleKeyStatementResource = &Rule{
	ID: "key-statement-resource", Severity: Error,
	Documentation: Documentation{
		Title: "a statement of a key policy has no Resource",
		Text: `A key policy statement without a Resource has no effect at all, and KMS accepts it without a word. In a
key policy the Resource is always "*", which means this key.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
		},
	},
	check: keyStatementResource,
}

func keyStatementResource(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, k := range s.Keys {
		for st := range keyStatements(k) {
			if st.Resource != nil || st.NotResource != nil {
				continue
			}
			message := st.name() + " of key " + k.Label() + " has no Resource, and so no effect"
			f := s.aboutStatement(r, st, &k.Element, message)
			f.Severity = Warning
			f.Advice = `add "Resource": "*" to the statement`
			d := denial{on: []policygen.Target{policygen.OnKey}, cause: []Cause{NoResource}}
			all = append(all, s.forHops(f, s.brokenBy(k, NoResource), d)...)
		}
	}
	return all
}

// forHops returns a finding about a statement for each hop that would work if the statement had its effect, as an error with what mends
// it; the finding as it is if there is none.
func (s *subject) forHops(f Finding, hops []*Hop, d denial) []Finding {
	if len(hops) == 0 {
		return []Finding{f}
	}
	var all []Finding
	for _, h := range hops {
		x := f
		x.Hop, x.Severity, x.Message = h, Error, f.Message+": "+lost(h)
		x.Fix = s.mend(h, d.calls(h))
		all = append(all, x)
	}
	return all
}

// brokenBy returns the hops that are denied the key for the cause.
func (s *subject) brokenBy(k *topology.Key, cause Cause) []*Hop {
	return s.usingKey(k, func(_ *Hop, c *Call) bool { return slices.Contains(c.Causes, cause) })
}

// usingKey returns the hops with a call on the key that is one of those asked for.
func (s *subject) usingKey(k *topology.Key, asked func(*Hop, *Call) bool) []*Hop {
	var all []*Hop
	for _, h := range s.byKey[k] {
		for i := range h.Calls {
			if c := &h.Calls[i]; h.KeyElement(c.Resource) == k && asked(h, c) {
				all = append(all, h)
				break
			}
		}
	}
	return all
}

var ruleServiceKeyCondition = &Rule{
	ID: "service-key-condition", Severity: Error,
	Documentation: Documentation{
		Title: "a condition that an AWS service cannot satisfy",
		Text: `kms:CallerAccount and kms:ViaService describe an IAM principal that uses a key through a service. When
SNS or another AWS service uses a key in its own name, kms:CallerAccount is not the key's account, and
no page says that kms:ViaService is set. A statement that admits a service principal under such a
condition admits nobody.

Drop the condition, and use aws:SourceArn or aws:SourceAccount if the service supports them.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
		},
		Basis: "public reports show that kms:CallerAccount is not the key's account, and that the AWS managed keys refuse services follows from it.",
	},
	check: serviceKeyCondition,
}

func serviceKeyCondition(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, k := range s.Keys {
		for st := range keyStatements(k) {
			keys := serviceKeyConditions(st.Statement)
			if len(keys) == 0 || len(s.byKey[k]) == 0 && !slices.ContainsFunc(st.Principal.Service, ofMessages) {
				continue // what else a key is for is not known here
			}
			message := st.name() + " of key " + k.Label() + " admits " + list(st.Principal.Service) + " under a condition on " + list(keys) +
				", which requests of AWS services do not satisfy"
			f := s.aboutStatement(r, st, &k.Element, message)
			f.Severity = Warning
			d := denial{on: []policygen.Target{policygen.OnKey}, cause: []Cause{KeyCondition, ByResource}}
			all = append(all, s.forHops(f, s.forService(k, st), d)...)
		}
	}
	return all
}

// ofMessages reports whether a service principal is that of SNS or SQS.
func ofMessages(service string) bool {
	return strings.HasPrefix(service, "sns.") || strings.HasPrefix(service, "sqs.")
}

// forService returns the hops in which a service that the statement names would use the key and is not surely allowed to.
func (s *subject) forService(k *topology.Key, st statement) []*Hop {
	return s.usingKey(k, func(h *Hop, c *Call) bool {
		return h.Verdict != OK && c.Outcome != eval.Allowed && slices.Contains(st.Principal.Service, c.Caller.String())
	})
}

var ruleKeyAlias = &Rule{
	ID: "key-alias", Severity: Error,
	Documentation: Documentation{
		Title: "an alias or key id where only a key's ARN has an effect",
		Text: `IAM compares the Resource of an identity policy with the key's ARN, and never with an alias or a bare
key id. A statement that allows kms:Decrypt on an alias allows nothing.

Name the key's ARN, or "*" with a condition on kms:ResourceAliases.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html",
		},
	},
	check: keyAlias,
}

func keyAlias(s *subject, r *Rule) []Finding {
	var all []Finding
	d := denial{on: []policygen.Target{policygen.OnKey}, cause: []Cause{AliasResource}}
	for _, c := range s.Callers {
		if c.Foreign {
			continue
		}
		for st := range statements(c.Identity...) {
			names := aliases(st.Statement)
			if st.Effect != policygen.Allow || len(names) == 0 {
				continue
			}
			message := st.name() + " of " + c.Label() + " allows actions on " + list(names) + ", which IAM never matches with a key"
			f := s.aboutStatement(r, st, &c.Element, message)
			f.Severity = Warning
			denied := slices.DeleteFunc(slices.Clone(s.byCaller[c]), func(h *Hop) bool { return len(d.calls(h)) == 0 })
			for _, x := range s.forHops(f, denied, d) {
				if x.Hop != nil {
					x.Severity = severityOf(r, x.Hop, d.calls(x.Hop))
				}
				all = append(all, x)
			}
		}
	}
	return all
}

var ruleBatchAction = &Rule{
	ID: "batch-action", Severity: Warning,
	Documentation: Documentation{
		Title: "the name of a batch operation as an action",
		Text: `Batch operations have no IAM actions: sqs:SendMessage covers SendMessageBatch, sqs:DeleteMessage covers
DeleteMessageBatch, sns:Publish covers PublishBatch. A statement that names only the batch operation
allows nothing. (One that names both, as SAM's policy templates do, is not reported.)

Use the name without Batch.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html",
		},
	},
	check: batchAction,
}

func batchAction(s *subject, r *Rule) []Finding {
	var all []Finding
	look := func(of string, about *topology.Element, policies []*topology.Policy) {
		for st := range statements(policies...) {
			names := slices.DeleteFunc(slices.Clone(st.Action), func(a string) bool {
				single, batch := singleOf(strings.ToLower(a))
				return !batch || mentions(st.Statement, map[string]bool{single: true})
			})
			if len(names) > 0 {
				all = append(all, s.aboutStatement(r, st, about, st.name()+" of "+of+" names "+list(names)+": batch operations have no action of their own"))
			}
		}
	}
	for _, q := range s.Queues {
		look("the policy of queue "+q.Label(), &q.Element, q.Policies)
	}
	for _, t := range s.Topics {
		look("the policy of topic "+t.Label(), &t.Element, t.Policies)
	}
	for _, c := range s.Callers {
		look(c.Label(), &c.Element, c.Identity)
	}
	return all
}
