package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleOpenKey = &Rule{
	ID: "open-key", Severity: Warning,
	Documentation: Documentation{
		Title: "a key open to any topic, anyone or any account",
		Text: `A statement that lets SNS or another service use a key without saying for whom lets any topic of any
account do so. Somebody else's topic can then write into your queue as far as the queue's policy allows.
A statement for everybody ("*") without a condition opens the key to every account that gives its own
users a policy.

It is an info where the statement is for services, because the policy of the queue or topic still decides
who gets in, and the CDK writes such statements. For everybody it is a warning.

Limit services by aws:SourceArn or aws:SourceAccount where they support it, and everybody by
kms:CallerAccount.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
		},
		Unmended: "a condition could cut off callers that the file does not show",
	},
	check: func(s *subject, r *Rule) []Finding {
		var all []Finding
		for _, k := range s.Keys {
			hops := s.byKey[k]
			if k.Policy == nil || k.AWSManaged != "" || len(hops) == 0 {
				continue
			}
			o := opening{policygen.OnKey, "key " + k.Label(), &k.Element, hops, keyActions,
				func(service policygen.ServicePrincipal) bool { return scopable(service, hops) }}
			all = append(all, s.openings(r, o, k.Policy)...)
		}
		return all
	},
}

var ruleOpenQueue = &Rule{
	ID: "open-queue", Severity: Warning,
	Documentation: Documentation{
		Title: "a queue open to any topic, anyone or any account",
		Text: `A queue policy statement that admits SNS without aws:SourceArn or aws:SourceAccount lets any topic of any
account write into the queue. A statement for everybody ("*") without a condition lets everybody do so.

Limit services by aws:SourceArn, aws:SourceAccount or aws:SourceOrgID, and everybody by
aws:PrincipalOrgID or a similar key.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
			"https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html",
		},
		Unmended: "a condition could cut off callers that the file does not show",
	},
	check: func(s *subject, r *Rule) []Finding {
		var all []Finding
		for _, q := range s.Queues {
			o := opening{policygen.OnQueue, "the policy of queue " + q.Label(), &q.Element, s.into[&q.Element], queueActions,
				func(principal policygen.ServicePrincipal) bool {
					known, _ := service.LookUp(principal)
					return strings.HasPrefix(string(principal), "sns.") || known.Queue.Scopes()
				}}
			all = append(all, s.openings(r, o, q.Policies...)...)
		}
		return all
	},
}

var ruleOpenTopic = &Rule{
	ID: "open-topic", Severity: Warning,
	Documentation: Documentation{
		Title: "a topic open to any source, anyone or any account",
		Text: `A topic policy statement that admits a service without aws:SourceArn or aws:SourceAccount lets the
service publish for any account. A statement for everybody ("*") without a condition lets everybody
publish.

Limit services by a source condition where they support one, and everybody by aws:PrincipalOrgID or a
similar key.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
			"https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html",
		},
		Unmended: "a condition could cut off callers that the file does not show",
	},
	check: func(s *subject, r *Rule) []Finding {
		var all []Finding
		for _, t := range s.Topics {
			o := opening{policygen.OnTopic, "the policy of topic " + t.Label(), &t.Element, s.into[&t.Element], topicActions,
				func(principal policygen.ServicePrincipal) bool {
					known, _ := service.LookUp(principal)
					return known.Topic.Scopes()
				}}
			all = append(all, s.openings(r, o, t.Policies...)...)
		}
		return all
	},
}

// An opening is a topic, queue or key whose policies may be open to more callers than its hops have.
type opening struct {
	on       policygen.Target
	of       string // how messages name the policies
	element  *topology.Element
	hops     []*Hop
	actions  map[string]bool                       // the actions on it that any hop needs
	scopable func(policygen.ServicePrincipal) bool // whether a source condition can limit the service
}

// openings returns a finding for each statement of the policies that is open.
func (s *subject) openings(r *Rule, o opening, policies ...*topology.Policy) []Finding {
	var all []Finding
	for st := range statements(policies...) {
		if !mentions(st.Statement, o.actions) {
			continue
		}
		if whom := openTo(st.Statement, o.scopable); whom != "" {
			f := s.aboutStatement(r, st, o.element, st.name()+" of "+o.of+" lets "+whom+" use it")
			if o.on == policygen.OnKey && whom != anyone {
				f.Severity = Info
			}
			f.Fix = s.narrow(st.Statement, o.hops, o.on)
			if services := admitted(f.Fix); len(services) > 0 {
				f.Advice = "take " + list(services) + " out of " + st.name() + ", which stays open beside what is added"
			}
			all = append(all, f)
		}
	}
	return all
}

// admitted returns the services that statements let in.
func admitted(fixes []Fix) []string {
	var services []string
	for _, f := range fixes {
		for _, st := range f.Document.Statements {
			if st.Principal != nil {
				services = appendNewAll(services, st.Principal.Service)
			}
		}
	}
	return services
}

// scopable reports whether a source condition can limit the service in the policy of the hops' key.
func scopable(principal policygen.ServicePrincipal, hops []*Hop) bool {
	return slices.ContainsFunc(hops, func(h *Hop) bool {
		if h.Record().BySNS() {
			return strings.HasPrefix(string(principal), "sns.")
		}
		if h.CallerElement == nil || h.CallerElement.Principal != policygen.Principal(principal) {
			return false
		}
		known, _ := service.LookUp(principal)
		if h.Record().Resource() == kind.Topic {
			return known.TopicKey.Scopes()
		}
		return known.QueueKey.Scopes()
	})
}
