package guard

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/constructs/fanout"
)

func TestMain(m *testing.M) {
	status := m.Run()
	jsii.Close()
	os.Exit(status)
}

// newApp returns an app that writes into the test's own folder.
func newApp(t *testing.T, plugins ...awscdk.IPolicyValidationPlugin) awscdk.App {
	t.Helper()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())})
	awscdk.Validations_Of(app).AddPlugins(plugins...)
	return app
}

// delivering is a stack of plain CDK code in which everything works: SSE-SQS needs no grants.
func delivering(app awscdk.App, id string) awscdk.Stack {
	stack := awscdk.NewStack(app, jsii.String(id), nil)
	topic := awssns.NewTopic(stack, jsii.String("Orders"), nil)
	queue := awssqs.NewQueue(stack, jsii.String("Billing"), nil)
	topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(queue, nil))
	role := awsiam.NewRole(stack, jsii.String("Biller"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil)})
	queue.GrantConsumeMessages(role)
	return stack
}

// losing is a stack that the CDK synthesizes without a warning and that loses every message: the AWS managed key comes in
// by an alias, which the CDK does not look at.
func losing(app awscdk.App, id string) awscdk.Stack {
	stack := awscdk.NewStack(app, jsii.String(id), nil)
	topic := awssns.NewTopic(stack, jsii.String("Orders"), nil)
	queue := awssqs.NewQueue(stack, jsii.String("Billing"), &awssqs.QueueProps{
		EncryptionMasterKey: awskms.Alias_FromAliasName(stack, jsii.String("Key"), jsii.String("alias/aws/sqs")),
	})
	topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(queue, nil))
	return stack
}

// recorder is a TB that keeps what it is told.
type recorder struct{ errors []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func TestAStackThatDelivers(t *testing.T) {
	stack := delivering(newApp(t), "Good")
	AssertDelivers(t, stack)
	r, err := Check(stack)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, h := range r.Hops {
		kinds[h.Kind]++
		if h.Verdict != "ok" {
			t.Errorf("hop %s", h)
		}
	}
	for _, f := range r.Findings {
		t.Errorf("a stack of the CDK's own constructs works, and has a finding: %s", f)
	}
	if kinds["deliver"] != 1 || kinds["receive"] != 1 {
		t.Errorf("got hops %v, want one delivery and one receive", kinds)
	}
}

func TestAStackThatLosesMessages(t *testing.T) {
	stack := losing(newApp(t), "Bad")
	var failed recorder
	AssertDelivers(&failed, stack)
	all := strings.Join(failed.errors, "\n")
	for _, want := range []string{"deliver Bad/Orders -> Bad/Billing: broken", "sns.amazonaws.com", "aws-managed-key"} {
		if !strings.Contains(all, want) {
			t.Errorf("the failure does not say %q:\n%s", want, all)
		}
	}
}

func TestAStackWithoutHopsProvesNothing(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), jsii.String("Empty"), nil)
	awssqs.NewQueue(stack, jsii.String("Lonely"), nil)
	var failed recorder
	AssertDelivers(&failed, stack)
	if len(failed.errors) != 1 || !strings.Contains(failed.errors[0], "has no hops") {
		t.Errorf("got %q, want one failure about hops", failed.errors)
	}
}

func TestAnImportedQueueIsUnknownUnlessAccepted(t *testing.T) {
	const arn = "arn:aws:sqs:us-east-1:111122223333:elsewhere"
	stack := awscdk.NewStack(newApp(t), jsii.String("Imports"), &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("us-east-1")}})
	topic := awssns.NewTopic(stack, jsii.String("Orders"), nil)
	topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(awssqs.Queue_FromQueueArn(stack, jsii.String("Queue"), jsii.String(arn)), nil))
	var failed recorder
	AssertDelivers(&failed, stack)
	if all := strings.Join(failed.errors, "\n"); !strings.Contains(all, "unknown") || !strings.Contains(all, arn) {
		t.Errorf("got %q, want a failure about the unknown queue", all)
	}
	AssertDelivers(t, stack, Expect{Accept: []string{arn}})
	var needless recorder
	AssertDelivers(&needless, delivering(newApp(t), "Good"), Expect{Accept: []string{"Nobody"}})
	if len(needless.errors) != 1 || !strings.Contains(needless.errors[0], `accepted "Nobody"`) {
		t.Errorf("got %q, want a failure about what need not be accepted", needless.errors)
	}
}

func TestCheckIsAboutTheStackOnly(t *testing.T) {
	app := newApp(t)
	good := delivering(app, "Good")
	losing(app, "Bad")
	AssertDelivers(t, good)
}

