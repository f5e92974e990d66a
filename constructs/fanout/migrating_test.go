package fanout_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/constructs/fanout"
	"github.com/hopgrant/hopgrant/constructs/guard"
)

// The functions up to newShop are the code of docs/migrating.md.

func plainShop(stack awscdk.Stack, shop, biller awsiam.Role) {
	failed := awssqs.NewQueue(stack, jsii.String("Failed"), nil)
	billing := awssqs.NewQueue(stack, jsii.String("Billing"), &awssqs.QueueProps{
		DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: failed, MaxReceiveCount: jsii.Number(3)},
	})
	orders := awssns.NewTopic(stack, jsii.String("Orders"), nil)
	orders.AddSubscription(awssnssubscriptions.NewSqsSubscription(billing, &awssnssubscriptions.SqsSubscriptionProps{
		RawMessageDelivery: jsii.Bool(true),
		FilterPolicy: &map[string]awssns.SubscriptionFilter{
			"event": awssns.SubscriptionFilter_StringFilter(&awssns.StringConditions{Allowlist: jsii.Strings("paid")}),
		},
	}))
	orders.GrantPublish(shop)
	billing.GrantConsumeMessages(biller)
}

func movedShop(stack awscdk.Stack, shop, biller awsiam.Role) {
	failed := fanout.NewQueue(stack, jsii.String("Failed"), &fanout.QueueProps{
		DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("it is a dead-letter queue")},
	})
	billing := fanout.NewQueue(stack, jsii.String("Billing"), &fanout.QueueProps{
		QueueProps: awssqs.QueueProps{
			DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: failed, MaxReceiveCount: jsii.Number(3)},
		},
	})
	orders := fanout.NewTopic(stack, jsii.String("Orders"), nil)
	fanout.Subscribe(orders, billing, &fanout.SubscriptionProps{
		RawMessageDelivery: jsii.Bool(true),
		FilterPolicy: &map[string]awssns.SubscriptionFilter{
			"event": awssns.SubscriptionFilter_StringFilter(&awssns.StringConditions{Allowlist: jsii.Strings("paid")}),
		},
	})
	orders.GrantPublish(shop)
	billing.GrantConsumeMessages(biller)
}

func declinedDefaults(stack awscdk.Stack) {
	fanout.NewTopic(stack, jsii.String("Orders"), &fanout.TopicProps{
		TopicProps: awssns.TopicProps{EnforceSSL: jsii.Bool(false)},
	})
	fanout.NewQueue(stack, jsii.String("Billing"), &fanout.QueueProps{
		QueueProps: awssqs.QueueProps{EnforceSSL: jsii.Bool(false)},
		DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("what cannot be billed expires")},
	})
}

func keptCalls(billing awssqs.IQueue, biller, cashier awsiam.Role) {
	fanout.GrantConsume(billing, biller, &fanout.ConsumeProps{
		ExtendVisibility: jsii.Bool(true), // sqs:ChangeMessageVisibility
		ReadAttributes:   jsii.Bool(true), // sqs:GetQueueAttributes
		LookUpURL:        jsii.Bool(true), // sqs:GetQueueUrl
	})
	fanout.GrantSend(billing, cashier, &fanout.SendProps{
		ReadAttributes: jsii.Bool(true), // sqs:GetQueueAttributes
		LookUpURL:      jsii.Bool(true), // sqs:GetQueueUrl
	})
}

func awsManaged(stack awscdk.Stack) {
	awssqs.NewQueue(stack, jsii.String("Billing"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS_MANAGED})
}

func sqsManaged(stack awscdk.Stack) {
	awssqs.NewQueue(stack, jsii.String("Billing"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_SQS_MANAGED})
}

// A shop is a stack in which a queue gets a key.
type shop struct {
	stack           awscdk.Stack
	orders          *fanout.Topic
	biller, cashier awsiam.Role // they read the queue, and send to it
}

// billing makes the queue, under a key or, if it is nil, with SSE-SQS.
func (s shop) billing(key awskms.IKey) {
	queue := fanout.NewQueue(s.stack, jsii.String("Billing"), &fanout.QueueProps{
		QueueProps: awssqs.QueueProps{EncryptionMasterKey: key},
	})
	fanout.Subscribe(s.orders, queue, nil)
	queue.GrantConsumeMessages(s.biller)
	queue.GrantConsumeDeadLetters(s.biller)
	queue.GrantSendMessages(s.cashier)
}

