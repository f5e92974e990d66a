// Package text handles text that is known only in part before deployment: it finds the unresolved parts, splits ARNs
// around them, and matches patterns with the answers yes, no and maybe.
//
// Unresolved text is a reference as CloudFormation, Terraform and the CDK write it: ${…}, such as ${AWS::Region},
// ${aws_sqs_queue.orders.arn} or ${Token[TOKEN.12]}, and #{Token[…]}, the CDK's token for a list. A reference ends at
// its closing brace. Braces within it nest, except within double quotes, where Terraform allows a further ${…}. A
// reference without a closing brace extends to the end of the text.
//
// Two references written the same have the same value. A reference within a part of an ARN is assumed to have no colon
// in its value, unless it is in the last part.
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

// Cut slices s around its first reference, which includes its ${ and }. If there is none, before is s and the others
// are empty.
func Cut(s string) (before, reference, after string) {
	start, end := next(s)
	return s[:start], s[start:end], s[end:]
}

// IsReference reports whether s is one reference and nothing else.
func IsReference(s string) bool {
	start, end := next(s)
	return start == 0 && start < end && end == len(s) && closed(s)
}

// CutTrailing slices s before the reference at its end; ok is false if s does not end in a reference.
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

// Balanced reports whether "${" + s + "}" is one reference, so that s can be the name of one.
func Balanced(s string) bool { return IsReference("${" + s + "}") }

// Index returns the index of the first c in s outside of references, or -1.
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

// LastIndex returns the index of the last c in s outside of references, or -1.
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

// next returns the bounds of the first reference of s; both are len(s) if there is none.
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

// closed reports whether s, which begins with a reference, holds the closing brace of that reference.
func closed(s string) bool {
	_, ok := closing(s, 2)
	return ok
}

// closing returns the index after the closing brace of a reference whose text begins at i. If there is no such brace,
// it returns len(s) and false.
func closing(s string, i int) (end int, ok bool) {
	// open holds a brace for each open brace, or a quote if that brace stands within quotes.
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
