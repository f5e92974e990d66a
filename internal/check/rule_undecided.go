package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleUndecided = &Rule{
	ID: "undecided", Severity: Info,
	Documentation: Documentation{
		Title: "a hop that could not be decided",
		Text: `The hop depends on something that the file does not have or that is only known after deployment: a
parameter without a value, an imported role, a policy that cannot be read. The finding says what it is.

Pass --parameter, --account or --region, or check the missing part where it is. An undecided hop is never
shown as ok.`,
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
		all = append(all, s.finding(r, u.What+" of "+u.ID+" is not known: "+u.Why, u.At))
	}
	return all
}

// got says what the hop is for, to follow "whether".
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
