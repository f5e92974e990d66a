package check

import (
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

var ruleUnseenPolicy = &Rule{
	ID: "unseen-policy", Severity: Info,
	Documentation: Documentation{
		Title: "a policy that is not in the file has to admit the hop",
		Text: `A queue, topic or key that the file only refers to, by ARN or import, gets no policy from this file: what
the CDK or the template grants on it vanishes without a word. The message gets through only if the owner
has granted the call. A role or user needs that only from another account; where the file's account is not
known, the finding says so.

The finding shows the statements that the owner's policy must have. Once it has them, accept the finding
with a suppression.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
		},
		Unmended: "the policy is not in these files",
	},
	undecided: true,
	check:     unseenPolicy,
}

func unseenPolicy(s *subject, r *Rule) []Finding {
	var all []Finding
	for i := range s.hops {
		h := &s.hops[i]
		if h.InDoubt() != "" {
			continue // it is not known whose policy that would be, or what it would have to say
		}
		var unseen []*Call
		for j := range h.Calls {
			if c := &h.Calls[j]; c.Outcome == eval.Undecided && isForeign(c) && c.Documents.Holder.Missing == "" && (needsResource(c) || mayNeedResource(c)) {
				unseen = append(unseen, c)
			}
		}
		if len(unseen) == 0 {
			continue
		}
		var names []string
		var about []*topology.Element
		for _, c := range unseen {
			names = appendNew(names, string(c.On)+" "+c.Documents.Holder.Label())
			about = appendNew(about, c.Documents.Holder)
		}
		who := "sns.amazonaws.com"
		if h.CallerElement != nil {
			who = sender(h)
		}
		unless := ""
		if mayNeedResource(unseen[0]) {
			unless = " unless both are of one account"
		}
		message := list(names) + " must admit " + who + " (" + actions(unseen) + ")" + unless + ", and this file does not show whether it does: otherwise " + lost(h)
		f := s.hopFinding(r, h, message, h.By.At)
		f.Fix, f.Elements = s.mend(h, unseen), append(f.Elements, about...)
		all = append(all, f)
	}
	return all
}

// needsResource reports whether only the resource's own policy can allow the call: AWS services and callers from other
// accounts need it.
func needsResource(c *Call) bool {
	if policygen.IsService(c.Caller) {
		return true
	}
	mine, its := policygen.AccountOf(c.Caller), c.Resource.Account()
	return mine != "" && its != "" && mine != its
}

// mayNeedResource reports whether a caller of the file, whose account is not known, may be from another account than a topic or
// queue of which the file has no policy.
func mayNeedResource(c *Call) bool {
	return c.On != policygen.OnKey && text.AccountIn(c.Caller.String()) == unknownAccount && c.Resource.Account() != "" && len(c.Documents.Resource) == 0
}

// isForeign reports whether the file only refers to the call's resource.
func isForeign(c *Call) bool { return c.Documents.Holder != nil && c.Documents.Holder.Foreign }
