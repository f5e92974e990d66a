package topology

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// shop returns a topology of a topic, a queue with a dead-letter queue, and a role with one identity statement.
func shop(st policygen.Statement) *Topology {
	key := &Key{Element: Element{ID: "Key"}, ARN: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
	dead := &Queue{Element: Element{ID: "Dead"}, ARN: "arn:aws:sqs:us-east-1:111122223333:dead"}
	queue := &Queue{Element: Element{ID: "Billing"}, ARN: "arn:aws:sqs:us-east-1:111122223333:billing", Key: &KeyRef{Key: key},
		DeadLetter: &Redrive{Queue: dead}}
	topic := &Topic{Element: Element{ID: "Orders"}, ARN: "arn:aws:sns:us-east-1:111122223333:orders"}
	role := &Caller{Element: Element{ID: "Role"}, Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/r"),
		Identity: []*Policy{{Element: Element{ID: "Role"}, Name: "inline", Document: policygen.Document{Statements: []policygen.Statement{st}}}}}
	return &Topology{Topics: []*Topic{topic}, Queues: []*Queue{queue, dead}, Keys: []*Key{key}, Callers: []*Caller{role},
		Subscriptions: []*Subscription{{Element: Element{ID: "Sub"}, Topic: topic, Queue: queue}}}
}

func written(hops []Hop) string {
	var lines []string
	for _, h := range hops {
		s := fmt.Sprintf("%s %s->%s", h.Kind, h.From.ID, h.To.ID)
		if h.Inferred != "" {
			s += " inferred"
		}
		if h.Weak {
			s += " weak"
		}
		if len(h.SourceKeys) > 0 {
			s += fmt.Sprintf(" sources:%d", len(h.SourceKeys))
		}
		lines = append(lines, s)
	}
	return strings.Join(lines, "\n")
}

const always = "deliver Orders->Billing\ndead-letter Billing->Dead"

func TestInferredFromIdentity(t *testing.T) {
	const billing, dead, orders = "arn:aws:sqs:us-east-1:111122223333:billing", "arn:aws:sqs:us-east-1:111122223333:dead", "arn:aws:sns:us-east-1:111122223333:orders"
	tests := []struct {
		reason    string
		action    []string
		resource  []string
		effect    policygen.Effect
		wantAfter string
	}{
		{"a role that may receive from the queue is a consumer", []string{"sqs:ReceiveMessage", "sqs:DeleteMessage"}, []string{billing}, "", "receive Billing->Role inferred"},
		{"so is one whose policy has the action in other letters and a star", []string{"SQS:receivemessage*"}, []string{billing}, "", "receive Billing->Role inferred"},
		{"a role that may send is a producer", []string{"sqs:SendMessage"}, []string{billing}, "", "send Role->Billing inferred"},
		{"a role that may publish is a publisher", []string{"sns:Publish"}, []string{orders}, "", "publish Role->Orders inferred"},
		{"a pattern that says a part of the name counts", []string{"sqs:SendMessage"}, []string{"arn:aws:sqs:*:111122223333:bill*"}, "", "send Role->Billing inferred"},
		{"who may do it to everything need not do it here: one hop stands for all", []string{"sqs:ReceiveMessage"}, []string{"*"}, "", "receive *->Role inferred"},
		{"so it does for every queue of the account", []string{"sqs:ReceiveMessage"}, []string{"arn:aws:sqs:us-east-1:111122223333:*"}, "", "receive *->Role inferred"},
		{"an administrator of everything may look into queues", []string{"*"}, []string{"*"}, "", "receive *->Role inferred weak"},
		{"an administrator of all topics may publish", []string{"sns:*"}, []string{"*"}, "", "publish Role->* inferred weak"},
		{"an administrator of the queue may look into it, or not", []string{"sqs:*"}, []string{billing}, "", "receive Billing->Role inferred weak"},
		{"a pattern of actions may be for other ones", []string{"sqs:Receive*"}, []string{billing}, "", "receive Billing->Role inferred weak"},
		{"no pattern of actions is for a redrive", []string{"sqs:Start*"}, []string{dead}, "", ""},
		{"reading attributes is no hop", []string{"sqs:GetQueueAttributes"}, []string{billing}, "", ""},
		{"a Deny shows nothing", []string{"sqs:ReceiveMessage"}, []string{billing}, policygen.Deny, ""},
		{"a topic is nothing to receive from", []string{"sqs:ReceiveMessage"}, []string{orders}, "", ""},
		{"a reader of the dead-letter queue needs the source's key", []string{"sqs:ReceiveMessage"}, []string{dead}, "", "receive Dead->Role inferred sources:1"},
		{"an operator who moves messages back is no consumer and no producer", []string{"sqs:StartMessageMoveTask", "sqs:ReceiveMessage"}, []string{dead}, "", "redrive Dead->Billing inferred weak sources:1"},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.reason == "" || seen[tt.reason] {
			t.Fatalf("reason %q is empty or used twice", tt.reason)
		}
		seen[tt.reason] = true
		effect := tt.effect
		if effect == "" {
			effect = policygen.Allow
		}
		got := written(shop(policygen.Statement{Effect: effect, Action: tt.action, Resource: tt.resource}).Hops())
		if want := strings.TrimSpace(always + "\n" + tt.wantAfter); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.reason, got, want)
		}
	}
}

