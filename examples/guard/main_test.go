package main

import (
	"testing"

	"github.com/hopgrant/hopgrant/constructs/guard"
	"github.com/hopgrant/hopgrant/examples/internal/golden"
)

func TestMain(m *testing.M) { golden.Main(m) }

func TestTemplates(t *testing.T) {
	app := golden.App(t, nil)
	NewStack(app, "Guard")
	golden.Compare(t, app) // the CDK's own grants are wider than needed
}

// TestOrdersAreDelivered is what a team writes to test its own stack: all that it has works, and that is a delivery, a consumer and a
// dead-letter queue.
func TestOrdersAreDelivered(t *testing.T) {
	guard.AssertDelivers(t, NewStack(golden.App(t, nil), "Guard"), guard.Expect{Hops: 3})
}
