package check

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
)

var ruleSuppression = &Rule{
	ID: "suppression-without-effect", Severity: Warning,
	Documentation: Documentation{
		Title: "a suppression that has no effect",
		Text: `Metadata and comments accept a finding only if they name a rule that exists and give a reason, and a comment only if
it stands above the resource or on its first line. CloudFormation does not check what is in Metadata, so a mistake there
goes unnoticed, and the finding is reported as before.

Give a reason, name a rule that hopgrant rules lists, or put the comment above the resource.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-metadata.html",
		},
		Unmended: "only its author knows the reason",
	},
	check: suppressionWithoutEffect,
}

func suppressionWithoutEffect(s *subject, r *Rule) []Finding {
	var all []Finding
	seen := map[topology.Suppression]bool{}
	for e := range s.Elements() {
		for _, x := range e.Suppressions {
			if seen[x] {
				continue // an inline subscription has those of its topic
			}
			seen[x] = true
			_, known := s.lookUp(x.Rule)
			switch what := "suppression of " + e.Label(); {
			case x.Rule == "":
				all = append(all, s.finding(r, what+" names no rule, want rule and reason", x.At))
			case !known:
				all = append(all, s.finding(r, what+` names rule "`+x.Rule+`", which does not exist`, x.At))
			case strings.TrimSpace(x.Reason) == "":
				all = append(all, s.finding(r, what+" names rule "+x.Rule+" and gives no reason", x.At))
			}
		}
	}
	for _, x := range s.Strays {
		if !seen[x] {
			seen[x] = true
			all = append(all, s.finding(r, "suppression of rule "+x.Rule+" is in a comment that is neither above a resource nor on the first line of one", x.At))
		}
	}
	return all
}
