package guard

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// delivery makes a topic and a queue that it delivers to; by is the alias of the queue's key, "" for none.
func delivery(scope constructs.Construct, by string) {
	props := &awssqs.QueueProps{}
	if by != "" {
		props.EncryptionMasterKey = awskms.Alias_FromAliasName(scope, jsii.String("Key"), jsii.String(by))
	}
	awssns.NewTopic(scope, jsii.String("Orders"), nil).AddSubscription(
		awssnssubscriptions.NewSqsSubscription(awssqs.NewQueue(scope, jsii.String("Billing"), props), nil))
}

// errorsOf returns what AssertDelivers says of a stack.
func errorsOf(stack awscdk.Stack, expect ...Expect) string {
	var failed recorder
	AssertDelivers(&failed, stack, expect...)
	return strings.Join(failed.errors, "\n")
}

// In a unit test the CDK writes no aws:asset:path, which only its command line asks for. What is broken is two levels down.
func TestNestedStacks(t *testing.T) {
	app := newApp(t)
	shop := awscdk.NewStack(app, jsii.String("Shop"), nil)
	delivery(shop, "")
	inner := awscdk.NewNestedStack(shop, jsii.String("Inner"), nil)
	delivery(inner, "")
	deep := awscdk.NewNestedStack(inner, jsii.String("Deep"), nil)
	delivery(deep, "alias/aws/sqs")
	beside := awscdk.NewNestedStack(shop, jsii.String("Beside"), nil)
	delivery(beside, "")
	other := awscdk.NewStack(app, jsii.String("Other"), nil)
	delivery(other, "")

	const broken = "hop deliver Shop/Inner/Deep/Orders -> Shop/Inner/Deep/Billing: broken"
	for _, tt := range []struct {
		reason string
		stack  awscdk.Stack
		hops   int
		fails  bool
	}{
		{"the outermost stack has those of all nested ones", shop, 4, true},
		{"a nested stack is a stack with those nested in it", inner, 2, true},
		{"the innermost one alone", deep, 1, true},
		{"what is beside it is none of it", beside, 1, false},
		{"nor is another stack of the app", other, 1, false},
	} {
		r, err := Check(tt.stack)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Hops) != tt.hops {
			t.Errorf("%s: %d hops, want %d: %v", tt.reason, len(r.Hops), tt.hops, r.Hops)
		}
		if got := errorsOf(tt.stack); strings.Contains(got, broken) != tt.fails || !tt.fails && got != "" {
			t.Errorf("%s: got %q, want a failure %t", tt.reason, got, tt.fails)
		}
	}
}

// A stack of a stage of a stage has the environment of its own stage.
func TestStagesInStages(t *testing.T) {
	app := newApp(t)
	env := func(account string) *awscdk.Environment {
		return &awscdk.Environment{Account: jsii.String(account), Region: jsii.String("eu-west-1")}
	}
	prod := awscdk.NewStage(app, jsii.String("Prod"), &awscdk.StageProps{Env: env("111122223333")})
	blue := awscdk.NewStage(prod, jsii.String("Blue"), nil)
	shop := awscdk.NewStack(blue, jsii.String("Shop"), nil)
	delivery(shop, "")
	test := awscdk.NewStage(app, jsii.String("Test"), &awscdk.StageProps{Env: env("444455556666")})
	tried := awscdk.NewStack(test, jsii.String("Shop"), nil)
	delivery(tried, "alias/aws/sqs")
	AssertDelivers(t, shop)
	if got := errorsOf(tried); !strings.Contains(got, "hop deliver Test/Shop/Orders -> Test/Shop/Billing: broken") || strings.Contains(got, "Prod") {
		t.Errorf("got %q, want the failure of the stack of this stage", got)
	}
}

