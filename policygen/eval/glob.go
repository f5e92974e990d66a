package eval

import (
	"math/bits"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// glob reports whether the pattern, in which * stands for any characters and ? for one, matches s. With fold set, the
// pattern is in lower case and ASCII letters of s count as such.
func glob(pattern, s string, fold bool) bool {
	p, i := 0, 0
	starAt, resume := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			starAt, resume = p, i
			p++
		case p < len(pattern) && pattern[p] == '?':
			p++
			i += charLen(s[i:])
		case p < len(pattern) && pattern[p] == folded(s[i], fold):
			p++
			i++
		case starAt >= 0:
			resume += charLen(s[resume:])
			p, i = starAt+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// foldEqual reports whether s is lower, which is in lower case, apart from the case of ASCII letters.
func foldEqual(lower, s string) bool {
	if len(lower) != len(s) {
		return false
	}
	for i := 0; i < len(s); i++ {
		if lower[i] != folded(s[i], true) {
			return false
		}
	}
	return true
}

// lower returns s with ASCII letters in lower case.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
}

func hasUpper(s string) bool {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return true
		}
	}
	return false
}

// splitARN cuts s at its first five colons outside of unresolved text. It is an ARN if there are as many and the first part
// is "arn".
func splitARN(s string) (parts [6]string, ok bool) {
	n := cutARN(s, open(s), &parts)
	return parts, n == 6 && parts[0] == "arn"
}

// cutARN cuts s at its first five colons outside of unresolved text, and returns the number of parts.
func cutARN(s string, unresolved bool, parts *[6]string) int {
	if unresolved {
		return cutOpenARN(s, parts)
	}
	n, start, i := 0, 0, 0
	if len(s) > 8 && s[:8] == "arn:aws:" {
		parts[0], parts[1] = "arn", "aws"
		n, start, i = 2, 8, 8
	}
	for ; i+8 <= len(s); i += 8 {
		for at := colons(s[i:]); at != 0; at &= at - 1 {
			end := i + bits.TrailingZeros64(at)/8
			parts[n] = s[start:end]
			start = end + 1
			if n++; n == 5 {
				parts[n] = s[start:]
				return n + 1
			}
		}
	}
	for ; i < len(s) && n < 5; i++ {
		if s[i] == ':' {
			parts[n] = s[start:i]
			n++
			start = i + 1
		}
	}
	parts[n] = s[start:]
	return n + 1
}

// colons returns a number of which the highest bit of each byte is set whose character, of the first eight of s, is a
// colon. Every request has an ARN to be cut, and looking at its characters one by one is a good part of a decision's time.
func colons(s string) uint64 {
	const low7, colon = 0x7f7f7f7f7f7f7f7f, 0x3a3a3a3a3a3a3a3a
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	x ^= colon
	return ^((x&low7 + low7) | x | low7)
}

func cutOpenARN(s string, parts *[6]string) int {
	n, start := 0, 0
	for i := 0; i < len(s) && n < 5; i++ {
		switch s[i] {
		case ':':
			parts[n] = s[start:i]
			n++
			start = i + 1
		case '$', '#':
			if tok, _, ok := cutToken(s[i:]); ok {
				i += len(tok) - 1
			}
		}
	}
	parts[n] = s[start:]
	return n + 1
}

// open reports whether s is unresolved; most texts are not, which the search for one byte shows.
func open(s string) bool {
	return strings.IndexByte(s, '{') >= 0 && policygen.Unresolved(s)
}
