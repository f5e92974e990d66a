package guard

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/constructs/fanout"
)

func taskRole(s awscdk.Stack, id string) awsiam.Role {
	return awsiam.NewRole(s, jsii.String(id), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil)})
}

func TestTheLeastNumberOfHops(t *testing.T) {
	stack := delivering(newApp(t), "Good")
	AssertDelivers(t, stack, Expect{Hops: 2})
	got := errorsOf(stack, Expect{Hops: 3})
	for _, want := range []string{"got hops: 2, want at least 3", "deliver Good/Orders -> Good/Billing: ok", "receive Good/Billing -> Good/Biller: ok"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
	empty := awscdk.NewStack(newApp(t), jsii.String("Empty"), nil)
	taskRole(empty, "Idle")
	if got := errorsOf(empty); !strings.Contains(got, "it has no hops, want at least 1") {
		t.Errorf("got %q for a stack without a topic or queue, want a failure about hops", got)
	}
}

// Stacks of which the other side is imported have hops, which are not decided, and what the other side must have is said.
func TestOneSideOnly(t *testing.T) {
	const (
		topicARN = "arn:aws:sns:us-east-1:444455556666:orders"
		queueARN = "arn:aws:sqs:us-east-1:444455556666:billing"
	)
	for _, tt := range []struct {
		name  string
		build func(awscdk.Stack)
		role  string
		hop   string // of account 111122223333
		paste string // in what is found
	}{
		{"a publisher", func(s awscdk.Stack) {
			awssns.Topic_FromTopicArn(s, jsii.String("T"), jsii.String(topicARN)).GrantPublish(taskRole(s, "Seller"))
		}, "Stack/Seller", "publish Stack/Seller -> " + topicARN + ": unknown", `"Action":"sns:Publish"`},
		{"a producer", func(s awscdk.Stack) {
			awssqs.Queue_FromQueueArn(s, jsii.String("Q"), jsii.String(queueARN)).GrantSendMessages(taskRole(s, "Seller"))
		}, "Stack/Seller", "send Stack/Seller -> " + queueARN + ": unknown", `"Action":"sqs:SendMessage"`},
		{"a consumer", func(s awscdk.Stack) {
			awssqs.Queue_FromQueueArn(s, jsii.String("Q"), jsii.String(queueARN)).GrantConsumeMessages(taskRole(s, "Biller"))
		}, "Stack/Biller", "receive " + queueARN + " -> Stack/Biller: unknown", `"Action":["sqs:ReceiveMessage","sqs:DeleteMessage"]`},
		{"a publisher to a topic of another stack by its export", func(s awscdk.Stack) {
			awssns.Topic_FromTopicArn(s, jsii.String("T"), awscdk.Fn_ImportValue(jsii.String("orders"))).GrantPublish(taskRole(s, "Seller"))
		}, "Stack/Seller", "publish Stack/Seller -> ${111122223333/us-east-1/Fn::ImportValue(orders)}: unknown", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stack := recommended(t)
			tt.build(stack)
			AssertDelivers(t, stack, Expect{Accept: []string{tt.role}})
			r, err := Check(stack)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Hops) != 1 || !strings.HasPrefix(r.Hops[0].String(), tt.hop) {
				t.Errorf("hops %v, want %s", r.Hops, tt.hop)
			}
			said := ""
			for _, f := range r.Findings {
				said += f.String() + "\n" + f.Fix + "\n"
			}
			if !strings.Contains(said, tt.paste) || said == "" {
				t.Errorf("found %q, want %s to be pasted", said, tt.paste)
			}
		})
	}
}

// What guard says that a queue of others must have is, statement by statement, what fanout asks for: a policy of theirs cannot refer
// to the topic.
func TestTheStatementsForOthersAreThoseOfFanout(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	for _, env := range []*awscdk.Environment{us, nil} {
		app := newApp(t)
		stack := awscdk.NewStack(app, jsii.String("Shop"), &awscdk.StackProps{Env: env})
		theirs := awssqs.Queue_FromQueueArn(stack, jsii.String("Theirs"), jsii.String("arn:aws:sqs:us-east-1:444455556666:billing"))
		orders := fanout.NewTopic(stack, jsii.String("Orders"), nil)
		fanout.Subscribe(orders, theirs, nil)
		orders.AddQueue(jsii.String("Ours"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{
			EncryptionMasterKey: awskms.Key_FromKeyArn(stack, jsii.String("Key"), jsii.String(key))}})
		r, err := Check(stack)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, f := range r.Findings {
			said += f.Fix
		}
		if len(fanout.Pending(app)) != 2 {
			t.Fatalf("fanout asks for %v, want statements for the queue and the key", fanout.Pending(app))
		}
		for _, p := range fanout.Pending(app) {
			for op, keys := range p.Document.Statements[0].Condition {
				source := strings.ReplaceAll(keys["aws:SourceArn"][0], "${AWS::Partition}", "aws") // that of the queue
				if want := fmt.Sprintf(`{%q:{"aws:SourceArn":%q}}`, op, source); !strings.Contains(said, want) {
					t.Errorf("%s policy: fanout asks for %s, and guard says\n%s", p.On, want, said)
				}
			}
		}
		if strings.Contains(said, "${Orders") {
			t.Errorf("a policy of others is to refer to the topic:\n%s", said)
		}
	}
}

// Of a hop that is unknown, the failure says what the owner must have and how to accept it; an import is accepted by its path too.
func TestAnUnknownHopSaysWhatToDo(t *testing.T) {
	const arn = "arn:aws:sqs:us-east-1:444455556666:billing"
	stack := awscdk.NewStack(newApp(t), jsii.String("Shop"), &awscdk.StackProps{Env: us})
	theirs := awssqs.Queue_FromQueueArn(stack, jsii.String("Theirs"), jsii.String(arn))
	subscribe(stack, theirs, nil)
	got := errorsOf(stack)
	for _, want := range []string{": unknown", `add to the queue policy of ` + arn + `: {"Sid"`, `guard.Expect{Accept: []string{"` + arn + `"}}`} {
		if strings.Count(got, want) != 1 {
			t.Errorf("got %q, want %q in it once", got, want)
		}
	}
	for _, name := range []string{arn, "Shop/Theirs"} {
		AssertDelivers(t, stack, Expect{Accept: []string{name}})
	}
	got = errorsOf(stack, Expect{Accept: []string{"Shop/Thiers"}})
	for _, want := range []string{`accepted "Shop/Thiers": no unknown hop begins or ends there`, "want " + arn} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
}

// Where the stack's account is not known, the topic may be of another one.
func TestOneSideOnlyOfAnUnknownAccount(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), jsii.String("Stack"), nil)
	awssns.Topic_FromTopicArn(stack, jsii.String("T"), jsii.String("arn:aws:sns:us-east-1:444455556666:orders")).GrantPublish(taskRole(stack, "Seller"))
	r, err := Check(stack)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		if f.Rule == "unseen-policy" {
			for _, want := range []string{"unless both are of one account", "role/<the name of Seller", "iam::<the account of this file>:", `"Action":"sns:Publish"`} {
				if text := f.Message + f.Fix; !strings.Contains(text, want) {
					t.Errorf("got %q, want %q in it", text, want)
				}
			}
			return
		}
	}
	t.Errorf("nothing says what the topic's policy must have: %v", r.Findings)
}
