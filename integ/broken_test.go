//go:build integ

package integ

import (
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/flow"
)

// TestBrokenTemplates checks that a template with one mistake fails with a message that names the hop.
func TestBrokenTemplates(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		flow         *flow.Flow // nil means the first handwritten one
		breakIt      func(emulator.Template)
		hop          string
	}{
		{
			name: "construct without key statement", reason: "the key is shared by topic and queues, and SNS is a caller of its own", flow: &flow.CMK,
			breakIt: func(t emulator.Template) { dropStatement(t, "Key961B73FD", "KeyPolicy", "AllowDeliverUseKey") },
			hop:     "hop deliver Patients5DBC2CF4 → PatientsWard86019154: kms:GenerateDataKey on key",
		},
		{
			name: "construct without queue policy", reason: "the statement names the one queue", flow: &flow.CMK,
			breakIt: func(t emulator.Template) {
				dropStatement(t, "PatientsLabPolicyA916F728", "PolicyDocument", "AllowDeliver")
			},
			hop: "hop deliver Patients5DBC2CF4 → PatientsLab172C63A4: sqs:SendMessage on queue",
		},
		{
			name: "construct without filter", reason: "refunds would get every order", flow: &flow.Fanout,
			breakIt: func(t emulator.Template) {
				delete(t.Properties("OrdersRefundsFanoutOrders47CBA777C963BC65"), "FilterPolicy")
			},
			hop: "hop deliver OrdersA9B65338 → OrdersRefunds37443B25: got message",
		},
		{
			name: "construct without redrive", reason: "nothing would ever reach the dead-letter queue", flow: &flow.Fanout,
			breakIt: func(t emulator.Template) { delete(t.Properties("OrdersShippingC88EC478"), "RedrivePolicy") },
			hop:     "hop dead-letter OrdersShippingC88EC478 → OrdersShippingDeadLetterQueueC892A77D: got 0 messages",
		},
		{
			name: "key statement", reason: "without it SNS may not use the queue's key",
			breakIt: func(t emulator.Template) { dropStatement(t, "Key", "KeyPolicy", "SNS") },
			hop:     "hop deliver Topic → Orders: kms:GenerateDataKey on key",
		},
		{
			name: "queue policy", reason: "without its statement SNS may not send to the queue",
			breakIt: func(t emulator.Template) { dropStatement(t, "AuditPolicy", "PolicyDocument", "SNS") },
			hop:     "hop deliver Topic → Audit: sqs:SendMessage on queue",
		},
		{
			name: "policy of the subscription's dead-letter queue", reason: "SNS needs it there too",
			breakIt: func(t emulator.Template) { dropStatement(t, "UndeliveredPolicy", "PolicyDocument", "SNS") },
			hop:     "hop dead-letter Topic → Undelivered: sqs:SendMessage on queue",
		},
		{
			name: "no filter", reason: "the queue gets what it must not",
			breakIt: func(t emulator.Template) { delete(t.Properties("OrdersSubscription"), "FilterPolicy") },
			hop:     "hop deliver Topic → Orders: got message",
		},
		{
			name: "wrong filter", reason: "the queue does not get what it must",
			breakIt: func(t emulator.Template) {
				t.Properties("OrdersSubscription")["FilterPolicy"] = map[string]any{"kind": []any{"Order"}}
			},
			hop: `hop deliver Topic → Orders: message "{\"item\":\"pencil\",\"count\":12}" was published and did not arrive`,
		},
		{
			name: "no redrive", reason: "a message that no consumer can handle blocks the queue for days",
			breakIt: func(t emulator.Template) { delete(t.Properties("Orders"), "RedrivePolicy") },
			hop:     "hop dead-letter Orders → DeadOrders: got 0 messages in DeadOrders",
		},
		{
			name: "redrive too late", reason: "the flow says after how many receives",
			breakIt: func(t emulator.Template) {
				t.Properties("Orders")["RedrivePolicy"].(map[string]any)["maxReceiveCount"] = 7
			},
			hop: "hop dead-letter Orders → DeadOrders: message",
		},
		{
			name: "consumer without the key", reason: "receiving decrypts",
			breakIt: func(t emulator.Template) {
				p := t.Properties("Biller")["Policies"].([]any)[0].(map[string]any)["PolicyDocument"].(map[string]any)
				p["Statement"] = p["Statement"].([]any)[:1]
			},
			hop: "hop receive Orders → Biller: kms:Decrypt on key",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := flow.Handwritten[0]
			if tt.flow != nil {
				f = *tt.flow
			}
			d := deployed(t, plain, f, tt.breakIt)
			problems, err := f.Judge(d)
			if err != nil {
				t.Fatal(err)
			}
			ran, err := f.Run(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			problems = append(problems, ran...)
			if !slices.ContainsFunc(problems, func(p flow.Problem) bool { return strings.HasPrefix(p.String(), tt.hop) }) {
				t.Errorf("got problems\n%s\nwant one that begins with\n%s\n(%s)", problems, tt.hop, tt.reason)
			}
		})
	}
}

// dropStatement removes the statement with the sid from a policy of the template.
func dropStatement(t emulator.Template, id, property, sid string) {
	doc := t.Properties(id)[property].(map[string]any)
	before := len(doc["Statement"].([]any))
	doc["Statement"] = slices.DeleteFunc(doc["Statement"].([]any), func(s any) bool { return s.(map[string]any)["Sid"] == sid })
	if len(doc["Statement"].([]any)) != before-1 {
		panic("statement " + sid + " of " + id + ": want it once")
	}
}
