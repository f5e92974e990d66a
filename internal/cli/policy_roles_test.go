package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/internal/generator"
)

// TestGeneratorHasEveryFlag compares the flags of the roles with the fields of the site's form, apart from the flags that say what is
// printed, and where.
func TestGeneratorHasEveryFlag(t *testing.T) {
	printing := []string{"on", "of", "merge", "diff", "format", "output-dir", "force", "help"}
	fields := generator.Fields()
	for _, cmd := range new(Command).policyRoles() {
		if cmd.Name() == "fanout" {
			continue // it takes a file; the playground reads it
		}
		var flags []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !slices.Contains(printing, f.Name) {
				flags = append(flags, f.Name)
			}
		})
		want := slices.Sorted(slices.Values(fields[cmd.Name()]))
		slices.Sort(flags)
		if !slices.Equal(flags, want) {
			t.Errorf("policy %s has the flags %s, the form the fields %s", cmd.Name(), strings.Join(flags, " "), strings.Join(want, " "))
		}
		delete(fields, cmd.Name())
	}
	if len(fields) > 0 {
		t.Errorf("the form has roles that hopgrant policy has not: %v", fields)
	}
}
