package check

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A Baseline is a set of known findings. It knows a finding by rule, file and message, wherever in the file it is and however the
// path of the file is spelled.
type Baseline struct{ known map[string]bool }

// A baselineFile is the part of the JSON output of a check that a baseline needs, and what [WriteBaseline] writes.
type baselineFile struct {
	Findings *[]baselineFinding `json:"findings"`
}

type baselineFinding struct {
	Rule    string          `json:"rule"`
	File    string          `json:"file"`
	Message string          `json:"message"`
	Others  []baselineOther `json:"others,omitempty"`
}

type baselineOther struct {
	Message string `json:"message"`
}

// ReadBaseline reads what [WriteBaseline] wrote into a folder, or the JSON output of an earlier check, whose paths may be from the
// working directory too.
func ReadBaseline(data []byte, folder string) (*Baseline, error) {
	var file baselineFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if file.Findings == nil {
		return nil, errors.New(`it has no "findings", want what hopgrant check --write-baseline writes, or the output of --format json`)
	}
	b := &Baseline{known: map[string]bool{}}
	for _, f := range *file.Findings {
		path := filepath.FromSlash(f.File)
		places := []string{value.RealPath(path)}
		if !filepath.IsAbs(path) {
			places = append(places, value.RealPath(filepath.Join(folder, path)))
		}
		for _, place := range places {
			b.known[findingKey(f.Rule, place, f.Message)] = true
			for _, other := range f.Others {
				b.known[findingKey(f.Rule, place, other.Message)] = true
			}
		}
	}
	return b, nil
}

// WriteBaseline returns the findings of a report as a baseline for a file in a folder, from which paths count. It is sorted, so that
// it changes only where findings do.
func WriteBaseline(r Report, folder string) []byte {
	findings := []baselineFinding{}
	for i := range r.Findings {
		f := &r.Findings[i]
		entry := baselineFinding{Rule: f.Rule, File: filepath.ToSlash(f.At.File), Message: text.IDs(f.Message)}
		if path, err := filepath.Rel(value.RealPath(folder), value.RealPath(f.At.File)); err == nil {
			entry.File = filepath.ToSlash(path)
		}
		for j := range f.Others {
			entry.Others = append(entry.Others, baselineOther{text.IDs(f.Others[j].Message)})
		}
		findings = append(findings, entry)
	}
	slices.SortStableFunc(findings, func(a, b baselineFinding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return value.EncodeJSON(baselineFile{&findings}, "  ")
}

func (b *Baseline) knows(f *Finding) bool {
	return b != nil && b.known[findingKey(f.Rule, value.RealPath(f.At.File), f.Message)]
}
