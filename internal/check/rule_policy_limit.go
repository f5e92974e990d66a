package check

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

var rulePolicyLimit = &Rule{
	ID: "policy-limit", Severity: Error,
	Documentation: Documentation{
		Title: "a policy over a limit of AWS",
		Text: `AWS refuses a queue policy of more than 20 statements or 8,192 bytes, a topic policy of more than 100
statements or 30 KB, a key policy of more than 32 KB, a managed policy of more than 6,144 characters, and
inline policies that have more characters together than 10,240 of a role, 5,120 of a group, or 2,048 of a
user. The CDK and other tools give a
queue one statement for each topic that it subscribes to.

Merge the statements: the aws:SourceArn of one statement takes a list of topics.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html",
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
		},
		Unmended: "which statements or queues are to be divided is for a person to say",
	},
	check: policyLimit,
}

func policyLimit(s *subject, r *Rule) []Finding {
	var all []Finding
	m := measures{map[measured]*policygen.LimitError{}, map[memoDocument]int{}}
	check := func(on policygen.Target, e *topology.Element, p *topology.Policy) {
		limit := m.limit(on, p.Document)
		if limit == nil {
			return
		}
		f := s.finding(r, fmt.Sprintf("the policy of %s %s has %d %s, and AWS takes %d", on, e.Label(), limit.Value, limit.Limit, limit.Max), p.At, e, &p.Element)
		f.Advice = "merge statements that differ only in the source, or use more than one " + string(on)
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
		for _, f := range s.identityLimits(r, c, &m) {
			// A policy may belong to several callers, and a group has several members.
			if id := f.At.String() + f.Message; !seen[id] {
				seen[id] = true
				all = append(all, f)
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

// identityLimits checks the inline policies of a role or user together, those of each of its groups, and each managed policy
// of the file alone.
func (s *subject) identityLimits(r *Rule, c *topology.Caller, m *measures) []Finding {
	var all []Finding
	inline, most := map[string]int{}, 0 // by group
	for _, p := range c.Identity {
		most += atMost(p.Document)
	}
	if most < 2048 {
		return nil
	}
	for _, p := range c.Identity {
		size := m.characters(p.Document)
		switch {
		case p.Name != "" && !strings.HasPrefix(p.Name, "arn:"):
			inline[p.Group] += size
		case p.Name == "" && size > 6144:
			all = append(all, s.finding(r, fmt.Sprintf("policy %s: %d characters, want at most 6144; use several policies", p.Label(), size), p.At, &p.Element, &c.Element))
		}
	}
	for _, group := range slices.Sorted(maps.Keys(inline)) {
		if group != "" && inline[group] > 5120 {
			i := slices.IndexFunc(c.Identity, func(p *topology.Policy) bool { return p.Group == group })
			all = append(all, s.finding(r, fmt.Sprintf("inline policies of group %s: %d characters in total, want at most 5120; use managed policies",
				group, inline[group]), c.Identity[i].At, &c.Identity[i].Element))
		}
	}
	limit := 10240
	if _, isUser := c.Principal.(policygen.UserARN); isUser {
		limit = 2048
	}
	if inline[""] > limit {
		all = append(all, s.finding(r, fmt.Sprintf("inline policies of %s: %d characters in total, want at most %d; use managed policies", c.Label(), inline[""], limit), c.At, &c.Element))
	}
	return all
}

// measures are what is known of documents, of which many callers or resources may have the same.
type measures struct {
	limits map[measured]*policygen.LimitError
	sizes  map[memoDocument]int
}

type measured struct {
	on       policygen.Target
	document memoDocument
}

// limit returns the limit that a document exceeds in its shortest form; nil if there is none.
func (m *measures) limit(on policygen.Target, d policygen.Document) *policygen.LimitError {
	k := measured{on, documentOf(d, eval.ResourcePolicy)}
	limit, ok := m.limits[k]
	if !ok {
		a := policygen.Attachment{On: on, Document: d}
		if a.CheckLimits() != nil { // else the shortest form is within the limits too
			a.Document = shortest(d)
			errors.As(a.CheckLimits(), &limit)
		}
		m.limits[k] = limit
	}
	return limit
}

// characters returns the length of a document in its shortest form.
func (m *measures) characters(d policygen.Document) int {
	k := documentOf(d, eval.IdentityPolicy)
	size, ok := m.sizes[k]
	if !ok {
		size = characters(shortest(d))
		m.sizes[k] = size
	}
	return size
}

func characters(d policygen.Document) int {
	text, err := d.MarshalJSON()
	if err != nil {
		return 0
	}
	return len(text)
}
