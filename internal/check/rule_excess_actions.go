package check

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleExcessActions = &Rule{
	ID: "excess-actions", Severity: Warning,
	Documentation: Documentation{
		Title: "more actions than the hops need",
		Text: `A statement for a hop allows actions that no hop of its principal needs: kms:Encrypt and kms:ReEncrypt*
for a producer (SQS and SNS only generate data keys and decrypt), or sqs:* for a consumer.

A pattern for everything (kms:*, sqs:*) is a warning. Single actions are an info: the CDK's grants write
some of them, and what else their principal does is not known. Nothing is said of single actions on a key
if the role has permissions for other services too, such as DynamoDB, which may use the key, or if the
statement of a key policy also names a service of which the template shows no hop.

Drop the actions that the finding names.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
		},
		Unmended: "a narrower statement could cut off callers that the file does not show",
	},
	check: excessActions,
}

func excessActions(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, k := range s.Keys {
		for st := range keyStatements(k) {
			// A service needs what its hops need; roles, and services without a hop, may have other business with the key.
			if !st.admitsService() || !usedByAll(st.Statement, s.byKey[k]) {
				continue
			}
			if excess := excessOf(st.Action, "kms:", keyActions); len(excess) > 0 {
				all = append(all, s.excess(r, st, &k.Element, " of key "+k.Label()+" lets "+list(st.Principal.Service)+" do", excess))
			}
		}
	}
	for _, q := range s.Queues {
		for st := range statements(q.Policies...) {
			if !st.admitsService() {
				continue
			}
			if excess := excessOf(st.Action, "sqs:", sendActions); len(excess) > 0 {
				all = append(all, s.excess(r, st, &q.Element, " of the policy of queue "+q.Label()+" lets "+list(st.Principal.Service)+" do", excess))
			}
		}
	}
	for _, c := range s.Callers {
		all = append(all, s.excessOfCaller(r, c)...)
	}
	return all
}

// excess returns the finding about a statement, of which what says whose it is and what it does.
func (s *subject) excess(r *Rule, st statement, e *topology.Element, what string, excess []string) Finding {
	f := s.aboutStatement(r, st, e, st.name()+what+" more than any hop needs: "+list(excess))
	if !everything(excess) {
		f.Severity = Info
	}
	return f
}

// excessOfCaller checks the statements of a role or user that name a queue or key of one of its hops.
func (s *subject) excessOfCaller(r *Rule, c *topology.Caller) []Finding {
	hops := s.byCaller[c]
	if c.Foreign || len(hops) == 0 {
		return nil
	}
	named := map[string]bool{}
	for _, h := range hops {
		for _, call := range h.Calls {
			named[string(call.Resource)] = true
		}
	}
	var all []Finding
	for st := range statements(c.Identity...) {
		if st.Effect != policygen.Allow || !slices.ContainsFunc(st.Resource, func(r string) bool { return named[r] }) {
			continue
		}
		excess := excessOf(st.Action, "kms:", keyActions)
		if !everything(excess) && !onlyMessages(c) {
			excess = nil
		}
		excess = append(excess, excessOf(st.Action, "sqs:", queueActions)...)
		if len(excess) > 0 {
			all = append(all, s.excess(r, st, &c.Element, " of "+c.Label()+" allows", excess))
		}
	}
	return all
}
