package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleDecryptAnyKey = &Rule{
	ID: "decrypt-any-key", Severity: Warning,
	Documentation: Documentation{
		Title: "kms:Decrypt on every key",
		Text: `A role that may decrypt with every key of its account, and of every account that admits it, can read far
more than its queue. Security Hub reports such roles too (KMS.1, KMS.2). It is an info where the role has
permissions for other services too, whose keys may be many, unless it allows kms:*.

Name the keys of the role's hops.`,
		AWS: []string{
			"https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",
		},
		Unmended: "a narrower statement could cut off callers that the file does not show",
	},
	check: decryptAnyKey,
}

func decryptAnyKey(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, c := range s.Callers {
		if c.Foreign || len(s.byCaller[c]) == 0 {
			continue
		}
		for st := range statements(c.Identity...) {
			if strings.HasPrefix(st.policy.Name, "arn:") {
				continue // an AWS managed policy
			}
			if st.Effect != policygen.Allow || !slices.ContainsFunc(st.Resource, anyKey) || !allowsDecrypt(st.Statement) || tiedToKeys(st.Statement) {
				continue
			}
			f := s.aboutStatement(r, st, &c.Element, st.name()+" of "+c.Label()+" allows kms:Decrypt on every key")
			if !everything(st.Action) && !onlyMessages(c) {
				f.Severity = Info
			}
			for _, h := range s.byCaller[c] {
				f.Fix = append(f.Fix, s.needs(h, policygen.OnKey)...)
			}
			if len(f.Fix) > 0 {
				f.Advice = "take the actions on keys out of " + st.name() + ", which stays open beside what is added"
			}
			all = append(all, f)
		}
	}
	return all
}

// anyKey reports whether a Resource is a pattern for every key.
func anyKey(resource string) bool {
	if resource == "*" {
		return true
	}
	i := strings.LastIndex(resource, ":key/")
	return i >= 0 && resource[i+len(":key/"):] == "*" || strings.HasSuffix(resource, ":*") && strings.Contains(resource, ":kms:")
}

// allowsDecrypt reports whether the statement names kms:Decrypt, or a pattern of KMS actions that matches it.
func allowsDecrypt(st *policygen.Statement) bool {
	return slices.ContainsFunc(st.Action, func(a string) bool {
		return a != "*" && text.MatchFold(a, decrypt) == text.Yes
	})
}

// decrypt is the action by which consumers use keys, in lower case.
var decrypt = func() string {
	calls := kind.Of(kind.Receive).Calls
	return strings.ToLower(calls[len(calls)-1].Action)
}()

// tiedToKeys reports whether a condition limits the statement to some keys, or to requests through a service.
func tiedToKeys(st *policygen.Statement) bool {
	for op, keys := range st.Condition {
		if strings.Contains(op, "Not") {
			continue
		}
		for k := range keys {
			k = strings.ToLower(k)
			if k == "kms:resourcealiases" || k == "kms:requestalias" || k == "kms:viaservice" || strings.HasPrefix(k, "aws:resourcetag/") ||
				strings.HasPrefix(k, "kms:encryptioncontext:") {
				return true
			}
		}
	}
	return false
}
