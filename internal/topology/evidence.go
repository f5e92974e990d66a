package topology

import (
	"strconv"
	"strings"
	"time"
)

// An Evidence is one sign that messages arrive or do not, seen beside the configuration.
type Evidence struct {
	Of       string // the ID of the element that it is about
	Source   string // where it was seen, such as "AWS/SNS NumberOfNotificationsFailed" or "CloudTrail"
	From, To time.Time
	Value    float64 // of a metric
	Text     string  // of an event or log line; empty for a metric
	Short    string  // what Text says, for people
	// Failed is set if it is about messages that were not delivered, or calls that were denied, and Waiting about messages that
	// nobody has taken.
	Failed, Waiting bool
}

// String returns the evidence in one line, without what it is about.
func (e *Evidence) String() string {
	var b strings.Builder
	b.WriteString(e.Source + ": ")
	if e.Text == "" || e.Value != 0 {
		b.WriteString(strconv.FormatFloat(e.Value, 'f', -1, 64))
	}
	if e.Text != "" && e.Value != 0 {
		b.WriteString(", ")
	}
	b.WriteString(e.Short)
	const form = "2006-01-02 15:04"
	switch from, to := e.From.UTC().Format(form), e.To.UTC().Format(form); {
	case e.To.IsZero():
	case from == to || e.From.IsZero():
		b.WriteString(" (" + to + " UTC)")
	default:
		b.WriteString(" (" + from + " to " + to + " UTC)")
	}
	return b.String()
}

// About returns the evidence about elements with the IDs.
func (t *Topology) About(ids ...string) []Evidence {
	if len(t.Evidence) == 0 {
		return nil
	}
	if t.evidence == nil {
		t.evidence = map[string][]Evidence{}
		for _, e := range t.Evidence {
			t.evidence[e.Of] = append(t.evidence[e.Of], e)
		}
	}
	var all []Evidence
	seen := map[string]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			all = append(all, t.evidence[id]...)
		}
	}
	return all
}
