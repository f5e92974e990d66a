package eval

import (
	"slices"
	"strings"
	"testing"
)

// TestCutARN compares the cutting of ARNs, eight characters at a time, with that of the standard library.
func TestCutARN(t *testing.T) {
	texts := []string{
		"", ":", "::::::::", ":::::::::::::::::", "arn", "arn:aws:kms", "arn:aws:sns:us-east-2:111122223333:orders",
		"arn:aws:s3:::config/a:b", "arn:aws-us-gov:logs:us-gov-west-1:111122223333:log-group:/aws/lambda/orders:*",
		"\xba\xba\xba\xba\xba\xba\xba\xba:\xba;9:", // bytes that differ from a colon in one bit
	}
	for length := range 20 {
		for at := range length {
			s := []byte(strings.Repeat("x", length))
			s[at] = ':'
			s[length-1] = ':'
			texts = append(texts, string(s))
		}
	}
	for _, s := range texts {
		var parts [6]string
		n := cutARN(s, false, &parts)
		if want := strings.SplitN(s, ":", 6); !slices.Equal(parts[:n], want) {
			t.Errorf("cutARN(%q) = %q, want %q", s, parts[:n], want)
		}
	}
}