// admit lets everybody use a key that the queue is not under.
func (s shop) admit(key awskms.Key) {
	key.GrantDecrypt(s.biller)
	key.Grant(s.cashier, jsii.String("kms:GenerateDataKey"), jsii.String("kms:Decrypt"))
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("sns.amazonaws.com"), nil)},
		Actions:    jsii.Strings("kms:GenerateDataKey", "kms:Decrypt"),
		Resources:  jsii.Strings("*"),
		Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": s.orders.TopicArn()}},
	}), nil)
}

func (s shop) keyAdmits() {
	s.admit(fanout.NewKey(s.stack, jsii.String("Key"), nil))
	s.billing(nil)
}

func (s shop) underKey() {
	s.billing(fanout.NewKey(s.stack, jsii.String("Key"), nil))
}

func (s shop) nextKeyAdmits() {
	s.admit(fanout.NewKey(s.stack, jsii.String("NextKey"), nil))
	s.billing(fanout.NewKey(s.stack, jsii.String("Key"), nil))
}

func (s shop) underNextKey() {
	s.admit(fanout.NewKey(s.stack, jsii.String("Key"), nil))
	s.billing(fanout.NewKey(s.stack, jsii.String("NextKey"), nil))
}

func (s shop) oldKeyRead() {
	fanout.NewKey(s.stack, jsii.String("Key"), nil).GrantDecrypt(s.biller)
	s.billing(fanout.NewKey(s.stack, jsii.String("NextKey"), nil))
}

// newShop returns a shop of an app of its own.
func newShop(t *testing.T) shop {
	s := newStack(newApp(t, nil), "Shop")
	return shop{stack: s, orders: fanout.NewTopic(s, jsii.String("Orders"), nil), biller: role(s, "Biller"), cashier: role(s, "Cashier")}
}

// TestMigratingOrder: a deployment from one step to the next changes the queue before its policies or after them, so that each
// step must work with the queues of the step before and of the step after.
func TestMigratingOrder(t *testing.T) {
	for _, tt := range []struct {
		name   string
		step   func(shop)
		key    string   // the child that queues are under instead, empty for none
		lost   []string // kinds of hops that are not ok
		reason string
	}{
		{"SSE-SQS", func(s shop) { s.billing(nil) }, "", nil, "where it begins"},
		{"the key admits, the queue has it already", shop.keyAdmits, "Key", nil, "the queue comes before the policies of underKey"},
		{"under the key, the queue has none yet", shop.underKey, "", nil, "the queue comes after the policies of underKey"},
		{"the next key admits, the queue has it already", shop.nextKeyAdmits, "NextKey", nil, "the queue comes before the policies of underNextKey"},
		{"under the next key, the queue has the first yet", shop.underNextKey, "Key", nil, "the queue comes after the policies of underNextKey"},
		{"in one step, the queue comes first", func(s shop) { fanout.NewKey(s.stack, jsii.String("Key"), nil); s.billing(nil) }, "Key",
			[]string{"deliver", "receive", "send"}, "why the key admits first"},
		{"in one step, the queue comes last", shop.oldKeyRead, "Key", []string{"deliver", "send"}, "why the old key admits for a while"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShop(t)
			tt.step(s)
			for _, c := range *s.stack.Node().FindAll(constructs.ConstructOrder_PREORDER) {
				q, ok := c.(awssqs.CfnQueue)
				switch {
				case !ok:
				case tt.key == "":
					q.AddPropertyDeletionOverride(jsii.String("KmsMasterKeyId"))
				default:
					q.AddPropertyDeletionOverride(jsii.String("SqsManagedSseEnabled"))
					q.AddPropertyOverride(jsii.String("KmsMasterKeyId"), s.stack.Node().FindChild(jsii.String(tt.key)).(awskms.Key).KeyArn())
				}
			}
			report, err := guard.Check(s.stack)
			if err != nil {
				t.Fatal(err)
			}
			var lost []string
			for _, h := range report.Hops {
				if h.Verdict != "ok" {
					lost = append(lost, h.Kind)
				}
			}
			slices.Sort(lost)
			if lost = slices.Compact(lost); !slices.Equal(lost, tt.lost) || len(report.Hops) != 5 {
				t.Errorf("%s: not ok are %v, want %v, of %v", tt.reason, lost, tt.lost, report.Hops)
			}
		})
	}
}