func TestAStackIsCheckedAgainAfterAChange(t *testing.T) {
	app := newApp(t)
	stack := delivering(app, "Stack")
	AssertDelivers(t, stack)
	queue := stack.Node().FindChild(jsii.String("Billing")).(awssqs.Queue)
	queue.Node().DefaultChild().(awssqs.CfnQueue).SetKmsMasterKeyId(jsii.String("alias/aws/sqs"))
	var failed recorder
	AssertDelivers(&failed, stack)
	if len(failed.errors) == 0 {
		t.Error("the queue has got an AWS managed key, and nothing failed")
	}
}

func TestSynthEndsTheProcessOnErrorsOnly(t *testing.T) {
	for _, tt := range []struct {
		name    string
		build   func(awscdk.App, string) awscdk.Stack
		plugins []awscdk.IPolicyValidationPlugin
		want    int
		says    string
	}{
		{"delivering", delivering, nil, 0, ""},
		{"losing", losing, nil, 1, "aws-managed-key"},
		{"delivering, with the plugin", delivering, []awscdk.IPolicyValidationPlugin{Plugin()}, 0, ""},
		{"losing, with the plugin", losing, []awscdk.IPolicyValidationPlugin{Plugin()}, 1, "aws-managed-key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t, tt.plugins...)
			tt.build(app, "Stack")
			var stderr bytes.Buffer
			if _, got := synth(app, &stderr, false); got != tt.want {
				t.Errorf("status %d, want %d\n%s", got, tt.want, &stderr)
			}
			if !strings.Contains(stderr.String(), tt.says) {
				t.Errorf("stderr does not say %q:\n%s", tt.says, &stderr)
			}
		})
	}
	var stderr bytes.Buffer
	if got := inspect(t.TempDir(), &stderr); got != 3 || !strings.HasPrefix(stderr.String(), "hopgrant: error: ") {
		t.Errorf("status %d for a folder without an assembly, want 3\n%s", got, &stderr)
	}
}

// Without the CDK's command line, nobody else prints what constructs say is wrong.
func TestSynthPrintsAnnotations(t *testing.T) {
	for _, cli := range []bool{false, true} {
		app := newApp(t)
		stack := delivering(app, "Stack")
		awscdk.NewStack(app, jsii.String("Empty"), nil)
		awscdk.Annotations_Of(stack.Node().FindChild(jsii.String("Billing"))).AddError(jsii.String("add to the key's policy:\n  {\"Effect\": \"Allow\"}"))
		stage := awscdk.NewStage(app, jsii.String("Prod"), nil)
		awscdk.Annotations_Of(delivering(stage, "Shop")).AddError(jsii.String("ask the owner"))
		awscdk.Annotations_Of(stack).AddWarning(jsii.String("only a warning"))
		awscdk.Annotations_Of(stack).AddInfo(jsii.String("by the way"))
		var stderr bytes.Buffer
		_, status := synth(app, &stderr, cli)
		want, wantStatus := "hopgrant: warning: Stack: only a warning\nhopgrant: error: Stack/Billing: add to the key's policy:\n  {\"Effect\": \"Allow\"}\nhopgrant: error: Prod/Shop: ask the owner\n", 1
		if cli {
			want, wantStatus = "", 0
		}
		if stderr.String() != want || status != wantStatus {
			t.Errorf("with the command line %t: status %d, want %d; printed\n%swant\n%s", cli, status, wantStatus, &stderr, want)
		}
	}
}

// A warning alone is printed, as that of a subscription which somebody has to confirm, and ends nothing.
func TestSynthPrintsWarningsOfFanout(t *testing.T) {
	app := newApp(t)
	stack := awscdk.NewStack(app, jsii.String("Stack"), &awscdk.StackProps{Env: us})
	theirs := awssqs.Queue_FromQueueArn(stack, jsii.String("Theirs"), jsii.String("arn:aws:sqs:us-east-1:444455556666:billing"))
	fanout.Subscribe(fanout.NewTopic(stack, jsii.String("Orders"), nil), theirs, nil)
	fanout.Acknowledge(app, fanout.Pending(app)[0].ID, "0123456789ab")
	var stderr bytes.Buffer
	if _, status := synth(app, &stderr, false); status != 0 {
		t.Errorf("status %d, want 0: what is pending is acknowledged\n%s", status, &stderr)
	}
	for _, id := range []string{"confirmation", "unknownEncryption", "acknowledged"} {
		if want := "@hopgrant/fanout:" + id; strings.Count(stderr.String(), want) != 1 {
			t.Errorf("printed %d times %s, want it once:\n%s", strings.Count(stderr.String(), want), want, &stderr)
		}
	}
}

