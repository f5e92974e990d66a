// Package text handles text that is partly known only at deployment: it finds the unresolved parts, splits ARNs around
// them, and matches patterns with the answers yes, no and maybe.
//
// Unresolved text is a reference as CloudFormation, Terraform and the CDK write it: ${…}, such as ${AWS::Region},
// ${aws_sqs_queue.orders.arn} or ${Token[TOKEN.12]}, and #{Token[…]}, which is the CDK's token for a list. A reference ends
// at the brace that closes it; braces within it nest, except in double quotes, where a further ${…} may stand as
// Terraform allows. A reference that is never closed leaves everything after it unresolved.
//
// References that are written the same have the same value. A reference that stands for a part of an ARN is taken to have
// no colon in its value, unless it is in the last part.
package text

import "strings"

// Unresolved reports whether s holds a reference.
func Unresolved(s string) bool {
	if strings.IndexByte(s, '{') < 0 {
		return false
	}
	start, _ := next(s)
	return start < len(s)
}

// Cut slices s around its first reference, which includes its ${ and }. If there is none, before is s and the rest is empty.
func Cut(s string) (before, reference, after string) {
	start, end := next(s)
	return s[:start], s[start:end], s[end:]
}

// IsReference reports whether s is one reference and nothing else.
func IsReference(s string) bool {
	start, end := next(s)
	return start == 0 && start < end && end == len(s) && closed(s)
}

// CutTrailing slices s before the reference that it ends in; ok is false if it ends otherwise.
func CutTrailing(s string) (before, reference string, ok bool) {
	for at := 0; ; {
		start, end := next(s[at:])
		switch {
		case start == end:
			return s, "", false
		case at+end == len(s):
			return s[:at+start], s[at+start:], true
		}
		at += end
	}
}

// Balanced reports whether ${, s and } make one reference, so that s can be the name of one.
func Balanced(s string) bool { return IsReference("${" + s + "}") }

// Index returns where the first c of s stands outside of references, or -1.
func Index(s string, c byte) int {
	for at := 0; ; {
		start, end := next(s[at:])
		if i := strings.IndexByte(s[at:at+start], c); i >= 0 {
			return at + i
		}
		if start == end {
			return -1
		}
		at += end
	}
}

// LastIndex returns where the last c of s stands outside of references, or -1.
func LastIndex(s string, c byte) int {
	last := -1
	for at := 0; ; {
		start, end := next(s[at:])
		if i := strings.LastIndexByte(s[at:at+start], c); i >= 0 {
			last = at + i
		}
		if start == end {
			return last
		}
		at += end
	}
}

// next returns where the first reference of s begins and ends; both are len(s) if there is none.
func next(s string) (start, end int) {
	for i := 0; ; i++ {
		j := strings.IndexByte(s[i:], '{')
		if j < 0 {
			return len(s), len(s)
		}
		if i += j; opens(s, i) {
			end, _ := closing(s, i+1)
			return i - 1, end
		}
	}
}

// opens reports whether the brace at i is the second character of a reference.
func opens(s string, i int) bool {
	return i > 0 && (s[i-1] == '$' || s[i-1] == '#' && strings.HasPrefix(s[i+1:], "Token["))
}

// closed reports whether s, which begins with a reference, holds its closing brace.
func closed(s string) bool {
	_, ok := closing(s, 2)
	return ok
}

// closing returns where the reference ends whose text begins at i, behind its closing brace; it is not ok, and the end that
// of s, if there is no such brace.
func closing(s string, i int) (end int, ok bool) {
	// open has a brace for each that is open, and a quote where a brace stands in quotes.
	open := make([]byte, 1, 8)
	open[0] = '{'
	quoted := false
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"' && quoted:
			quoted = false
		case c == '"':
			quoted = true
		case c == '{' && quoted && (s[i-1] == '$' || s[i-1] == '%'):
			open, quoted = append(open, '"'), false
		case c == '{' && !quoted:
			open = append(open, '{')
		case c == '}' && !quoted:
			quoted = open[len(open)-1] == '"'
			if open = open[:len(open)-1]; len(open) == 0 {
				return i + 1, true
			}
		}
	}
	return len(s), false
}
