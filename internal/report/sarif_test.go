package report_test

import (
	"encoding/json"
	"testing"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/report"
)

// TestSARIF reads the report back: each result has its rule, its place and what the JSON says of it, and only what was
// accepted is suppressed. That it keeps to the schema is tested in integ.
func TestSARIF(t *testing.T) {
	topologies, err := load.Paths([]string{"testdata/shop.yaml"}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := check.Run(topologies, check.Options{Severity: check.Info})
	if len(r.Findings) == 0 || len(r.Suppressed) == 0 {
		t.Fatalf("the template has %d findings and %d suppressed ones", len(r.Findings), len(r.Suppressed))
	}
	out, err := report.FindingsSARIF(r, "v1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID, Level string
				RuleIndex     int
				Locations     []struct {
					PhysicalLocation struct {
						Region struct{ StartLine, StartColumn int }
					}
				}
				Suppressions []struct{ Kind, Justification string }
			}
		}
	}
	if err := json.Unmarshal(out, &log); err != nil {
		t.Fatal(err)
	}
	all := append(append([]check.Finding{}, r.Findings...), r.Suppressed...)
	results := log.Runs[0].Results
	if len(results) != len(all) {
		t.Fatalf("got %d results, want %d", len(results), len(all))
	}
	levels := map[check.Severity]string{check.Error: "error", check.Warning: "warning", check.Info: "note"}
	for i, f := range all {
		got := results[i]
		if got.RuleID != f.Rule || log.Runs[0].Tool.Driver.Rules[got.RuleIndex].ID != f.Rule || got.Level != levels[f.Severity] {
			t.Errorf("%d: got rule %s, index %d, level %s; want %s, %s", i, got.RuleID, got.RuleIndex, got.Level, f.Rule, levels[f.Severity])
		}
		if at := got.Locations[0].PhysicalLocation.Region; at.StartLine != f.At.Line || at.StartColumn != f.At.Column {
			t.Errorf("%d: got place %+v, want %+v", i, at, f.At)
		}
		if accepted := i >= len(r.Findings); accepted != (len(got.Suppressions) == 1) || accepted && got.Suppressions[0].Justification != f.Suppressed {
			t.Errorf("%d: got suppressions %v, want %q", i, got.Suppressions, f.Suppressed)
		}
	}
}
