package check

import (
	"slices"
	"strings"
	"sync"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleNoTLSPolicy = &Rule{
	ID: "no-tls-policy", Severity: Info,
	Documentation: Documentation{
		Title: "a queue or topic that does not deny requests without TLS",
		Text: `Nothing in the policy of the queue or topic denies requests without TLS. (Queues and topics with
server-side encryption refuse such requests anyway. A statement in the policy is what auditors and
Security Hub look for, and it stays when the encryption goes.) It is an info, because AWS makes queues and
topics so by default. The first policy of a topic replaces its default one, so that the statements shown
also keep what publishes by that.

Add the Deny statement that the finding shows.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
		},
	},
	check: noTLSPolicy,
}

func noTLSPolicy(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, q := range s.Queues {
		if q.Foreign || !s.used(q) || deniesPlain(q.Policies) {
			continue
		}
		f := s.finding(r, "queue "+q.Label()+" has no policy that denies requests without TLS", atPolicy(q.Policies, &q.Element), &q.Element)
		arn := s.text(&written{ids: map[string]string{}, old: map[string]string{}}, string(q.ARN), &q.Element, ".Arn", q.Policies...)
		f.Fix = []Fix{statementFix(policygen.OnQueue, q.Label(), policygen.ARN(arn), denyPlain(policygen.OnQueue, arn))}
		all = append(all, f)
	}
	for _, t := range s.Topics {
		if t.Foreign || len(s.into[&t.Element])+len(s.from[&t.Element]) == 0 || deniesPlain(t.Policies) {
			continue
		}
		f := s.finding(r, "topic "+t.Label()+" has no policy that denies requests without TLS", atPolicy(t.Policies, &t.Element), &t.Element)
		arn := s.text(&written{ids: map[string]string{}, old: map[string]string{}}, string(t.ARN), &t.Element, "", t.Policies...)
		f.Fix = []Fix{statementFix(policygen.OnTopic, t.Label(), policygen.ARN(arn), denyPlain(policygen.OnTopic, arn))}
		all = append(all, f)
	}
	return all
}

// deniesPlain reports whether a policy denies requests without TLS, or has an unknown part that may do so.
func deniesPlain(policies []*topology.Policy) bool {
	for _, p := range policies {
		if p.Unknown != "" {
			return true
		}
		for _, st := range p.Document.Statements {
			if st.Effect != policygen.Deny {
				continue
			}
			for op, keys := range st.Condition {
				for k, values := range keys {
					if strings.HasPrefix(op, "Bool") && strings.EqualFold(k, "aws:SecureTransport") && slices.Contains(values, "false") {
						return true
					}
				}
			}
		}
	}
	return false
}

// denyPlain returns the Deny statement that policygen writes for requests without TLS.
func denyPlain(on policygen.Target, arn string) policygen.Statement {
	st := denyPlainOn()[on]
	st.Resource = []string{arn}
	return st
}

var denyPlainOn = sync.OnceValue(func() map[policygen.Target]policygen.Statement {
	all, err := policygen.Generate(policygen.Options{TLSOnly: true}, policygen.Delivery{
		Topics: []policygen.Topic{{ARN: "arn:aws:sns:us-east-1:111122223333:t"}}, Queue: policygen.Queue{ARN: "arn:aws:sqs:us-east-1:111122223333:q"}})
	if err != nil {
		panic(err)
	}
	deny := map[policygen.Target]policygen.Statement{}
	for _, a := range all {
		deny[a.On] = a.Document.Statements[len(a.Document.Statements)-1]
	}
	return deny
})

func atPolicy(policies []*topology.Policy, e *topology.Element) topology.Position {
	if len(policies) > 0 {
		return policies[0].At
	}
	return e.At
}
