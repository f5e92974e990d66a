package flow

import (
	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// OrderMessages are the messages that most flows publish: two kinds, so that filters have an effect.
var OrderMessages = []Message{
	{Name: "order", Body: `{"item":"pencil","count":12}`, Attributes: map[string]string{"kind": "order"}},
	{Name: "refund", Body: `{"item":"eraser","count":1}`, Attributes: map[string]string{"kind": "refund"}},
	{Name: "order-2", Body: `{"item":"pen","count":3}`, Attributes: map[string]string{"kind": "order"}},
}

// Handwritten are the flows of the two handwritten templates in testdata. They test this package, and show that it does
// not depend on how our constructs write templates.
var Handwritten = []Flow{
	{
		Example: "testdata/shared-key",
		Stacks:  []Stack{{Name: "shared-key", Template: "integ/testdata/shared-key.template.json"}},
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
		Messages: OrderMessages,
	},
	{
		Example: "testdata/fifo",
		Stacks:  []Stack{{Name: "fifo", Template: "integ/testdata/fifo.template.json"}},
		Routes: []Route{
			{Topic: "Topic", Queue: "Ledger", Raw: true, FIFO: true, DeadLetterQueue: "DeadLedger", MaxReceiveCount: 2},
			{Topic: "Topic", Queue: "Stock", FIFO: true, Takes: []string{"order", "order-2"}, DeadLetterQueue: "DeadStock", MaxReceiveCount: 2},
		},
		Messages: inGroup("shop-1", OrderMessages),
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

// Examples are the flows of the programs in examples/ that deploy something. They follow the comments of the programs.
var Examples = []Flow{Fanout, CMK, adoptFlow, crossAccountFlow, fifoFlow, s3Flow, guardFlow}

func golden(example, stack string) string {
	return "examples/" + example + "/testdata/" + stack + ".template.json"
}

// Fanout is the flow of examples/fanout.
var Fanout = Flow{
	Example: "fanout",
	Stacks:  []Stack{{Name: "Fanout", Template: golden("fanout", "Fanout")}},
	Routes: []Route{
		{Topic: "OrdersA9B65338", Queue: "OrdersBilling2829F417", DeadLetterQueue: "OrdersBillingDeadLetterQueue924D16D9", MaxReceiveCount: 5},
		{Topic: "OrdersA9B65338", Queue: "OrdersShippingC88EC478", DeadLetterQueue: "OrdersShippingDeadLetterQueueC892A77D", MaxReceiveCount: 5},
		{Topic: "OrdersA9B65338", Queue: "OrdersRefunds37443B25", Raw: true, Takes: []string{"returned", "cancelled"},
			DeadLetterQueue: "OrdersRefundsDeadLetterQueue1CBF2790", MaxReceiveCount: 5},
	},
	Callers: []Caller{
		{Kind: kind.Publish, Role: "Shop563325D0", On: "OrdersA9B65338"},
		{Kind: kind.Receive, Role: "BillerRole2ED1A91C", On: "OrdersBilling2829F417", Client: policygen.LambdaTrigger},
		{Kind: kind.Receive, Role: "Packer62FBB440", On: "OrdersShippingC88EC478"},
		{Kind: kind.Receive, Role: "Packer62FBB440", On: "OrdersShippingDeadLetterQueueC892A77D", SourceQueues: []string{"OrdersShippingC88EC478"}},
		{Kind: kind.Receive, Role: "RefunderD746E621", On: "OrdersRefunds37443B25"},
	},
	Messages: []Message{
		{Name: "placed", Body: "order 1 was placed", Attributes: map[string]string{"event": "placed"}},
		{Name: "returned", Body: "order 2 was returned", Attributes: map[string]string{"event": "returned"}},
		{Name: "cancelled", Body: "order 3 was cancelled", Attributes: map[string]string{"event": "cancelled"}},
		{Name: "silent", Body: "order 4 has no event"},
	},
}

// CMK is the flow of examples/cmk.
var CMK = Flow{
	Example: "cmk",
	Stacks:  []Stack{{Name: "CMK", Template: golden("cmk", "CMK")}},
	Routes: []Route{
		{Topic: "Patients5DBC2CF4", Queue: "PatientsLab172C63A4", DeadLetterQueue: "PatientsLabDeadLetterQueueADC5A8E4", MaxReceiveCount: 5},
		{Topic: "Patients5DBC2CF4", Queue: "PatientsWard86019154", DeadLetterQueue: "PatientsWardDeadLetterQueueFF942129", MaxReceiveCount: 5,
			SubscriptionDeadLetterQueue: "UndeliveredF3CF66A9"},
	},
	Callers: []Caller{
		{Kind: kind.Publish, Role: "AdmissionD41A787F", On: "Patients5DBC2CF4"},
		{Kind: kind.Receive, Role: "LabService76F0D73D", On: "PatientsLab172C63A4"},
		{Kind: kind.Receive, Role: "WardService57A6499B", On: "PatientsWard86019154"},
		{Kind: kind.Receive, Role: "Operator41AE602D", On: "PatientsLabDeadLetterQueueADC5A8E4", SourceQueues: []string{"PatientsLab172C63A4"}},
	},
	Messages: OrderMessages,
}

// adoptFlow deploys the other team's stack first, with the statements that the example asks that team to add.
var adoptFlow = Flow{
	Example: "adopt",
	Stacks: []Stack{
		{Name: "Archive", Template: "integ/testdata/archive.template.json", Account: "111122223333", Region: "eu-west-1"},
		{Name: "Adopt", Template: golden("adopt", "Adopt"), Account: "111122223333", Region: "eu-west-1"},
	},
	Routes: []Route{
		{Topic: "Sales1863061C", Queue: "InvoicesF0222E8D", DeadLetterQueue: "InvoicesDeadLetters258E6033", MaxReceiveCount: 5},
		{Topic: "Sales1863061C", Queue: "Archive", DeadLetterQueue: "ArchiveDeadLetters", MaxReceiveCount: 4},
	},
	Callers:  []Caller{{Kind: kind.Publish, Role: "Till8FF32FD6", On: "Sales1863061C"}},
	Messages: OrderMessages,
}

var crossAccountFlow = Flow{
	Example: "crossaccount",
	Stacks: []Stack{
		{Name: "Shop", Template: golden("crossaccount", "Shop"), Account: "111122223333", Region: "eu-west-1"},
		{Name: "Warehouse", Template: golden("crossaccount", "Warehouse"), Account: "444455556666", Region: "eu-west-1"},
	},
	Routes: []Route{
		{Topic: "OrdersA9B65338", Queue: "Packing69F2F422", DeadLetterQueue: "PackingDeadLetterQueue3949D1B6", MaxReceiveCount: 5},
	},
	Callers: []Caller{
		{Kind: kind.Publish, Role: "CheckoutB7CD3E82", On: "OrdersA9B65338"},
		{Kind: kind.Receive, Role: "Packer62FBB440", On: "Packing69F2F422"},
	},
	Messages: OrderMessages,
}

// fifoFlow has a standard queue behind its FIFO topic, which may get its messages in any order.
var fifoFlow = Flow{
	Example: "fifo",
	Stacks:  []Stack{{Name: "FIFO", Template: golden("fifo", "FIFO")}},
	Routes: []Route{
		{Topic: "TradesF9C0B62D", Queue: "TradesLedger8B1A1543", FIFO: true, DeadLetterQueue: "TradesLedgerDeadLetterQueueB4678023", MaxReceiveCount: 5,
			SubscriptionDeadLetterQueue: "UndeliveredF3CF66A9"},
		{Topic: "TradesF9C0B62D", Queue: "TradesStatistics9C8062CC", DeadLetterQueue: "TradesStatisticsDeadLetterQueue671B53FC", MaxReceiveCount: 5},
	},
	Callers: []Caller{
		{Kind: kind.Publish, Role: "Exchange6745BA1E", On: "TradesF9C0B62D"},
		{Kind: kind.Receive, Role: "Bookkeeper6957024F", On: "TradesLedger8B1A1543"},
		{Kind: kind.Receive, Role: "Statistician41284E00", On: "TradesStatistics9C8062CC"},
	},
	Messages: inGroup("shop-1", OrderMessages),
}

// s3Flow publishes what the bucket would, because the emulator's bucket notifications are not tested.
var s3Flow = Flow{
	Example: "s3",
	Stacks:  []Stack{{Name: "S3", Template: golden("s3", "S3")}},
	Routes: []Route{
		{Topic: "Uploads4F6EB0FD", Queue: "UploadsThumbnails38941C42", DeadLetterQueue: "UploadsThumbnailsDeadLetterQueue80AE6F34", MaxReceiveCount: 5},
		{Topic: "Uploads4F6EB0FD", Queue: "UploadsIndex85F091D5", Takes: []string{"pdf"},
			DeadLetterQueue: "UploadsIndexDeadLetterQueueE1BF8FB5", MaxReceiveCount: 5},
	},
	Callers: []Caller{
		{Kind: kind.Publish, Service: "s3.amazonaws.com", Source: "arn:aws:s3:::uploads-" + emulator.Account + "-us-east-1",
			SourceAccount: emulator.Account, On: "Uploads4F6EB0FD"},
		{Kind: kind.Receive, Role: "Thumbnailer5F8B738E", On: "UploadsThumbnails38941C42"},
		{Kind: kind.Receive, Role: "Indexer47D496A9", On: "UploadsIndex85F091D5"},
	},
	Messages: []Message{
		{Name: "png", Body: `{"Records":[{"eventName":"ObjectCreated:Put","s3":{"object":{"key":"cat.png"}}}]}`},
		{Name: "pdf", Body: `{"Records":[{"eventName":"ObjectCreated:Put","s3":{"object":{"key":"invoice.pdf"}}}]}`},
	},
}

// guardFlow uses the CDK's own constructs.
var guardFlow = Flow{
	Example: "guard",
	Stacks:  []Stack{{Name: "Guard", Template: golden("guard", "Guard")}},
	Routes: []Route{
		{Topic: "OrdersA9B65338", Queue: "Billing5AAB9F52", DeadLetterQueue: "DeadB2807C34", MaxReceiveCount: 3},
	},
	Callers:  []Caller{{Kind: kind.Receive, Role: "Biller9F1F390D", On: "Billing5AAB9F52"}},
	Messages: OrderMessages,
}
