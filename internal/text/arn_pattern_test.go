package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// matchARN says whether the pattern, with the wildcards * and ?, matches the ARN.
func matchARN(pattern, arn string) Truth {
	p := NewARNPattern(pattern)
	var a ARN
	a.Set(arn)
	return p.Match(&a)
}

func TestARNPattern(t *testing.T) {
	const queue = "arn:aws:sqs:us-east-2:111122223333:orders"
	tests := []struct {
		pattern, arn string
		want         Truth
		reason       string
	}{
		{"*", queue, Yes, "a star alone is every resource"},
		{queue, queue, Yes, "the same text"},
		{"arn:aws:sqs:us-east-2:111122223333:Orders", queue, No, "ARNs have case"},
		{"arn:aws:sqs:*:111122223333:orders", queue, Yes, "a star within a part"},
		{"arn:aws:sqs:us-*-?:111122223333:ord*", queue, Yes, "wildcards in several parts"},
		{"arn:aws:sqs:*:orders", queue, No, "a star does not swallow the colon between Region and account"},
		{"arn:aws:sqs:us*333:orders", queue, No, "nor does one within a part"},
		{"arn:aws:sqs:us-east-2?111122223333:orders", queue, No, "nor does a question mark"},
		{"arn:aws:sqs:*:*:*", queue, Yes, "a star for each part"},
		{"arn:aws:sqs:*", queue, Yes, "AWS completes an ARN that lacks parts"},
		{"arn:aws:sqs", queue, Yes, "AWS completes an ARN that lacks parts"},
		{"arn:aws:sns:*", queue, No, "another service"},
		{"arn:aws:s?s:us-east-2:111122223333:orders", queue, Yes, "IAM would refuse it, matching is matching"},
		{"arn:aws:logs:*:*:log-group:*:log-stream:x", "arn:aws:logs:us-east-2:111122223333:log-group:a:b:log-stream:x", Yes,
			"the sixth part has colons of its own, which a star swallows"},
		{"arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b/c", Yes, "as does one at the end"},
		{"arn:aws:s3:::bucket/*", "arn:aws:s3:us-east-2::bucket/a", No, "an empty part is an empty part"},
		{"arn:aws:s3:::*log*", "arn:aws:s3:::my-catalogue", Yes, "a star on both sides"},
		{"orders", queue, No, "a name is no ARN"},
		{"*orders", queue, No, "neither is a pattern without the word arn"},
		{queue, "*", No, "an action without a resource needs a star"},
		{"alias/aws/sqs", "alias/aws/sqs", Yes, "texts that are no ARNs are equal or not"},

		{"${Orders.Arn}", "${Orders.Arn}", Yes, "the same unresolved text is the same value"},
		{"${Token[Q.1]}*", "${Token[Q.1]}", Yes, "a star may be empty"},
		{"${Bucket.Arn}/*", "${Bucket.Arn}/key", Yes, "a wildcard after the same unresolved text"},
		{"${Other.Arn}", "${Orders.Arn}", Maybe, "other unresolved text may be the same"},
		{"${Orders.Arn}", queue, Maybe, "unresolved text may be anything"},
		{queue, "${Orders.Arn}", Maybe, "on either side"},
		{"arn:aws:sqs:*:*:*", "${Orders.Arn}", Maybe, "not even the service is known"},
		{"arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders", Yes,
			"the same text part by part"},
		{"arn:${AWS::Partition}:sqs:*:${AWS::AccountId}:ord*", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders", Yes,
			"a star covers unresolved text"},
		{"arn:${AWS::Partition}:sns:*:${AWS::AccountId}:*", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders", No,
			"resolved parts that contradict each other decide"},
		{"arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders", queue, Maybe, "unresolved parts may be these"},
		{"arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:invoices", queue, No, "the name cannot be that one"},
		{"arn:aws:sqs:us-east-2:111122223333:${Stage}-orders", "arn:aws:sqs:us-east-2:111122223333:${Stage}-orders", Yes, "unresolved text within a part"},
		{"arn:aws:sqs:us-east-2:111122223333:${Stage}-orders", "arn:aws:sqs:us-east-2:111122223333:${Stage}-invoices", No,
			"what follows the same unresolved text differs"},
		{"arn:aws:sqs:us-east-2:111122223333:a-${Stage}", "arn:aws:sqs:us-east-2:111122223333:b-${Stage}", No, "what stands before differs"},
		{"arn:aws:sqs:us-east-2:111122223333:${Stage}-orders", "arn:aws:sqs:us-east-2:111122223333:prod-orders", Maybe, "the stage may be prod"},
		{"arn:aws:sqs:us-east-2:111122223333:${Stage}-orders", "arn:aws:sqs:us-east-2:111122223333:orders", No, "there is no room for the hyphen"},
		{"arn:aws:sqs:us-east-2:111122223333:*-orders", "arn:aws:sqs:us-east-2:111122223333:${Stage}-orders", Yes, "a star covers the stage"},
		{"arn:aws:sqs:us-east-2:111122223333:?-orders", "arn:aws:sqs:us-east-2:111122223333:${Stage}-orders", Maybe, "the stage may be one character"},
		{"arn:aws:sqs:${aws_region.x[\"a:b\"].name}:111122223333:orders", "arn:aws:sqs:${aws_region.x[\"a:b\"].name}:111122223333:orders", Yes,
			"colons and quotes within unresolved text are its own"},
		{"arn:aws:sqs:us-east-2:#{Token[TOKEN.7]}:orders", "arn:aws:sqs:us-east-2:111122223333:orders", Maybe, "the CDK's numeric tokens"},
		{"arn:aws:sqs:us-east-2:${unclosed:orders", queue, Maybe, "a brace that is never closed leaves the rest open"},
	}
	for _, tt := range tests {
		if got := matchARN(tt.pattern, tt.arn); got != tt.want {
			t.Errorf("%s on %s is %v, want %v: %s", tt.pattern, tt.arn, got, tt.want, tt.reason)
		}
	}
}

