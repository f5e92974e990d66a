package flow

import (
	"context"
	"slices"
)

// Run sends the flow's messages through what was deployed, and reports what did not arrive as the flow says.
func (f Flow) Run(ctx context.Context, d *Deployed) (Problems, error) {
	var problems Problems
	if err := f.publish(ctx, d); err != nil {
		return nil, err
	}
	drained := map[string]bool{}
	for _, r := range f.Routes {
		q := d.Queues[r.Queue]
		if drained[r.Queue] {
			continue
		}
		drained[r.Queue] = true
		if q == nil || d.Topics[r.Topic] == nil {
			problems.add(r.deliver(), "got no such topic or queue deployed, want both")
			continue
		}
		want := f.arriving(r.Queue)
		got, err := q.Drain(ctx, len(want), q.Timing.Arrival)
		if err != nil {
			return nil, err
		}
		r.compare(got, want, &problems)
	}
	for _, r := range f.Routes {
		if err := f.runDeadLetter(ctx, d, r, &problems); err != nil {
			return nil, err
		}
	}
	return problems, nil
}

func (f Flow) publish(ctx context.Context, d *Deployed) error {
	for _, topic := range f.topics() {
		t := d.Topics[topic]
		if t == nil {
			continue // the routes of the topic report that
		}
		for _, m := range f.Messages {
			if err := t.Publish(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// arriving returns the bodies of the messages that a queue must get from all of its topics.
func (f Flow) arriving(queue string) []string {
	var want []string
	for _, r := range f.Routes {
		if r.Queue == queue {
			for _, m := range f.Expected(r) {
				want = append(want, m.Body)
			}
		}
	}
	return want
}

// compare reports messages that should not have come, that did not come, and that came in another form or order.
func (r Route) compare(got []Received, want []string, problems *Problems) {
	h := r.deliver()
	missing := slices.Clone(want)
	var order []string
	for _, m := range got {
		if i := slices.Index(missing, m.Body); i >= 0 {
			missing = slices.Delete(missing, i, i+1)
		} else {
			problems.add(h, "got message %q, want it filtered or once only", m.Body)
		}
		if m.Envelope == r.Raw {
			problems.add(h, "message %q: got envelope %t, want %t", m.Body, m.Envelope, !r.Raw)
		}
		order = append(order, m.Body)
	}
	for _, body := range missing {
		problems.add(h, "message %q was published and did not arrive", body)
	}
	if r.FIFO && len(missing) == 0 && len(got) == len(want) && !slices.Equal(order, want) {
		problems.add(h, "got order %q, want %q", order, want)
	}
}

// runDeadLetter receives a message of the route too often and looks for it in the dead-letter queue.
func (f Flow) runDeadLetter(ctx context.Context, d *Deployed, r Route, problems *Problems) error {
	q, dlq, t := d.Queues[r.Queue], d.Queues[r.DeadLetterQueue], d.Topics[r.Topic]
	want := f.Expected(r)
	if r.DeadLetterQueue == "" || q == nil || dlq == nil || t == nil || len(want) == 0 {
		return nil // the missing queue was reported
	}
	poison := want[0]
	poison.Name += "-poison-for-" + r.Queue // the name is the deduplication id
	if err := t.Publish(ctx, poison); err != nil {
		return err
	}
	n, err := q.Exhaust(ctx, 3*r.MaxReceiveCount+10)
	if err != nil {
		return err
	}
	if n != r.MaxReceiveCount {
		problems.add(r.redrive(), "message %q was received %d times, want %d", poison.Body, n, r.MaxReceiveCount)
	}
	got, err := dlq.Drain(ctx, 1, dlq.Timing.Arrival)
	if err != nil {
		return err
	}
	if len(got) != 1 || got[0].Body != poison.Body {
		problems.add(r.redrive(), "got %d messages in %s, want %q there", len(got), r.DeadLetterQueue, poison.Body)
	}
	return f.DrainOthers(ctx, d, r)
}

// DrainOthers empties the queues that got the same message through other routes.
func (f Flow) DrainOthers(ctx context.Context, d *Deployed, r Route) error {
	for _, other := range f.Routes {
		if q := d.Queues[other.Queue]; q != nil && other.Topic == r.Topic {
			if _, err := q.Drain(ctx, 0, 0); err != nil {
				return err
			}
		}
	}
	return nil
}
