package guard

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3notifications"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

func encrypted(s awscdk.Stack) awssns.Topic {
	return awssns.NewTopic(s, jsii.String("Orders"), &awssns.TopicProps{MasterKey: awskms.NewKey(s, jsii.String("K"), nil)})
}

func bucket(s awscdk.Stack, topic awssns.ITopic) {
	awss3.NewBucket(s, jsii.String("Uploads"), nil).AddEventNotification(awss3.EventType_OBJECT_CREATED,
		awss3notifications.NewSnsDestination(topic))
}

// What plain CDK code grants too widely, or forgets because a feature flag is off, as in every unit test and in apps that
// were not made by cdk init.
func TestWhatTheCDKGrantsTooWidely(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		context      map[string]any
		build        func(awscdk.Stack)
		rule         string
		severity     string
	}{
		{"grantPublish to a service", "any bucket of the world may publish", nil, func(s awscdk.Stack) {
			encrypted(s).GrantPublish(awsiam.NewServicePrincipal(jsii.String("s3.amazonaws.com"), nil))
		}, "open-topic", "warning"},
		{"S3 and an encrypted topic without the flag", "the key policy does not admit S3 at all", nil, func(s awscdk.Stack) {
			bucket(s, encrypted(s))
		}, "key-policy-service", "error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &tt.context})
			stack := awscdk.NewStack(app, jsii.String("Stack"), &awscdk.StackProps{Env: us})
			tt.build(stack)
			r, err := Check(stack)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Rule == tt.rule && f.Severity == tt.severity }) {
				t.Errorf("no %s of rule %s, though %s; found:\n%v\n%v", tt.severity, tt.rule, tt.reason, r.Findings, r.Hops)
			}
		})
	}
}

// A queue's key without the flag is open to any topic, but the queue's policy is not: what the CDK's constructs make and what
// works is clean.
func TestQueueKeyWithoutTheFlag(t *testing.T) {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())})
	stack := awscdk.NewStack(app, jsii.String("Stack"), &awscdk.StackProps{Env: us})
	subscribe(stack, awssqs.NewQueue(stack, jsii.String("Q"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}), nil)
	r, err := Check(stack)
	if err != nil || len(r.Findings) > 0 || len(r.Hops) == 0 {
		t.Errorf("got %v with %d hops and %v, want hops and nothing found", r.Findings, len(r.Hops), err)
	}
}

// EventBridge and an encrypted topic is what the CDK gets right: a source condition in the key policy would break it.
func TestEventBridgeAndAnEncryptedTopicDeliver(t *testing.T) {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())})
	stack := awscdk.NewStack(app, jsii.String("Stack"), &awscdk.StackProps{Env: us})
	awsevents.NewRule(stack, jsii.String("Nightly"), &awsevents.RuleProps{
		Schedule: awsevents.Schedule_Rate(awscdk.Duration_Days(jsii.Number(1))),
		Targets:  &[]awsevents.IRuleTarget{awseventstargets.NewSnsTopic(encrypted(stack), nil)}})
	AssertDelivers(t, stack)
}

// With the flag on, S3 may publish to the encrypted topic.
func TestS3AndAnEncryptedTopicDeliverWithTheFlag(t *testing.T) {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{
		"@aws-cdk/s3-notifications:addS3TrustKeyPolicyForSnsSubscriptions": true}})
	stack := awscdk.NewStack(app, jsii.String("Stack"), &awscdk.StackProps{Env: us})
	bucket(stack, encrypted(stack))
	AssertDelivers(t, stack)
}

// A function is named by the path of its construct too, as the queue is.
func TestAFunctionIsNamedByItsPath(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), jsii.String("Stack"), &awscdk.StackProps{Env: us})
	queue := awssqs.NewQueue(stack, jsii.String("Q"), &awssqs.QueueProps{VisibilityTimeout: awscdk.Duration_Seconds(jsii.Number(30))})
	worker := awslambda.NewFunction(stack, jsii.String("Worker"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_22_X(), Handler: jsii.String("index.handler"), Timeout: awscdk.Duration_Seconds(jsii.Number(60)),
		Code: awslambda.Code_FromInline(jsii.String("exports.handler = async () => {}"))})
	worker.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
	r, err := Check(stack)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		if f.Rule == "visibility-timeout" && strings.Contains(f.Message, "queue Stack/Q has") && strings.Contains(f.Message, "function Stack/Worker a timeout") {
			return
		}
	}
	t.Errorf("no finding about queue Stack/Q and function Stack/Worker: %v", r.Findings)
}
