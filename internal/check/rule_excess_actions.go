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
		Text: `A statement that is there for a hop allows actions that no hop of its principal needs: kms:Encrypt and kms:ReEncrypt* for a producer (SQS and SNS only
generate data keys and decrypt), sqs:* for a consumer.

The finding names the actions that can go.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
		},
	},
	check: excessActions,
}

func excessActions(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, k := range s.Keys {
		if k.Policy == nil || k.AWSManaged != "" || len(s.byKey[k]) == 0 {
			continue
		}
		for i := range k.Policy.Document.Statements {
			st := &k.Policy.Document.Statements[i]
			// What a service may do is what its hops need; roles may have other business with the key.
			if st.Effect != policygen.Allow || st.Principal == nil || len(st.Principal.Service) == 0 || !usedBy(st, s.byKey[k]) {
				continue
			}
			if excess := excessOf(st.Action, "kms:", keyActions()); len(excess) > 0 {
				all = append(all, s.finding(r, statementName(st, i)+" of key "+k.ID+" lets "+list(st.Principal.Service)+" do more than any hop needs: "+
					list(excess), k.Policy.Statement(i), &k.Element, &k.Policy.Element))
			}
		}
	}
	for _, q := range s.Queues {
		for _, p := range q.Policies {
			for i := range p.Document.Statements {
				st := &p.Document.Statements[i]
				if st.Effect != policygen.Allow || st.Principal == nil || len(st.Principal.Service) == 0 {
					continue
				}
				if excess := excessOf(st.Action, "sqs:", sendActions()); len(excess) > 0 {
					all = append(all, s.finding(r, statementName(st, i)+" of the policy of queue "+q.ID+" lets "+list(st.Principal.Service)+
						" do more than any hop needs: "+list(excess), p.Statement(i), &q.Element, &p.Element))
				}
			}
		}
	}
	for _, c := range s.Callers {
		all = append(all, s.excessOfCaller(r, c)...)
	}
	return all
}

// excessOfCaller looks at the statements of a role or user that name a queue or key of one of its hops.
func (s *subject) excessOfCaller(r *Rule, c *topology.Caller) []Finding {
	var all []Finding
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
	for _, p := range c.Identity {
		for i := range p.Document.Statements {
			st := &p.Document.Statements[i]
			if st.Effect != policygen.Allow || !slices.ContainsFunc(st.Resource, func(r string) bool { return named[r] }) {
				continue
			}
			excess := append(excessOf(st.Action, "kms:", keyActions()), excessOf(st.Action, "sqs:", queueActions())...)
			if len(excess) > 0 {
				all = append(all, s.finding(r, statementName(st, i)+" of "+c.ID+" allows more than any hop needs: "+list(excess),
					p.Statement(i), &c.Element, &p.Element))
			}
		}
	}
	return all
}
