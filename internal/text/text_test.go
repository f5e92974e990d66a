package text

import (
	"slices"
	"strings"
	"testing"
)

func TestCut(t *testing.T) {
	tests := []struct {
		s, before, reference, after, reason string
	}{
		{"orders", "orders", "", "", "nothing is unresolved"},
		{"", "", "", "", "nor in nothing"},
		{"a-${Stage}-b", "a-", "${Stage}", "-b", "a variable of Fn::Sub"},
		{"${Token[TOKEN.12]}/*", "", "${Token[TOKEN.12]}", "/*", "a token of the CDK"},
		{"x#{Token[TOKEN.3]}", "x", "#{Token[TOKEN.3]}", "", "a token of the CDK for a list"},
		{"#{Stage}", "#{Stage}", "", "", "which no other text in #{} is"},
		{"{a}${b}", "{a}", "${b}", "", "braces alone are text"},
		{"$${b}", "$", "${b}", "", "the dollar sign before is text"},
		{"${a.${b}}c", "", "${a.${b}}", "c", "references nest"},
		{"${a{b}c}d", "", "${a{b}c}", "d", "so do braces"},
		{"a${b:c", "a", "${b:c", "", "what is never closed is unresolved to its end"},
		{"${a${b}:c", "", "${a${b}:c", "", "the brace closes the inner one only"},
		{"${", "", "${", "", "even if nothing follows"},
		{"a}${b}", "a}", "${b}", "", "a closing brace outside is text"},
		{`${q["a}b"].arn}:c`, "", `${q["a}b"].arn}`, ":c", "Terraform's keys are quoted, and a brace in quotes is a character"},
		{`${q["a\"}b"].arn}:c`, "", `${q["a\"}b"].arn}`, ":c", "as is a quote after a backslash"},
		{`${f("x-${g("}")}")}:c`, "", `${f("x-${g("}")}")}`, ":c", "a reference within quotes has quotes of its own"},
		{`${q["a].arn}:c`, "", `${q["a].arn}:c`, "", "a quote that is never closed hides the brace"},
	}
	for _, tt := range tests {
		before, reference, after := Cut(tt.s)
		if before != tt.before || reference != tt.reference || after != tt.after {
			t.Errorf("Cut(%q) = %q, %q, %q, want %q, %q, %q: %s", tt.s, before, reference, after, tt.before, tt.reference, tt.after, tt.reason)
		}
		if Unresolved(tt.s) != (tt.reference != "") {
			t.Errorf("Unresolved(%q) = %t: %s", tt.s, Unresolved(tt.s), tt.reason)
		}
		closed := strings.HasSuffix(tt.reference, "}")
		if want := closed && tt.before == "" && tt.after == ""; IsReference(tt.s) != want {
			t.Errorf("IsReference(%q) = %t: %s", tt.s, !want, tt.reason)
		}
	}
}

func TestBalanced(t *testing.T) {
	for s, want := range map[string]bool{"Stage": true, "a{b}": true, "a{": false, "a}": false, "}{": false, "${a}": true, `"`: false, `"}"`: true} {
		if Balanced(s) != want {
			t.Errorf("Balanced(%q) = %t", s, !want)
		}
	}
}

func TestCutTrailing(t *testing.T) {
	for s, want := range map[string]string{"": "", "a": "", "a${b}": "${b}", "${a}b": "", "${a}${b${c}}": "${b${c}}", "a${b": "${b"} {
		before, reference, ok := CutTrailing(s)
		if reference != want || ok != (want != "") || before+reference != s {
			t.Errorf("CutTrailing(%q) = %q, %q, %t", s, before, reference, ok)
		}
	}
}

func TestIndex(t *testing.T) {
	tests := []struct {
		s           string
		first, last int
	}{
		{"", -1, -1}, {"a:b:c", 1, 3}, {"${a:b}", -1, -1}, {"${a:b}:c", 6, 6}, {"a:${b:c}", 1, 1}, {"a:${b:c}:${d:", 1, 8}, {"${a:b}x${c}:", 11, 11},
	}
	for _, tt := range tests {
		if first, last := Index(tt.s, ':'), LastIndex(tt.s, ':'); first != tt.first || last != tt.last {
			t.Errorf("in %q the colons are at %d to %d, want %d to %d", tt.s, first, last, tt.first, tt.last)
		}
	}
}

