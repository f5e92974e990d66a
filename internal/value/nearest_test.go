package value_test

import (
	"testing"

	"github.com/hopgrant/hopgrant/internal/value"
)

func TestNearest(t *testing.T) {
	known := []string{"exclude", "parameters", "account", "arn", "key"}
	for _, tt := range []struct{ reason, name, want string }{
		{"a letter too many", "excludes", "exclude"},
		{"a letter too few", "parametrs", "parameters"},
		{"another case", "Account", "account"},
		{"two letters changed places", "acconut", "account"},
		{"three letters differ, which is another word", "preclude", ""},
		{"a short name is like any other one", "x", ""},
		{"of three letters one may differ", "arm", "arn"},
		{"of three letters two may not", "kms", ""},
	} {
		if got := value.Nearest(tt.name, known); got != tt.want {
			t.Errorf("%s: %q is nearest to %q, want %q", tt.reason, tt.name, got, tt.want)
		}
	}
}
