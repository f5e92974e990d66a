package check

import (
	"strings"
	"sync"

	"github.com/hopgrant/hopgrant/policygen"
)

var ruleOpenQueue = &Rule{
	ID: "open-queue", Severity: Warning,
	Documentation: Documentation{
		Title: "a queue open to any topic, anyone or any account",
		Text: `A statement of a queue policy that admits SNS without aws:SourceArn or aws:SourceAccount lets any topic of any account write into the queue, and one
for everybody ("*") without a condition lets everybody do so.

Limit services by aws:SourceArn, aws:SourceAccount or aws:SourceOrgID, and everybody by aws:PrincipalOrgID or the like.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
			"https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html",
		},
	},
	check: openQueue,
}

func openQueue(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, x := range s.Queues {
		for _, p := range x.Policies {
			for i := range p.Document.Statements {
				st := &p.Document.Statements[i]
				if !mentions(st, queueActions()) {
					continue
				}
				what := openTo(st, func(service policygen.ServicePrincipal) bool {
					known, ok := policygen.LookUpService(service)
					return strings.HasPrefix(string(service), "sns.") || ok && (known.Queue.ARN || known.Queue.Account)
				})
				if what == "" {
					continue
				}
				f := s.finding(r, statementName(st, i)+" of the policy of queue "+x.ID+" lets "+what+" use it", p.Statement(i), &x.Element, &p.Element)
				f.Fix = s.narrow(st, s.into[&x.Element], policygen.OnQueue)
				all = append(all, f)
			}
		}
	}
	return all
}

// queueActions are the actions on queues that any hop needs, in lower case.
var queueActions = sync.OnceValue(func() map[string]bool { return actionsOn(policygen.OnQueue) })
