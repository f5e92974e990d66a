package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleUndecided = &Rule{
	ID: "undecided", Severity: Info,
	Documentation: Documentation{
		Title: "a hop that could not be decided",
		Text: `Something that decides the hop is not in the file, or not known before deployment: a parameter without a value, an imported role, a policy that cannot be
read. The finding says what.

Pass --parameter, --account or --region, or check the missing part where it is. A hop that is not decided is never shown as ok.`,
		AWS: []string{
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
		},
	},
	check: undecided,
}

func undecided(s *subject, r *Rule) []Finding {
	var all []Finding
	for i := range s.hops {
		h := &s.hops[i]
		if h.Verdict == Unknown {
			all = append(all, s.hopFinding(r, h, "whether "+got(h)+" is not known: "+h.Why, h.By.At))
		}
	}
	for _, u := range s.Unknowns {
		f := s.finding(r, u.What+" of "+u.ID+" is not known: "+u.Why, u.At)
		all = append(all, f)
	}
	return all
}

// got says what a hop is for, as a question.
func got(h *Hop) string {
	switch h.Kind {
	case policygen.Receive:
		return h.To.ID + " can receive from queue " + h.From.ID
	case policygen.Redrive:
		return h.CallerElement.ID + " can move messages from " + h.From.ID + " to " + h.To.ID
	case policygen.Deliver, policygen.DeadLetter:
		return "topic " + h.From.ID + " can deliver to " + target(h)
	}
	return sender(h) + " can reach " + target(h)
}
