package topology

import "time"

// An Evidence is one sign that messages arrive or do not, seen beside the configuration.
type Evidence struct {
	Of       string // the ID of the element that it is about
	Source   string // where it was seen, such as "AWS/SNS NumberOfNotificationsFailed" or "CloudTrail"
	From, To time.Time
	Value    float64 // of a metric
	Text     string  // of an event or log line; empty for a metric
	// Failed is set if it is about messages that were not delivered, or calls that were denied, and Waiting about messages that
	// nobody has taken.
	Failed, Waiting bool
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
