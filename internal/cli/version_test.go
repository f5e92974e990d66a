package cli

import (
	"os"
	"regexp"
	"testing"
)

// TestCDKVersions checks that hopgrant version tells the CDK versions of the modules that are tested.
func TestCDKVersions(t *testing.T) {
	for file, want := range map[string]string{"go.mod": oldestCDK, "go.newest.mod": newestCDK} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(`aws-cdk-go/awscdk/v2 v(\S+)`).FindSubmatch(text)
		if m == nil || string(m[1]) != want {
			t.Errorf("%s requires awscdk %q, and hopgrant version says %s", file, m, want)
		}
	}
}