// naiveARN matches part by part and character by character, in the simplest way.
func naiveARN(pattern, arn string) bool {
	if strings.Trim(pattern, "*") == "" && pattern != "" || pattern == arn && !strings.ContainsAny(pattern, "*?") {
		return true
	}
	p, a := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(p) < 2 || p[0] != "arn" || len(a) < 6 || a[0] != "arn" {
		return naiveGlob(pattern, arn) && (len(p) < 2 || p[0] != "arn") && (len(a) < 6 || a[0] != "arn")
	}
	for len(p) < 6 {
		p = append(p, "*")
	}
	for i := range p {
		if !naiveGlob(p[i], a[i]) {
			return false
		}
	}
	return true
}

func naiveGlob(pattern, s string) bool {
	switch {
	case pattern == "":
		return s == ""
	case pattern[0] == '*':
		return naiveGlob(pattern[1:], s) || s != "" && naiveGlob(pattern, tail(s))
	case s == "":
		return false
	}
	p, _ := utf8.DecodeRuneInString(pattern)
	c, _ := utf8.DecodeRuneInString(s)
	return (p == '?' || p == c) && naiveGlob(tail(pattern), tail(s))
}

// tail returns s without its first character.
func tail(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[n:]
}

// FuzzMatchARN compares matchARN with naiveARN on resolved text. It also makes a part of either text unresolved: a
// certain answer must not change.
func FuzzMatchARN(f *testing.F) {
	f.Add("arn:aws:sqs:*:111122223333:ord*", "arn:aws:sqs:us-east-2:111122223333:orders", 4, 9)
	f.Add("arn:aws:s3:::*log*", "arn:aws:s3:::catalogue:x", 13, 15)
	f.Add("arn:a*:s?s", "arn:aws:sqs:::", 0, 3)
	f.Add("*", "*", 0, 1)
	f.Add("**a*?", "xa:b", 1, 1)
	f.Add("a*", "arn:000:00:::00", 4, 6)
	f.Add("arn:aws:s3:::caf?", "arn:aws:s3:::café", 13, 15)
	f.Fuzz(func(t *testing.T, pattern, arn string, from, to int) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(arn) {
			return // no document holds such text
		}
		if len(pattern) > 40 || len(arn) > 60 || strings.ContainsAny(pattern+arn, "{}") || strings.Count(pattern, "*") > 5 {
			return
		}
		want := Of(naiveARN(pattern, arn))
		if got := matchARN(pattern, arn); got != want {
			t.Fatalf("%q on %q is %v, naively %v", pattern, arn, got, want)
		}
		// Put unresolved text in place of a part of the ARN, and of the same part of the pattern if it has it.
		if from < 0 || to < from || to > len(arn) || arn[from:to] == "" {
			return
		}
		part := arn[from:to]
		if strings.ContainsAny(part, ":*?") || !utf8.ValidString(part) {
			return
		}
		open := func(s string) string { return strings.ReplaceAll(s, part, "${X}") }
		for _, pair := range [][2]string{{pattern, open(arn)}, {open(pattern), arn}, {open(pattern), open(arn)}} {
			if got := matchARN(pair[0], pair[1]); got != want && got != Maybe {
				t.Fatalf("%q on %q is %v, but with ${X} = %q it is %v", pair[0], pair[1], got, part, want)
			}
		}
	})
}
