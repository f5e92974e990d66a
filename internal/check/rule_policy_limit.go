package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var rulePolicyLimit = &Rule{
	ID: "policy-limit", Severity: Error,
	Documentation: Documentation{
		Title: "a policy over a limit of AWS",
		Text: `AWS refuses a queue policy of more than 20 statements, of more than 7 actions in one of them, or of more than
8,192 bytes, a topic policy of more than 100
statements or 30 KB, a key policy of more than 32 KB, a managed policy of more than 6,144 characters, and
inline policies that have more characters together than 10,240 of a role, 5,120 of a group, or 2,048 of a
user. The CDK and other tools give a
queue one statement for each topic that it subscribes to.

Merge the statements: the aws:SourceArn of one statement takes a list of topics. Give more than 7 actions to
several statements.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html",
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
		},
	},
	check: policyLimit,
}

func policyLimit(s *subject, r *Rule) []Finding {
	var all []Finding
	m := newMeasures()
	check := func(on policygen.Target, e *topology.Element, p *topology.Policy) {
		limit := m.limit(on, p.Document)
		if limit == nil {
			return
		}
		f := s.finding(r, overLimitSentence(on, e.Label(), limit), p.At, e, &p.Element)
		f.Advice = "merge statements that differ only in the source, or use more than one " + string(on)
		if limit.Limit == "actions of a statement" {
			f.Advice = "give the actions to several statements"
		}
		f.Fix = s.merged(e, on)
		all = append(all, f)
	}
	for _, q := range s.Queues {
		for _, p := range q.Policies {
			check(policygen.OnQueue, &q.Element, p)
		}
	}
	for _, t := range s.Topics {
		for _, p := range t.Policies {
			check(policygen.OnTopic, &t.Element, p)
		}
	}
	for _, k := range s.Keys {
		if k.Policy != nil && k.AWSManaged == "" {
			check(policygen.OnKey, &k.Element, k.Policy)
		}
	}
	seen := map[string]bool{}
	for _, c := range s.Callers {
		for _, x := range identityOverLimit(c, &m) {
			// A policy may belong to several callers, and a group has several members.
			if id := x.at.String() + x.message; !seen[id] {
				seen[id] = true
				all = append(all, s.finding(r, x.message, x.at, x.about...))
			}
		}
	}
	return all
}

// merged returns the fewest statements under which SNS may deliver to a queue from all of its topics.
func (s *subject) merged(e *topology.Element, on policygen.Target) []Fix {
	var hops []policygen.Hop
	for _, h := range s.into[e] {
		if on == policygen.OnQueue && h.Record().BySNS() && !h.Moved {
			hops = append(hops, s.written(h).hop)
		}
	}
	policies, err := policygen.Generate(policygen.Options{KeyStatementsOnly: true}, policygen.Hops(hops))
	if err != nil || len(hops) < 2 {
		return nil
	}
	var fixes []Fix
	for _, a := range policies.On(on) {
		fixes = append(fixes, Fix{On: on, Of: e.Label(), Attachment: a})
	}
	return fixes
}
