package check

import (
	"slices"
	"strconv"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleKeyStatementResource = &Rule{
	ID: "key-statement-resource", Severity: Error,
	Documentation: Documentation{
		Title: "a statement of a key policy has no Resource",
		Text: `A statement of a key policy without Resource has no effect at all, and KMS accepts it without a word. The Resource of a key policy is
always "*": this key.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
		},
	},
	check: keyStatementResource,
}

func keyStatementResource(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, k := range s.Keys {
		if k.Policy == nil || k.AWSManaged != "" {
			continue
		}
		for i := range k.Policy.Document.Statements {
			st := &k.Policy.Document.Statements[i]
			if st.Resource != nil || st.NotResource != nil {
				continue
			}
			message := statementName(st, i) + " of key " + k.ID + " has no Resource, and so no effect"
			f := s.finding(r, message, k.Policy.Statement(i), &k.Element, &k.Policy.Element)
			f.Severity = Warning
			f.Advice = `add "Resource": "*" to the statement`
			if h := s.brokenBy(k, NoResource); h != nil {
				f.Hop, f.Severity, f.Message = h, Error, message+": "+lost(h)
				f.Fix = s.mend(h, denial{kinds: allKinds, on: []policygen.Target{policygen.OnKey}, cause: []Cause{NoResource}}.calls(h))
			}
			all = append(all, f)
		}
	}
	return all
}

// brokenBy returns a hop that is denied on the key for the cause, or nil.
func (s *subject) brokenBy(k *topology.Key, cause Cause) *Hop {
	for _, h := range s.byKey[k] {
		for _, c := range h.Calls {
			if slices.Contains(c.Causes, cause) && h.KeyElement(c.Resource) == k {
				return h
			}
		}
	}
	return nil
}

// statementName names a statement as its author would look for it.
func statementName(st *policygen.Statement, i int) string {
	if st.Sid != "" {
		return `statement "` + st.Sid + `"`
	}
	return "statement " + strconv.Itoa(i+1)
}

func statementFix(on policygen.Target, id string, resource policygen.ARN, st policygen.Statement) Fix {
	return Fix{On: on, ID: id, Attachment: policygen.Attachment{On: on, Resource: resource, Account: resource.Account(),
		Document: policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{st}}}}
}
