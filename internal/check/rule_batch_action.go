package check

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
)

var ruleBatchAction = &Rule{
	ID: "batch-action", Severity: Warning,
	Documentation: Documentation{
		Title: "the name of a batch operation as an action",
		Text: `There are no IAM actions for the batch operations: sqs:SendMessage covers SendMessageBatch, sqs:DeleteMessage covers DeleteMessageBatch, sns:Publish
covers PublishBatch. A statement with nothing but the batch name allows nothing.

Use the name without Batch.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html",
		},
	},
	check: batchAction,
}

func batchAction(s *subject, r *Rule) []Finding {
	var all []Finding
	look := func(of string, p *topology.Policy, about *topology.Element) {
		for i := range p.Document.Statements {
			var names []string
			for _, a := range p.Document.Statements[i].Action {
				if isBatch(strings.ToLower(a)) {
					names = append(names, a)
				}
			}
			if len(names) > 0 {
				all = append(all, s.finding(r, statementName(&p.Document.Statements[i], i)+" of "+of+" names "+list(names)+
					": batch operations have no action of their own", p.Statement(i), about, &p.Element))
			}
		}
	}
	for _, q := range s.Queues {
		for _, p := range q.Policies {
			look("the policy of queue "+q.ID, p, &q.Element)
		}
	}
	for _, t := range s.Topics {
		for _, p := range t.Policies {
			look("the policy of topic "+t.ID, p, &t.Element)
		}
	}
	for _, c := range s.Callers {
		for _, p := range c.Identity {
			look(c.ID, p, &c.Element)
		}
	}
	return all
}