// TestMigratingShop: the app delivers before the move and after it.
func TestMigratingShop(t *testing.T) {
	for name, build := range map[string]func(stack awscdk.Stack, shop, biller awsiam.Role){"plain": plainShop, "moved": movedShop} {
		s := newStack(newApp(t, nil), name)
		build(s, role(s, "Shop"), role(s, "Biller"))
		guard.AssertDelivers(t, s)
	}
}

// TestMigratingActions: what consumers and producers lose is what docs/migrating.md says, and keptCalls gives back the calls of
// SQS.
func TestMigratingActions(t *testing.T) {
	// actions returns the actions of the identity policies of the roles.
	actions := func(build func(s awscdk.Stack, biller, cashier awsiam.Role)) map[string][]string {
		app := newApp(t, nil)
		s := newStack(app, "S")
		build(s, role(s, "Biller"), role(s, "Cashier"))
		all := map[string][]string{}
		for id, r := range synth(t, app)["S"].Resources {
			if r.Type != "AWS::IAM::Policy" {
				continue
			}
			for _, statement := range r.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any) {
				switch a := statement.(map[string]any)["Action"].(type) {
				case string:
					all[id[:6]] = append(all[id[:6]], a)
				case []any:
					for _, one := range a {
						all[id[:6]] = append(all[id[:6]], one.(string))
					}
				}
			}
		}
		for _, list := range all {
			slices.Sort(list)
		}
		return all
	}
	keyed := func(s awscdk.Stack) awssqs.QueueProps {
		return awssqs.QueueProps{EncryptionMasterKey: awskms.NewKey(s, jsii.String("K"), nil)}
	}
	grants := func(queue awssqs.IQueue, biller, cashier awsiam.Role) {
		queue.GrantConsumeMessages(biller)
		queue.GrantSendMessages(cashier)
	}
	plain := actions(func(s awscdk.Stack, biller, cashier awsiam.Role) {
		p := keyed(s)
		grants(awssqs.NewQueue(s, jsii.String("Q"), &p), biller, cashier)
	})
	ours := actions(func(s awscdk.Stack, biller, cashier awsiam.Role) {
		grants(fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: keyed(s)}), biller, cashier)
	})
	lost := map[string][]string{}
	for role, list := range plain {
		for _, a := range list {
			if !slices.Contains(ours[role], a) && !slices.Contains(ours[role], strings.TrimSuffix(a, "*")) {
				lost[role] = append(lost[role], a)
			}
		}
	}
	want := map[string][]string{
		"Biller": {"sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"},
		"Cashie": {"kms:Encrypt", "kms:ReEncrypt*", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"},
	}
	if diff := cmp.Diff(want, lost); diff != "" {
		t.Errorf("what is lost differs from what the page says (-page +code):\n%s", diff)
	}

	kept := actions(func(s awscdk.Stack, biller, cashier awsiam.Role) {
		keptCalls(awssqs.NewQueue(s, jsii.String("Q"), nil), biller, cashier)
	})
	all := actions(func(s awscdk.Stack, biller, cashier awsiam.Role) {
		grants(awssqs.NewQueue(s, jsii.String("Q"), nil), biller, cashier)
	})
	if diff := cmp.Diff(all, kept); diff != "" {
		t.Errorf("keptCalls differs from what the CDK grants (-CDK +ours):\n%s", diff)
	}
}

// TestMigratingDefaults: what is declined is not there.
func TestMigratingDefaults(t *testing.T) {
	app := newApp(t, nil)
	declinedDefaults(newStack(app, "S"))
	for id, r := range synth(t, app)["S"].Resources {
		if r.Type != "AWS::SNS::Topic" && r.Type != "AWS::SQS::Queue" || strings.Contains(id, "DeadLetterQueue") {
			t.Errorf("%s, a %s, is there", id, r.Type)
		}
	}
}