// Three stacks of one app have a queue of the same name, which each policy means in its own account and Region.
func TestEachStackHasItsEnvironment(t *testing.T) {
	app := newApp(t)
	stack := func(id string, env *awscdk.Environment) awscdk.Stack {
		s := awscdk.NewStack(app, jsii.String(id), &awscdk.StackProps{Env: env})
		topic := awssns.NewTopic(s, jsii.String("Orders"), &awssns.TopicProps{TopicName: jsii.String("orders")})
		queue := awssqs.NewQueue(s, jsii.String("Billing"), &awssqs.QueueProps{QueueName: jsii.String("billing")})
		topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(queue, nil))
		return s
	}
	one := stack("One", us)
	two := stack("Two", &awscdk.Environment{Account: jsii.String("444455556666"), Region: jsii.String("eu-west-1")})
	free := stack("Free", nil)
	for _, s := range []awscdk.Stack{one, two, free} {
		AssertDelivers(t, s, Expect{Hops: 1})
		r, err := Check(s)
		if err != nil || len(r.Hops) != 1 || r.Hops[0].ToPath != *s.Node().Path()+"/Billing" {
			t.Errorf("%s: got hops %v and error %v, want its own delivery", *s.Node().Path(), r.Hops, err)
		}
	}
	// A consumer of the one stack's queue in the other's account: the queue policy does not admit it.
	role := func(s awscdk.Stack) {
		queue := awssqs.Queue_FromQueueArn(s, jsii.String("Theirs"), jsii.String("arn:aws:sqs:us-east-1:111122223333:billing"))
		queue.GrantConsumeMessages(taskRole(s, "Reader"))
	}
	role(two)
	if got := errorsOf(two); !strings.Contains(got, "hop receive One/Billing -> Two/Reader: broken") {
		t.Errorf("got %q, want a consumer of another account that no policy admits", got)
	}
	role(one)
	if got := errorsOf(one); !strings.Contains(got, "One/Billing -> Two/Reader: broken") || strings.Contains(got, "One/Reader") {
		t.Errorf("got %q, want the other account's consumer broken, and its own not", got)
	}
}

// A nested stack that cannot be read fails, whether its template is lost or is elsewhere.
func TestANestedStackThatCannotBeRead(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), jsii.String("Shop"), nil)
	delivery(stack, "")
	awscdk.NewCfnStack(stack, jsii.String("Theirs"), &awscdk.CfnStackProps{TemplateUrl: jsii.String("https://s3.amazonaws.com/elsewhere/t.json")})
	if got := errorsOf(stack); !strings.Contains(got, "nested stack of Shop/Theirs is not known") {
		t.Errorf("got %q, want a failure about the nested stack", got)
	}
	for _, name := range []string{"Shop/Theirs", "Theirs"} {
		AssertDelivers(t, stack, Expect{Accept: []string{name}})
	}

	app := newApp(t)
	shop := awscdk.NewStack(app, jsii.String("Shop"), nil)
	delivery(shop, "alias/aws/sqs")
	inner := awscdk.NewNestedStack(shop, jsii.String("Inner"), nil)
	delivery(inner, "")
	dir := *app.Synth(nil).Directory()
	if err := os.Remove(filepath.Join(dir, *inner.TemplateFile())); err != nil {
		t.Fatal(err)
	}
	a, err := read(dir)
	if err == nil || !strings.Contains(err.Error(), *inner.TemplateFile()) {
		t.Errorf("error %v, want the template named", err)
	}
	if r := a.of("Shop", ""); len(r.Hops) != 1 || r.Hops[0].Verdict != "broken" {
		t.Errorf("got hops %v, want what could be read", r.Hops)
	}
	var stderr bytes.Buffer
	if status := inspect(dir, &stderr); status != 3 || !strings.Contains(stderr.String(), "aws-managed-key") || !strings.Contains(stderr.String(), "hopgrant: error: ") {
		t.Errorf("status %d, want 3 after the findings:\n%s", status, &stderr)
	}
}

// Where the CDK is told to keep construct paths and logical ids to itself, nested stacks are found all the same.
func TestWithoutConstructPaths(t *testing.T) {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{
		"aws:cdk:disable-logicalId-metadata": true}})
	shop := awscdk.NewStack(app, jsii.String("Shop"), nil)
	inner := awscdk.NewNestedStack(shop, jsii.String("Inner"), nil)
	delivery(inner, "")
	for _, stack := range []awscdk.Stack{shop, inner} {
		AssertDelivers(t, stack)
		if r, err := Check(stack); err != nil || len(r.Hops) != 1 || r.Hops[0].FromPath != "" || !strings.HasPrefix(r.Hops[0].From, "Orders") {
			t.Errorf("got %v and error %v, want one hop without paths", r.Hops, err)
		}
	}
}
