package organization

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hopgrant/hopgrant/internal/live"
)

// A Folder has a folder for each account, and in it, for each Region and for what the account has once, a snapshot and the findings. All
// files are replaced as a whole.
type Folder string

func (f Folder) file(p Place, suffix string) string {
	return filepath.Join(string(f), p.Account, cmp.Or(p.Region, "account")+suffix)
}

// Snapshot returns the path of a place's snapshot, and Findings that of its findings.
func (f Folder) Snapshot(p Place) string { return f.file(p, ".json") }
func (f Folder) Findings(p Place) string { return f.file(p, ".findings.json") }

// Summary returns the path of the summary.
func (f Folder) Summary() string { return filepath.Join(string(f), "summary.json") }

// scope returns what the folder has of a place; nil if there is nothing, or nothing that can be read.
func (f Folder) scope(p Place) *live.Scope {
	s, err := live.ReadFile(f.Snapshot(p))
	if err != nil || len(s.Scopes) != 1 || s.Scopes[0].Account != p.Account || s.Scopes[0].Region != p.Region {
		return nil
	}
	return &s.Scopes[0]
}

// save writes each scope of an account into a file of its own.
func (f Folder) save(account string, s *live.Snapshot) error {
	for _, scope := range s.Scopes {
		if scope.Account != account {
			continue
		}
		path := f.Snapshot(Place{account, scope.Region})
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := live.WriteFile(path, &live.Snapshot{Version: live.Version, Scopes: []live.Scope{scope}}); err != nil {
			return err
		}
	}
	return nil
}

// unread returns why a scope tells nothing of its place; empty if it does.
func unread(s *live.Scope) string {
	i := slices.IndexFunc(s.Gaps, func(g live.Gap) bool { return g.Operation == "" })
	if i < 0 {
		return ""
	}
	return s.Gaps[i].Reason
}

// fresh reports whether a scope is one that need not be read again.
func fresh(s *live.Scope, maxAge time.Duration) bool {
	return s != nil && unread(s) == "" && len(s.Only) == 0 && time.Since(s.ReadAt) <= maxAge
}
