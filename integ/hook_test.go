//go:build integ

package integ

import (
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"

	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/flow"
)

// TestHookDelivers checks that with the delivery hook, which asks hopgrant, everything still arrives. It shows that
// hopgrant allows what is deployed; it shows nothing about AWS.
func TestHookDelivers(t *testing.T) {
	for _, f := range allFlows(t) {
		t.Run(f.Example, func(t *testing.T) {
			e := askingEmulator(t)
			before := len(losses(t, e))
			d := deployed(t, e, f, nil)
			problems, err := f.Run(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				t.Error(p)
			}
			for _, l := range losses(t, e)[before:] {
				t.Error(l)
			}
		})
	}
}

// TestHookLoses checks that with the delivery hook a message is lost if one statement of its hop is removed, and that
// the hook names the hop.
func TestHookLoses(t *testing.T) {
	for _, f := range allFlows(t) {
		t.Run(f.Example, func(t *testing.T) {
			e := askingEmulator(t)
			d := deployed(t, e, f, nil)
			for _, r := range f.Routes {
				for _, h := range mustHops(t, f, d) {
					if h.Kind == kind.Deliver && h.From == r.Topic && h.To == r.Queue {
						loseEach(t, e, f, d, r, h)
					}
				}
			}
		})
	}
}

// loseEach removes one statement of a delivery after the other, and sends a message each time.
func loseEach(t *testing.T, e *emulator.Emulator, f flow.Flow, d *flow.Deployed, r flow.Route, h flow.Hop) {
	t.Helper()
	for i, call := range h.Calls() {
		for _, c := range d.Carriers(call) {
			if err := c.Remove(t.Context()); err != nil {
				t.Fatal(err)
			}
			before := len(losses(t, e))
			m := f.Expected(r)[0]
			m.Name += "-lost-" + r.Queue + "-" + string(rune('a'+i))
			if err := d.Topics[r.Topic].Publish(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			got, err := d.Queues[r.Queue].Drain(t.Context(), 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 0 {
				t.Errorf("%s: without %s the message arrived, want it lost", h, c)
			}
			want := "hop deliver " + emulator.ARNName(string(h.Topic.ARN)) + " → " + emulator.ARNName(string(h.Queue.ARN)) + ": hopgrant: "
			lost := losses(t, e)[before:]
			if !containsLoss(lost, want, call.Action) {
				t.Errorf("%s: without %s: got losses %v, want one that begins with %q and names %s", h, c, lost, want, call.Action)
			}
			if err := c.Restore(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := f.DrainOthers(t.Context(), d, r); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func containsLoss(lost []emulator.Loss, prefix, action string) bool {
	for _, l := range lost {
		if s := l.String(); strings.HasPrefix(s, prefix) && strings.Contains(s, action) {
			return true
		}
	}
	return false
}

// TestHookAWSManagedKey is the story of a queue that somebody encrypts with the AWS managed key: from then on every
// message is lost.
func TestHookAWSManagedKey(t *testing.T) {
	e := askingEmulator(t)
	d := deployedTemplate(t, e, "managed-key", faultTemplate(t, func(t emulator.Template) {
		t.Properties("Audit")["KmsMasterKeyId"] = "alias/aws/sqs"
		delete(t.Properties("Audit"), "SqsManagedSseEnabled")
	}))
	before := len(losses(t, e))
	if err := d.Topics["Topic"].Publish(t.Context(), flow.OrderMessages[0]); err != nil {
		t.Fatal(err)
	}
	got, err := d.Queues["Audit"].Drain(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 0 {
		t.Errorf("got %d messages through alias/aws/sqs, want none", len(got))
	}
	want := "hop deliver " + emulator.ARNName(string(d.Topics["Topic"].Topic.ARN)) + " → " + emulator.ARNName(string(d.Queues["Audit"].Queue.ARN))
	if lost := losses(t, e)[before:]; !containsLoss(lost, want, "alias/aws/sqs") {
		t.Errorf("got losses %v, want one of %s", lost, want)
	}
}

func losses(t *testing.T, e *emulator.Emulator) []emulator.Loss {
	t.Helper()
	l, err := e.Losses()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustHops(t *testing.T, f flow.Flow, d *flow.Deployed) []flow.Hop {
	t.Helper()
	hops, problems := f.Hops(d)
	for _, p := range problems {
		t.Error(p)
	}
	return hops
}
