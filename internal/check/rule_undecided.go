package check

import "github.com/hopgrant/hopgrant/internal/topology"

var ruleUndecided = &Rule{
	ID: "undecided", Severity: Info,
	Documentation: Documentation{
		Title: "a hop that could not be decided",
		Text: `The hop depends on something that the file does not have or that is only known after deployment: a
parameter without a value, an imported role, a policy that cannot be read. The finding says what it is.

An ARN or a queue's URL that is written out, account and Region included, is that of a resource of the file only where the
file is deployed to these: elsewhere it is another resource. Refer to the resource, write the pseudo parameters
AWS::Region and AWS::AccountId, or pass --account and --region.

One finding stands for what a statement lets somebody do of which nothing in the file shows what it is: a role that
may use every queue, a principal that only a key's policy names, an organization.

Pass --parameter, --account or --region, or check the missing part where it is. An undecided hop is never
shown as ok: the last line of a check counts it, and --fail-on unknown makes it a reason to fail.`,
		AWS: []string{
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
		},
		Unmended: "what is not known has to be given or looked up",
	},
	undecided: true,
	check:     undecided,
}

func undecided(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, hops := range [][]Hop{s.hops, s.possible} {
		for i := range hops {
			if h := &hops[i]; h.Verdict == Unknown {
				can := say(h, h.Record().Can)
				if h.Moved {
					can = "queue " + h.From.Label() + " can move messages to dead-letter queue " + h.To.Label()
				}
				all = append(all, s.hopFinding(r, h, "whether "+can+" is not known: "+h.Why, h.By.At))
			}
		}
	}
	for _, u := range s.Unknowns {
		of := topology.Element{ID: u.ID, Path: u.Path, Stack: u.Stack, At: u.At}
		all = append(all, s.finding(r, u.Label()+" is not known: "+u.Why, u.At, &of))
	}
	return all
}
