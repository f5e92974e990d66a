package text

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzSplit splits arbitrary text. The joined parts must be the text, and without references they must be what
// strings.SplitN returns.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"", "arn:aws:sqs:us-east-1:1:q", "arn:${a:b}:c", "a:${b:c", `${a["}"]}:#{Token[1]}:{b:c}`, `${"${"}:`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var a ARN
		a.Set(s)
		parts := a.Parts[:a.N]
		if joined := strings.Join(parts, ":"); joined != s {
			t.Errorf("%q joined again is %q", s, joined)
		}
		if want := strings.SplitN(s, ":", 6); !a.Unresolved && !slices.Equal(parts, want) {
			t.Errorf("%q is %q, want %q", s, parts, want)
		}
		before, reference, after := Cut(s)
		if before+reference+after != s || Unresolved(before) || (reference != "") != Unresolved(s) {
			t.Errorf("Cut(%q) = %q, %q, %q", s, before, reference, after)
		}
		if reference != "" && after != "" && !IsReference(reference) {
			t.Errorf("of %q, %q ends before it is closed", s, reference)
		}
		if i, j := Index(s, ':'), LastIndex(s, ':'); (i < 0) != (a.N == 1) || (j < 0) != (i < 0) || i > j || i >= 0 && s[:i] != parts[0] {
			t.Errorf("the colons of %q are at %d to %d, and it is cut into %q", s, i, j, parts)
		}
	})
}

// FuzzMatch matches arbitrary text. Resolved text must match as a regular expression does, and only unresolved text may
// be a Maybe. A Yes or No must stay the same for every value of the references.
func FuzzMatch(f *testing.F) {
	f.Add("a*b?c", "axxbyc", "v")
	f.Add("arn:aws:sqs:*:1:orders-*", "arn:${P}:sqs:${R}:${A}:orders-${S}", "eu")
	f.Add("${A}-x*${B}", "${B}y-x", "*?")
	f.Add("*:${A}:*", "a:b:${A}:", "a:b")
	f.Add("${A}${B}é", "${B}${A}?", "")
	f.Fuzz(func(t *testing.T, pattern, s, value string) {
		if len(pattern) > 60 || len(s) > 60 || len(value) > 20 || !utf8.ValidString(pattern+" "+s+" "+value) {
			return
		}
		whole, arn := Parse(pattern, true, false), NewARNPattern(pattern)
		p := whole.Pattern(false)
		got := p.Match(s)
		if same := NewPattern(pattern, false); same.Match(s) != got {
			t.Errorf("%q matches %q: %v prepared from its symbols, else %v", pattern, s, got, same.Match(s))
		}
		text := Parse(s, false, false)
		var a ARN
		a.Set(s)
		gotARN := arn.Match(&a)
		if again := whole.ARNPattern(); again.Match(&a) != gotARN {
			t.Errorf("%q matches the ARN %q: %v prepared from its symbols, else %v", pattern, s, again.Match(&a), gotARN)
		}
		if !Unresolved(pattern) && !Unresolved(s) {
			if want := Of(expression(pattern).MatchString(s)); got != want {
				t.Errorf("%q matches %q: %v, want %v", pattern, s, got, want)
			}
			if gotARN == Maybe || gotARN == Yes && got == No && !arn.Short() {
				t.Errorf("%q matches the ARN %q: %v, as text: %v", pattern, s, gotARN, got)
			}
			return
		}
		if Unresolved(value) {
			return
		}
		for _, ref := range slices.Concat(whole, text) {
			if ref.kind != reference {
				continue
			}
			known := replaced(whole, ref, value).Pattern(false)
			knownSyms := replaced(text, ref, value)
			knownText := knownSyms.String()
			if !slices.Equal(knownSyms, Parse(knownText, false, false)) {
				continue // the value and the text beside it make a reference
			}
			if now := known.Match(knownText); got != Maybe && now != got {
				t.Errorf("%q matches %q: %v, and with %q for %s: %v", pattern, s, got, value, ref.token, now)
			}
			if strings.Contains(value, ":") || !arn.IsARN() || !a.OK() {
				continue // references within ARNs are assumed to have no colons
			}
			knownARN := replaced(whole, ref, value).ARNPattern()
			var b ARN
			b.Set(knownText)
			if now := knownARN.Match(&b); gotARN != Maybe && now != gotARN {
				t.Errorf("%q matches the ARN %q: %v, and with %q for %s: %v", pattern, s, gotARN, value, ref.token, now)
			}
		}
	})
}

// expression returns the regular expression of a pattern of resolved text.
func expression(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	return regexp.MustCompile(`(?s)^` + strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted) + `$`)
}

// replaced returns the text with a value in the place of a reference.
func replaced(t Text, ref Symbol, value string) Text {
	var all Text
	for _, s := range t {
		if s == ref {
			all = append(all, Literal(value, false)...)
		} else {
			all = append(all, s)
		}
	}
	return all
}

// String returns the text as it is written.
func (t Text) String() string {
	var b strings.Builder
	for _, s := range t {
		switch {
		case s.token != "":
			b.WriteString(s.token)
		case s.kind == star:
			b.WriteByte('*')
		case s.kind == question:
			b.WriteByte('?')
		default:
			b.WriteByte(s.char)
		}
	}
	return b.String()
}
