package mend

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
)

// Worse says what is worse after a change than before: a hop that was ok and is not any more, or is gone, or a finding that was not
// there; empty if nothing is.
func Worse(before, after *check.Report) string {
	now := map[string]check.Verdict{}
	for i := range after.Hops {
		h := &after.Hops[i]
		if v, seen := now[key(h)]; !seen || v == check.OK {
			now[key(h)] = h.Verdict
		}
	}
	for i := range before.Hops {
		h := &before.Hops[i]
		if v, there := now[key(h)]; h.Verdict == check.OK && (!there || v != check.OK) {
			return fmt.Sprintf("the hop %s, %s -> %s would no longer be ok", h.Kind, h.From.Label(), h.To.Label())
		}
	}
	known := Keys(before)
	for i := range after.Findings {
		if f := &after.Findings[i]; f.Severity.AtLeast(check.Warning) && !known[f.Key()] && !better(f, before) && !sameHop(f, before) {
			return "it would bring another finding: " + f.Message
		}
	}
	return ""
}

// better reports whether the finding is what is left of one that was an error: the statement that had no effect is still there, and the
// hop works without it.
func better(f *check.Finding, before *check.Report) bool {
	for i := range before.Findings {
		b := &before.Findings[i]
		if b.Rule == f.Rule && b.Severity == check.Error && f.Severity != check.Error && strings.HasPrefix(b.Message, f.Message) {
			return true
		}
	}
	return false
}

// sameHop reports whether the rule has reported the finding's hop before, in other words: that there is no policy, and not that the
// policy does not admit the caller.
func sameHop(f *check.Finding, before *check.Report) bool {
	for i := range before.Findings {
		b := &before.Findings[i]
		if f.Hop == nil || b.Rule != f.Rule || b.Severity != f.Severity {
			continue
		}
		if b.Hop != nil && key(b.Hop) == key(f.Hop) {
			return true
		}
		for j := range b.Others {
			if h := b.Others[j].Hop; h != nil && key(h) == key(f.Hop) {
				return true
			}
		}
	}
	return false
}

func key(h *check.Hop) string {
	return fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%s", h.Kind, h.From.ID, h.To.ID, h.By.ID, h.By.Stack)
}

// Keys returns the keys of a report's findings, with those that others have the cause of.
func Keys(r *check.Report) map[string]bool {
	all := map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		all[f.Key()] = true
		for j := range f.Others {
			all[f.Others[j].Key()] = true
		}
	}
	return all
}