func TestInferredFromQueuePolicy(t *testing.T) {
	tests := []struct {
		reason    string
		statement policygen.Statement
		want      string
	}{
		{"a topic of others is delivered from, wherever the subscription is",
			policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{Service: []string{"sns.amazonaws.com"}}, Action: []string{"sqs:SendMessage"},
				Condition: policygen.Condition{"ArnEquals": {"aws:SourceArn": {"arn:aws:sns:us-east-1:444455556666:other"}}}},
			"deliver arn:aws:sns:us-east-1:444455556666:other->Billing inferred"},
		{"a topic of the file has its subscriptions in the file",
			policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{Service: []string{"sns.amazonaws.com"}}, Action: []string{"sqs:SendMessage"},
				Condition: policygen.Condition{"ArnEquals": {"aws:SourceArn": {"arn:aws:sns:us-east-1:111122223333:orders"}}}}, ""},
		{"a pattern is no topic",
			policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{Service: []string{"sns.amazonaws.com"}}, Action: []string{"sqs:SendMessage"},
				Condition: policygen.Condition{"ArnLike": {"aws:SourceArn": {"arn:aws:sns:us-east-1:444455556666:*"}}}}, ""},
		{"a service that is let in sends",
			policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{Service: []string{"s3.amazonaws.com"}}, Action: []string{"sqs:SendMessage"}},
			"send s3.amazonaws.com->Billing inferred"},
		{"a role of another account that is let in sends",
			policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{AWS: []string{"arn:aws:iam::444455556666:role/app"}}, Action: []string{"sqs:SendMessage"}},
			"send arn:aws:iam::444455556666:role/app->Billing inferred"},
		{"the own account's identity policies decide for its own roles",
			policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{AWS: []string{"111122223333"}}, Action: []string{"sqs:SendMessage"}}, ""},
		{"everybody is nobody in particular",
			policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{Anyone: true}, Action: []string{"sqs:SendMessage"}}, ""},
	}
	for _, tt := range tests {
		top := shop(policygen.Statement{Effect: policygen.Deny})
		top.Queues[0].Policies = []*Policy{{Element: Element{ID: "QueuePolicy"}, Document: policygen.Document{Statements: []policygen.Statement{tt.statement}}}}
		if got, want := written(top.Hops()), strings.TrimSpace(always+"\n"+tt.want); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.reason, got, want)
		}
		if first, second := written(top.Hops()), written(top.Hops()); first != second {
			t.Errorf("%s: asked again, it has\n%s\nand before\n%s", tt.reason, second, first)
		}
	}
}

