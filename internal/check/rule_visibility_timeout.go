package check

import (
	"fmt"
)

var ruleVisibilityTimeout = &Rule{
	ID: "visibility-timeout", Severity: Warning,
	Documentation: Documentation{
		Title: "a visibility timeout too short for the function",
		Text: `A message that a Lambda function still works on becomes visible again when the visibility timeout is over, and is handled twice or moved to
the dead-letter queue. AWS asks for at least six times the function's timeout; below the timeout itself, the event source mapping is refused.`,
		AWS: []string{
			"https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
		},
	},
	check: visibilityTimeout,
}

func visibilityTimeout(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, c := range s.Consumers {
		q := c.Queue
		if q == nil || q.Foreign || c.Disabled || c.Timeout == nil || q.VisibilityTimeout == nil || *q.VisibilityTimeout >= 6**c.Timeout {
			continue
		}
		message := fmt.Sprintf("queue %s has a visibility timeout of %d s and function %s a timeout of %d s: want at least %d s, six times as much",
			q.ID, *q.VisibilityTimeout, c.Function, *c.Timeout, 6**c.Timeout)
		all = append(all, s.finding(r, message, q.Property("VisibilityTimeout"), &q.Element, &c.Element))
	}
	return all
}
