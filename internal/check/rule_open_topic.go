package check

import (
	"github.com/hopgrant/hopgrant/policygen"
	"sync"
)

var ruleOpenTopic = &Rule{
	ID: "open-topic", Severity: Warning,
	Documentation: Documentation{
		Title: "a topic open to any source, anyone or any account",
		Text: `A statement of a topic policy that admits a service without aws:SourceArn or aws:SourceAccount lets it publish for any account, and one for everybody
("*") without a condition lets everybody do so.

Limit services by a source condition where they support one, and everybody by aws:PrincipalOrgID or the like.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
			"https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html",
		},
	},
	check: openTopic,
}

func openTopic(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, x := range s.Topics {
		for _, p := range x.Policies {
			for i := range p.Document.Statements {
				st := &p.Document.Statements[i]
				if !mentions(st, topicActions()) {
					continue
				}
				what := openTo(st, func(service policygen.ServicePrincipal) bool {
					known, ok := policygen.LookUpService(service)
					return ok && (known.Topic.ARN || known.Topic.Account || known.Topic.Owner)
				})
				if what == "" {
					continue
				}
				f := s.finding(r, statementName(st, i)+" of the policy of topic "+x.ID+" lets "+what+" use it", p.Statement(i), &x.Element, &p.Element)
				f.Fix = s.narrow(st, s.into[&x.Element], policygen.OnTopic)
				all = append(all, f)
			}
		}
	}
	return all
}

// topicActions are the actions on topics that any hop needs, in lower case.
var topicActions = sync.OnceValue(func() map[string]bool { return actionsOn(policygen.OnTopic) })