// TestDeclaredBeforeInferred checks that a consumer that the file declares is not found a second time by its policy.
func TestDeclaredBeforeInferred(t *testing.T) {
	top := shop(policygen.Statement{Effect: policygen.Allow, Action: []string{"sqs:ReceiveMessage"}, Resource: []string{string("arn:aws:sqs:us-east-1:111122223333:billing")}})
	top.Consumers = []*Consumer{{Element: Element{ID: "Trigger"}, Queue: top.Queues[0], Caller: top.Callers[0], Client: policygen.LambdaTrigger}}
	got := written(top.Hops())
	if want := "deliver Orders->Billing\nreceive Billing->Role\ndead-letter Billing->Dead"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestDocuments(t *testing.T) {
	top := shop(policygen.Statement{Effect: policygen.Allow, Action: []string{"sqs:ReceiveMessage"}, Resource: []string{"arn:aws:sqs:us-east-1:111122223333:billing"}})
	hops := top.Hops()
	receive := &hops[slices.IndexFunc(hops, func(h Hop) bool { return h.Kind == kind.Receive })]
	for _, c := range receive.Calls() {
		d := receive.Documents(c)
		if len(d.Identity) != 1 || d.IdentityUnknown != "" {
			t.Errorf("%s: identity %v, unknown %q", c.Action, d.Identity, d.IdentityUnknown)
		}
		if c.On == policygen.OnKey && (d.Holder.ID != "Key" || d.ResourceUnknown == "") {
			t.Errorf("%s: the key's policy is not in the file, and that is not said: %+v", c.Action, d)
		}
	}
	top.Callers[0].Foreign = true
	hops = top.Hops()
	i := slices.IndexFunc(hops, func(h Hop) bool { return h.Kind == kind.Receive })
	if i < 0 {
		t.Fatalf("a policy of the file for somebody else's role shows what the role does: %s", written(hops))
	}
	if d := hops[i].Documents(hops[i].Calls()[0]); len(d.Identity) != 2 || d.IdentityUnknown == "" {
		t.Errorf("the other policies of somebody else's role are not known: %+v", d)
	}
	// A managed policy that cannot be seen leaves the identity policies open; one of AWS's that is known does not.
	if p, ok := ManagedPolicy("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", Position{}); !ok || p.Unknown != "" {
		t.Errorf("AWSLambdaBasicExecutionRole: %+v, %v", p, ok)
	}
	if p, ok := ManagedPolicy("arn:aws:iam::aws:policy/SomethingNew", Position{}); !ok || p.Unknown == "" || !p.OnlyAllows {
		t.Errorf("SomethingNew: %+v, %v", p, ok)
	}
	if p, ok := ManagedPolicy("arn:aws:iam::aws:policy/AWSDenyAll", Position{}); !ok || p.OnlyAllows {
		t.Errorf("AWSDenyAll: %+v, %v", p, ok)
	}
	if _, ok := ManagedPolicy("arn:aws:iam::111122223333:policy/own", Position{}); ok {
		t.Error("a policy of the account is taken for one of AWS")
	}
}

// A thousand roles whose wildcards name a thousand queues are a million pairs. As many as are judged have a hop of their own;
// beyond that each role has one that stands for the rest, so that no role is passed over.
func TestInferredHopsAreBounded(t *testing.T) {
	const n = 1000
	for _, tt := range []struct {
		reason  string
		pattern func(i int) string
	}{
		{"the same pattern", func(int) string { return "arn:aws:sqs:*:*:orders-*" }},
		{"a pattern each", func(i int) string { return fmt.Sprintf("arn:aws:sqs:*:*:o*-%d*", i%10) }},
		{"patterns that may match what is not known", func(i int) string { return fmt.Sprintf("arn:aws:sqs:*:*:*-x%d-*", i) }},
	} {
		var all Topology
		for i := range n {
			all.Queues = append(all.Queues, &Queue{Element: Element{ID: fmt.Sprintf("Queue%d", i)},
				ARN: policygen.QueueARN(fmt.Sprintf("arn:aws:sqs:us-east-1:111122223333:orders-%d-${AWS::StackName}", i))})
			all.Callers = append(all.Callers, &Caller{Element: Element{ID: fmt.Sprintf("Role%d", i)},
				Principal: policygen.RoleARN(fmt.Sprintf("arn:aws:iam::111122223333:role/r%d", i)),
				Identity: []*Policy{{Element: Element{ID: fmt.Sprintf("Role%d", i)}, Document: policygen.Document{Statements: []policygen.Statement{
					{Effect: policygen.Allow, Action: []string{"sqs:ReceiveMessage"}, Resource: []string{tt.pattern(i)}}}}}}})
		}
		single, grouped := 0, 0
		roles := map[string]bool{}
		for _, h := range all.Hops() {
			roles[h.CallerElement.ID] = true
			if h.Grouped {
				grouped++
			} else {
				single++
			}
		}
		if single > maxInferred || grouped == 0 || grouped > n || len(roles) != n {
			t.Errorf("%s: %d hops of %d roles, and %d that stand for others", tt.reason, single, len(roles), grouped)
		}
	}
}