// A plugin of somebody else that fails is not taken for our errors, nor for none: with the CDK's newer versions the panic of
// app.Synth goes on.
func TestSynthPassesOnOtherFailures(t *testing.T) {
	app := newApp(t, &refusing{})
	delivering(app, "Stack")
	plain := failureOf(func() { app.Synth(nil) })
	again := newApp(t, &refusing{})
	delivering(again, "Stack")
	got := failureOf(func() {
		if _, status := synth(again, io.Discard, false); status != 0 {
			t.Errorf("status %d, want 0: every message arrives", status)
		}
	})
	if (got == nil) != (plain == nil) {
		t.Errorf("synth panics with %v, app.Synth with %v", got, plain)
	}
	broken := newApp(t)
	awscdk.NewStack(broken, jsii.String("Stack"), nil).Node().AddValidation(&invalid{})
	if failureOf(func() { synth(broken, io.Discard, false) }) == nil {
		t.Error("an app that cannot be synthesized has passed")
	}
}

// failureOf returns what f panics with.
func failureOf(f func()) (failure any) {
	defer func() { failure = recover() }()
	f()
	return nil
}

// invalid is a validation of a construct that fails.
type invalid struct{ _ byte }

func (*invalid) Validate() *[]*string { return jsii.Strings("not as it should be") }

// refusing is a plugin that fails whatever it is given.
type refusing struct{ plugin }

func (r *refusing) Name() *string { return jsii.String("refusing") }

func (r *refusing) Validate(awscdk.IPolicyValidationContext) *awscdk.PolicyValidationPluginReport {
	return &awscdk.PolicyValidationPluginReport{Success: jsii.Bool(false), Violations: &[]*awscdk.PolicyViolation{{
		RuleName: jsii.String("refused"), Description: jsii.String("it is refused"), ViolatingResources: &[]*awscdk.PolicyViolatingResource{}}}}
}

// A plugin that fails does not keep a unit test from reporting.
func TestAssertDeliversInAnAppWithThePlugin(t *testing.T) {
	var failed recorder
	AssertDelivers(&failed, losing(newApp(t, Plugin()), "Bad"))
	if len(failed.errors) == 0 {
		t.Error("a stack that loses messages has passed")
	}
}

func TestThePluginFailsTheSynthesis(t *testing.T) {
	recorded := &spy{}
	good := newApp(t, recorded)
	delivering(good, "Good")
	good.Synth(nil)
	if recorded.report == nil || !*recorded.report.Success {
		t.Errorf("got %+v, want success", recorded.report)
	}

	recorded = &spy{}
	bad := newApp(t, recorded)
	losing(bad, "Bad")
	func() {
		// The newer versions of the CDK panic when validation fails, the older ones do not.
		defer func() {
			if failure := recover(); failure != nil && !strings.HasPrefix(fmt.Sprint(failure), "ValidationFailed") {
				t.Errorf("panic: %v", failure)
			}
		}()
		bad.Synth(nil)
	}()
	if recorded.report == nil || *recorded.report.Success {
		t.Fatalf("got %+v, want a failure", recorded.report)
	}
	i := slices.IndexFunc(*recorded.report.Violations, func(v *awscdk.PolicyViolation) bool { return strings.HasPrefix(*v.RuleName, "aws-managed-key") })
	if i < 0 {
		t.Fatalf("no violation about the AWS managed key among %d", len(*recorded.report.Violations))
	}
	v := (*recorded.report.Violations)[i]
	if *v.Severity != "error" || len(*v.ViolatingResources) != 1 || !strings.HasPrefix(*(*v.ViolatingResources)[0].ResourceLogicalId, "Billing") {
		t.Errorf("got %+v, want one error that names the queue", v)
	}
	if !strings.HasPrefix(*v.Fix, "drop the key") || !strings.Contains(*v.Fix, `"kms:GenerateDataKey"`) {
		t.Errorf("got %q, want what to do, and the statements if the key is to stay", *v.Fix)
	}
	for _, r := range *v.ViolatingResources {
		if _, err := os.Stat(*r.TemplatePath); err != nil {
			t.Errorf("template of %s: %v", *r.ResourceLogicalId, err)
		}
	}
}

// spy is a plugin that keeps its report.
type spy struct {
	plugin plugin
	report *awscdk.PolicyValidationPluginReport
}

func (s *spy) Name() *string       { return s.plugin.Name() }
func (s *spy) Version() *string    { return s.plugin.Version() }
func (s *spy) RuleIds() *[]*string { return s.plugin.RuleIds() }

func (s *spy) Validate(context awscdk.IPolicyValidationContext) *awscdk.PolicyValidationPluginReport {
	s.report = s.plugin.Validate(context)
	return s.report
}
