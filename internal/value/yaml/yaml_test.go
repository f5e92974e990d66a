package yaml

import "testing"

// Places count characters, as in JSON.
func TestPlaces(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, reason, data, key, want string }{
		{"lines", "from 1", "a: 1\nb: 2\n", "b", "line 2, column 4"},
		{"characters", "ä is one character and two bytes", "{ä: öü, b: 2}\n", "b", "line 1, column 12"},
	}
	for _, tt := range tests {
		n, err := Parse("f", []byte(tt.data), nil)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := n.Get(tt.key).At.String(); got != tt.want {
			t.Errorf("%s: %s, want %s: %s", tt.name, got, tt.want, tt.reason)
		}
	}
}
