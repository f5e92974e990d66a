package organization

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseTargets(t *testing.T) {
	regions := []string{"eu-central-1"}
	for _, test := range []struct {
		reason  string
		file    string
		regions []string
		want    []Target
		wrong   []string
	}{
		{reason: "accounts alone are read in the Regions that are given", file: "111111111111\n222222222222\n", regions: regions,
			want: []Target{{"111111111111", regions}, {"222222222222", regions}}},
		{reason: "Regions behind an account are in place of those, each once", file: "111111111111 us-east-1 eu-west-1 us-east-1", regions: regions,
			want: []Target{{"111111111111", []string{"eu-west-1", "us-east-1"}}}},
		{reason: "as a spreadsheet or an editor of Windows writes it", file: "\ufeff111111111111,us-east-1\r\n\r\n\t222222222222 , eu-west-1\r\n",
			want: []Target{{"111111111111", []string{"us-east-1"}}, {"222222222222", []string{"eu-west-1"}}}},
		{reason: "comments", file: "# shop\n111111111111 # packers\n#222222222222\n", regions: regions, want: []Target{{"111111111111", regions}}},
		{reason: "no account", file: "# none\n", regions: regions, wrong: []string{`file "a.txt": no account is in it`}},
		{reason: "no Region anywhere", file: "111111111111\n", wrong: []string{`a.txt:1: account "111111111111": it has no Regions`}},
		{reason: "an account twice would be read and counted twice", file: "111111111111\n\n111111111111 us-east-1\n", regions: regions, wrong: []string{`a.txt:3: account "111111111111": line 1 has it too`}},
		{reason: "all that is wrong is said", file: "shop\n1111 mars\n111111111111 Mars\n", regions: regions,
			wrong: []string{`a.txt:1: account "shop": not an account id`, `a.txt:2: account "1111": not an account id`, `a.txt:2: region "mars"`, `a.txt:3: region "Mars": not a Region`}},
		{reason: "digits that are none of ASCII", file: "١١١١١١\n", regions: regions, wrong: []string{"a.txt:1: account "}},
	} {
		got, err := ParseTargets("a.txt", []byte(test.file), test.regions)
		if len(test.wrong) == 0 {
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", test.reason, err, diff)
			}
			continue
		}
		lines := []string{}
		if err != nil {
			lines = strings.Split(err.Error(), "\n")
		}
		if len(lines) != len(test.wrong) {
			t.Errorf("%s: got %q", test.reason, lines)
			continue
		}
		for i, want := range test.wrong {
			if !strings.HasPrefix(lines[i], want) {
				t.Errorf("%s: got %q, want %q", test.reason, lines[i], want)
			}
		}
	}
}
