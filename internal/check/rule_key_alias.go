package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleKeyAlias = &Rule{
	ID: "key-alias", Severity: Error,
	Documentation: Documentation{
		Title: "an alias or key id where only a key's ARN has an effect",
		Text: `In the Resource of an identity policy, IAM compares with the key's ARN and never with an alias or a bare key id. A statement that allows kms:Decrypt
on an alias allows nothing.

Name the key's ARN, or "*" with a condition on kms:ResourceAliases.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html",
		},
	},
	check: keyAlias,
}

func keyAlias(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, c := range s.Callers {
		if c.Foreign {
			continue
		}
		for _, p := range c.Identity {
			for i := range p.Document.Statements {
				st := &p.Document.Statements[i]
				names := aliases(st)
				if st.Effect != policygen.Allow || len(names) == 0 {
					continue
				}
				message := statementName(st, i) + " of " + c.ID + " allows actions on " + list(names) + ", which IAM never matches with a key"
				f := s.finding(r, message, p.Statement(i), &c.Element, &p.Element)
				d := denial{kinds: allKinds, on: []policygen.Target{policygen.OnKey}, cause: []Cause{AliasResource}}
				f.Severity = Warning
				for _, h := range s.byCaller[c] {
					if calls := d.calls(h); len(calls) > 0 {
						f.Hop, f.Severity, f.Message = h, severityOf(r, h, calls), message+": "+lost(h)
						f.Fix = s.mend(h, calls)
						break
					}
				}
				all = append(all, f)
			}
		}
	}
	return all
}
