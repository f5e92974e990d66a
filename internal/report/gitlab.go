package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A gitlabIssue is one finding in GitLab's form.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// gitlabSeverities are GitLab's words for ours; blocker and major are not used.
var gitlabSeverities = map[check.Severity]string{check.Error: "critical", check.Warning: "minor", check.Info: "info"}

// FindingsGitLab returns a report as a Code Quality report, which GitLab shows in merge requests. It has no place for what was not
// decided: see [Undecided].
//
// [Code Quality report format]
//
// [Code Quality report format]: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
func FindingsGitLab(r check.Report) ([]byte, error) {
	issues := []gitlabIssue{}
	seen := map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		// GitLab shows one of several issues with the same fingerprint.
		seen[f.Key()]++
		sum := sha256.Sum256(fmt.Append([]byte(f.Key()), "\x00", seen[f.Key()]))
		description := messages(f) + "\n" + f.Help
		if f.Advice != "" {
			description = messages(f) + "\n" + f.Advice + "\n" + f.Help
		}
		issues = append(issues, gitlabIssue{Description: cleanLines(description), CheckName: f.Rule, Fingerprint: hex.EncodeToString(sum[:16]),
			Severity: gitlabSeverities[f.Severity], Location: gitlabLocation{filepath.ToSlash(f.At.File), gitlabLines{max(f.At.Line, 1)}}})
	}
	return plainJSON(value.EncodeJSON(issues, "  ")), nil
}

// Undecided returns what a report says of hops that were not decided, or of parts that are not known; "" if there are none.
func Undecided(r check.Report) string {
	if r.Unknown+len(r.Unread) == 0 {
		return ""
	}
	return decided(r)
}
