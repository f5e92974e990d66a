package flow

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hopgrant/hopgrant/internal/kind"

	"github.com/hopgrant/hopgrant/integ/internal/account"
)

// Deliveries returns the flow's deliveries with their routes.
func (f Flow) Deliveries(d *Deployed) map[string]Delivery {
	hops, _ := f.Hops(d)
	deliveries := map[string]Delivery{}
	for _, r := range f.Routes {
		for _, h := range hops {
			if h.Kind == kind.Deliver && h.From == r.Topic && h.To == r.Queue {
				deliveries[h.String()] = Delivery{r, h}
			}
		}
	}
	return deliveries
}

// A Delivery is a route with its hop as deployed.
type Delivery struct {
	Route Route
	Hop   Hop
}

// PublishWithout removes a statement, publishes a message and reports whether the message arrives all the same. It puts
// the statement back whatever happens. attempt makes each message different, for FIFO topics, and so that a late
// message of an earlier attempt is not mistaken for this one.
func (f Flow) PublishWithout(ctx context.Context, d *Deployed, v Delivery, c Carrier, attempt int) (arrived bool, err error) {
	timing := d.Queues[v.Route.Queue].Timing
	if err := c.Remove(ctx); err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, c.Restore(context.WithoutCancel(ctx))) }()
	if err := sleep(ctx, c.settle(timing)); err != nil {
		return false, err
	}
	m := f.Expected(v.Route)[0]
	m.Name += "-attempt-" + strconv.Itoa(attempt)
	m.Body += strings.Repeat(" ", attempt) // the JSON stays the same, for filters on the body
	if err := d.Topics[v.Route.Topic].Publish(ctx, m); err != nil {
		return false, err
	}
	got, err := d.Queues[v.Route.Queue].Drain(ctx, 1, timing.Arrival)
	if err != nil {
		return false, err
	}
	arrived = slices.ContainsFunc(got, func(r Received) bool { return r.Body == m.Body })
	return arrived, f.DrainOthers(ctx, d, v.Route)
}

// Empty receives whatever the flow's queues hold before the flow begins, such as the test event of a bucket's
// notification.
func (f Flow) Empty(ctx context.Context, d *Deployed) error {
	for _, r := range f.Routes {
		if q := d.Queues[r.Queue]; q != nil {
			if _, err := q.Drain(ctx, 0, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle returns how long the removal of the statement may take to have an effect.
func (c Carrier) settle(p account.Timing) time.Duration {
	if c.Attached.OnKey {
		return p.KeyPolicyChange
	}
	return p.PolicyChange
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
