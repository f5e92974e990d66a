package organization

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
)

// ParseTargets reads a list of accounts: one account id on each line, and behind it the Regions, if they are others than those that are
// given. Commas may be between them, # begins a comment. The error joins all that is wrong; name stands for the file in it.
func ParseTargets(name string, data []byte, regions []string) ([]Target, error) {
	var targets []Target
	var errs []error
	lines := map[string]int{}
	for i, line := range strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r,", r) })
		if len(words) == 0 {
			continue
		}
		wrong := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%s:%d: "+format, append([]any{name, i + 1}, args...)...))
		}
		t := Target{words[0], slices.Compact(slices.Sorted(slices.Values(words[1:])))}
		if len(t.Regions) == 0 {
			t.Regions = regions
		}
		switch {
		case len(t.Account) != 12 || strings.Trim(t.Account, "0123456789") != "":
			wrong("account %q: not an account id, want 12 digits, and behind them Regions", t.Account)
		case lines[t.Account] > 0:
			wrong("account %q: line %d has it too, want one line with all of its Regions", t.Account, lines[t.Account])
		case len(t.Regions) == 0:
			wrong("account %q: it has no Regions, want some behind it, or --region", t.Account)
		default:
			lines[t.Account] = i + 1
		}
		for _, r := range words[1:] {
			if !region.Is(r) {
				wrong("region %q: not a Region, want a code such as eu-central-1", r)
			}
		}
		targets = append(targets, t)
	}
	if len(targets) == 0 {
		errs = append(errs, fmt.Errorf("file %q: no account is in it, want an account id on each line", name))
	}
	return targets, errors.Join(errs...)
}
