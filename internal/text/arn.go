package text

import "strings"

// An ARN is a text split once for matching as an ARN: arn:partition:service:region:account:resource. Any text may be
// split, and [ARN.OK] reports whether it has the form.
//
// [ARN format]
//
// [ARN format]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type ARN struct {
	Text       string
	Parts      [6]string // of which the first N are set
	N          int       // 1 to 6
	Unresolved bool
	texts      [6]Text // of Parts; set by Prepare
}

// Prepare reads the unresolved parts once, for matching with many patterns.
func (a *ARN) Prepare() {
	for i := 0; a.Unresolved && i < a.N; i++ {
		if Unresolved(a.Parts[i]) {
			a.texts[i] = Parse(a.Parts[i], false, false)
		}
	}
}

// Set splits s at its first five colons outside of references.
func (a *ARN) Set(s string) {
	a.Text, a.Unresolved = s, Unresolved(s)
	n, start := 0, 0
	for n < 5 {
		var i int
		if a.Unresolved {
			i = Index(s[start:], ':')
		} else {
			i = strings.IndexByte(s[start:], ':')
		}
		if i < 0 {
			break
		}
		a.Parts[n] = s[start : start+i]
		n++
		start += i + 1
	}
	a.Parts[n] = s[start:]
	a.N = n + 1
}

// OK reports whether the text has the form of an ARN: six parts, the first of which is "arn".
func (a *ARN) OK() bool { return a.N == 6 && a.Parts[0] == "arn" }

// SplitARN splits s at the colons outside of references and returns the six parts of an ARN. If there are fewer parts,
// or the first is not "arn", ok is false and the parts are empty.
func SplitARN(s string) (parts [6]string, ok bool) {
	var a ARN
	if strings.HasPrefix(s, "arn:") {
		a.Set(s)
	}
	if !a.OK() {
		return parts, false
	}
	return a.Parts, true
}

// The indexes of the parts that [SplitARN] returns.
const (
	Partition = iota + 1
	Service
	Region
	Account
	Resource
)

// IsAccount reports whether s is the id of an AWS account: twelve digits.
func IsAccount(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// AccountIn returns the account of the ARN s, even if it is unresolved, or "" if s is no ARN.
func AccountIn(s string) string {
	parts, _ := SplitARN(s)
	return parts[Account]
}

// Known returns a part of the ARN s, or "" if s is no ARN or the part is unresolved.
func Known(s string, part int) string {
	parts, ok := SplitARN(s)
	if !ok || Unresolved(parts[part]) {
		return ""
	}
	return parts[part]
}
