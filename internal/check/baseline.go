package check

import (
	"encoding/json"
	"fmt"
)

// A Baseline is a set of known findings, as an earlier check printed them with --format json. A finding is known if rule,
// file and message are the same: moving it to another line does not make it new.
type Baseline struct{ known map[string]bool }

// ReadBaseline reads the JSON output of a check.
func ReadBaseline(data []byte) (*Baseline, error) {
	var report struct {
		Findings *[]struct {
			Rule, Message, File string
		}
	}
	if err := json.Unmarshal(data, &report); err != nil {
		return nil, fmt.Errorf("no JSON: %w", err)
	}
	if report.Findings == nil {
		return nil, fmt.Errorf(`it has no "findings", want the output of hopgrant check --format json`)
	}
	b := &Baseline{known: map[string]bool{}}
	for _, f := range *report.Findings {
		b.known[f.Rule+"\x00"+f.File+"\x00"+f.Message] = true
	}
	return b, nil
}

// Len returns the number of known findings.
func (b *Baseline) Len() int { return len(b.known) }

func (b *Baseline) knows(f *Finding) bool { return b != nil && b.known[f.key()] }