func TestSplitARN(t *testing.T) {
	tests := []struct {
		s      string
		want   string // the parts, with | between; empty if it is no ARN
		reason string
	}{
		{"arn:aws:sqs:us-east-1:111122223333:orders", "arn|aws|sqs|us-east-1|111122223333|orders", "an ARN"},
		{"arn:aws:s3:::config/a:b", "arn|aws|s3|||config/a:b", "the last part may hold colons"},
		{"arn:aws:sqs:us-east-1:orders", "", "five parts are none"},
		{"urn:aws:sqs:us-east-1:111122223333:orders", "", "nor is what does not begin with arn"},
		{"${Q.Arn}", "", "nor a reference, whose parts nobody knows"},
		{"${Arn}:aws:sqs:us-east-1:111122223333:orders", "", "nor what may begin otherwise"},
		{"arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders", "arn|${AWS::Partition}|sqs|${AWS::Region}|${AWS::AccountId}|orders", "colons within references are theirs"},
		{"arn:aws:sqs:${a:1:2:3", "", "a brace never closed leaves everything after it unresolved"},
		{"arn:aws:sqs:us-east-1:1:${a:2:3", "arn|aws|sqs|us-east-1|1|${a:2:3", "here that is the last part"},
		{"arn:aws:sqs:{a:1}:2:3", "arn|aws|sqs|{a|1}|2:3", "braces without a dollar sign are text, as they are to IAM"},
		{"arn:aws:sqs:#{a:1}:2:3", "arn|aws|sqs|#{a|1}|2:3", "so are those of no CDK token"},
		{"arn:aws:sqs:#{Token[a:1]}:2:3", "arn|aws|sqs|#{Token[a:1]}|2|3", "a token for a list is a reference"},
		{"arn:aws:sqs:a}b:1:2", "arn|aws|sqs|a}b|1|2", "a closing brace outside closes nothing"},
		{"arn:aws:sqs:us-east-1:1:a${b{c:d}e:f}:g", "arn|aws|sqs|us-east-1|1|a${b{c:d}e:f}:g", "nested braces"},
		{`arn:aws:sqs:${q["}:"]}:1:2`, `arn|aws|sqs|${q["}:"]}|1|2`, "quoted braces"},
	}
	for _, tt := range tests {
		parts, ok := SplitARN(tt.s)
		if account := AccountIn(tt.s); account != parts[4] {
			t.Errorf("AccountIn(%q) = %q, want %q", tt.s, account, parts[4])
		}
		if got := strings.Join(parts[:], "|"); ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("SplitARN(%q) = %q, %t, want %q: %s", tt.s, got, ok, tt.want, tt.reason)
		}
	}
}

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, s string
		want       Truth
		reason     string
	}{
		{"", "", Yes, "nothing is nothing"},
		{"*", "", Yes, "a star may be empty"},
		{"", "a", No, "a pattern without a star matches no more than it says"},
		{"a*c", "abbc", Yes, "a star is any characters"},
		{"a*b*c", "abcab", No, "the end differs"},
		{"caf?", "café", Yes, "a question mark is one character, however many bytes"},
		{"*?é", "né", Yes, "so it is after a star"},
		{"a:*", "a:b:c", Yes, "colons are characters"},
		{"A*", "ab", No, "letters have case"},
		{"${a}", "${a}", Yes, "the same reference is the same value"},
		{"${a}", "${b}", Maybe, "others may have the same"},
		{"x-${a}", "y-${a}", No, "what is resolved contradicts"},
		{"*-${a}", "${b}-${a}", Yes, "a star covers a reference"},
		{"${a}-x", "x", No, "there is no room for the hyphen"},
		{"orders-*", "orders-${a}", Yes, "whatever it is"},
		{"orders-*", "${a}", Maybe, "it may begin so"},
		{"?", "${a}", Maybe, "a question mark is one character, a reference any number"},
		{"${a[*]}", "${a[0]}", Maybe, "a star within a reference is no wildcard"},
		{"${a", "${b}:c", Maybe, "nor is anything known after a brace that is never closed"},
		{strings.Repeat("*a", 2049), strings.Repeat("a", 2100), Maybe, "too much work"},
	}
	for _, tt := range tests {
		if got := Match(tt.pattern, tt.s); got != tt.want {
			t.Errorf("Match(%q, %q) = %v, want %v: %s", tt.pattern, tt.s, got, tt.want, tt.reason)
		}
	}
	for s, want := range map[string]bool{"a": false, "a*": true, "?": true, "${a[*]}": false, "${a}?": true} {
		if IsPattern(s) != want {
			t.Errorf("IsPattern(%q) = %t", s, !want)
		}
	}
}

func TestMatchWithoutCase(t *testing.T) {
	p, q := NewPattern("SQS:Send*", true), NewLiteral("Send*", true)
	for s, want := range map[string]Truth{"sqs:sendMessage": Yes, "sqs:${Action}": Maybe, "sns:${Action}": No} {
		if got := p.Match(s); got != want {
			t.Errorf("SQS:Send* matches %q: %v, want %v", s, got, want)
		}
	}
	if MatchFold("SQS:*", "sqs:SendMessage") != Yes || MatchFold("sns:*", "sqs:SendMessage") != No {
		t.Error("MatchFold")
	}
	for s, want := range map[string]Truth{"sEND*": Yes, "SendMessage": No} {
		if got := q.Match(s); got != want {
			t.Errorf("the literal Send* matches %q: %v, want %v", s, got, want)
		}
	}
}

// TestPatternOfText checks that a Text can hold what a string cannot: a wildcard beside a * that is a character.
func TestPatternOfText(t *testing.T) {
	p := slices.Concat(Parse("a*", true, false), Literal("*${x}", false)).Pattern(false)
	for s, want := range map[string]Truth{"ab*${x}": Maybe, "abc": No, "a": No} {
		if got := p.Match(s); got != want {
			t.Errorf("a, anything, *${x} matches %q: %v, want %v", s, got, want)
		}
	}
	if plain := Literal("b*", false).Pattern(false); plain.Match("bc") != No || plain.Match("b*") != Yes {
		t.Error("the star of a literal is a wildcard")
	}
}

func TestTruth(t *testing.T) {
	var zero Truth
	if zero != Maybe || Yes.Not() != No || No.Not() != Yes || Maybe.Not() != Maybe || Of(true) != Yes || Of(false) != No {
		t.Error("negation")
	}
	if min(Yes, Maybe) != Maybe || max(No, Maybe) != Maybe || min(Maybe, No) != No || max(Maybe, Yes) != Yes {
		t.Error("conjunction and disjunction")
	}
	if Either(Yes, Yes) != Yes || Either(Yes, No) != Maybe || Either(No, No) != No {
		t.Error("either")
	}
}
