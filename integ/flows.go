package integ

import "github.com/hopgrant/hopgrant/internal/kind"

// orderMessages are what most flows publish: two kinds of messages, so that a filter has something to do.
var orderMessages = []Message{
	{Name: "order", Body: `{"item":"pencil","count":12}`, Attributes: map[string]string{"kind": "order"}},
	{Name: "refund", Body: `{"item":"eraser","count":1}`, Attributes: map[string]string{"kind": "refund"}},
	{Name: "order-2", Body: `{"item":"pen","count":3}`, Attributes: map[string]string{"kind": "order"}},
}

// ownFlows are flows of the two templates in testdata, which are written by hand: they test this package, and show that it
// does not depend on how our constructs write templates.
var ownFlows = []Flow{
	{
		Example: "testdata/shared-key",
		Stacks:  []FlowStack{{Name: "shared-key", Template: "integ/testdata/shared-key.template.json"}},
		Routes: []Route{
			{Topic: "Topic", Queue: "Orders", Raw: true, Takes: []string{"order", "order-2"},
				DeadLetterQueue: "DeadOrders", MaxReceiveCount: 3, SubscriptionDeadLetterQueue: "Undelivered"},
			{Topic: "Topic", Queue: "Audit", DeadLetterQueue: "DeadAudit", MaxReceiveCount: 5},
		},
		Callers: []Caller{
			{Kind: kind.Publish, Role: "Shop", On: "Topic"},
			{Kind: kind.Receive, Role: "Biller", On: "Orders"},
			{Kind: kind.Receive, Role: "Biller", On: "DeadOrders", SourceQueues: []string{"Orders"}},
			{Kind: kind.Receive, Role: "Auditor", On: "Audit"},
		},
		Messages: orderMessages,
	},
	{
		Example: "testdata/fifo",
		Stacks:  []FlowStack{{Name: "fifo", Template: "integ/testdata/fifo.template.json"}},
		Routes: []Route{
			{Topic: "Topic", Queue: "Ledger", Raw: true, FIFO: true, DeadLetterQueue: "DeadLedger", MaxReceiveCount: 2},
			{Topic: "Topic", Queue: "Stock", FIFO: true, Takes: []string{"order", "order-2"}, DeadLetterQueue: "DeadStock", MaxReceiveCount: 2},
		},
		Messages: inGroup("shop-1", orderMessages),
	},
}

// inGroup returns the messages as messages of one FIFO group.
func inGroup(group string, messages []Message) []Message {
	grouped := make([]Message, len(messages))
	for i, m := range messages {
		m.Group = group
		grouped[i] = m
	}
	return grouped
}
