package fanout_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// TestUnknownService: a service that is not in the table is most likely a misspelled one.
func TestUnknownService(t *testing.T) {
	topic := fanout.NewTopic(newStack(newApp(t, nil), "S"), jsii.String("T"), nil)
	for _, f := range []func(){
		func() { topic.AllowPublishFrom("event.amazonaws.com", nil) },
		func() { topic.GrantPublish(awsiam.NewServicePrincipal(jsii.String("event.amazonaws.com"), nil)) },
	} {
		if err := misused(t, f); !strings.Contains(err.Error(), `service "event.amazonaws.com"`) || !strings.Contains(err.Error(), `"events.amazonaws.com"`) {
			t.Errorf("got %v", err)
		}
	}
}

// TestOrganization: the callers of an organization are told by a key that IAM callers pass and services do not.
func TestOrganization(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	topic := fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{Encryption: fanout.CustomerManagedKey})
	topic.GrantPublish(awsiam.NewOrganizationPrincipal(jsii.String("o-abcdef1234")))
	tt := synth(t, app)["S"]
	const organization = `"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdef1234"}},"Effect":"Allow","Principal":`
	if diff := cmp.Diff([]string{`{"Action":"sns:Publish",` + organization + `"*","Resource":"${T}","Sid":"1"}`}, tt.one("AWS::SNS::TopicPolicy", "T").allowed()); diff != "" {
		t.Errorf("topic policy (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{`{"Action":["kms:GenerateDataKey*","kms:Decrypt"],` + organization + `"*","Resource":"*"}`}, keyStatements(tt, "T")); diff != "" {
		t.Errorf("key policy (-want +got):\n%s", diff)
	}
}

// TestServiceLinkedRole: nobody can extend the policies of a service-linked role, so those of the queue and its key admit it.
func TestServiceLinkedRole(t *testing.T) {
	const arn = "arn:aws:iam::" + account + ":role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
	app := newApp(t, nil)
	s := inEnv(app, "S", account, "eu-west-1")
	q := fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}})
	q.GrantSendMessages(awsiam.Role_FromRoleArn(s, jsii.String("R"), jsii.String(arn), nil))
	if got := fanout.Pending(app); len(got) > 0 {
		t.Errorf("pending: %v", got)
	}
	tt := synth(t, app)["S"]
	contains(t, tt.one("AWS::SQS::QueuePolicy", "QPolicy").allowed(), "sqs:SendMessage", arn)
	contains(t, keyStatements(tt, "Q"), "kms:GenerateDataKey", "kms:Decrypt", arn)
	if got := tt.of("AWS::IAM::Policy", ""); len(got) > 0 {
		t.Errorf("identity policies %v", got)
	}
}

// TestDeadLetterQueueIsAsTheQueue: what is said of a queue is said of its dead-letter queue, if nothing else is.
func TestDeadLetterQueueIsAsTheQueue(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN, Encryption: awssqs.QueueEncryption_UNENCRYPTED}})
	dead := synth(t, app)["S"].one("AWS::SQS::Queue", "QDeadLetterQueue")
	if dead.DeletionPolicy != "Retain" || dead.UpdateReplacePolicy != "Retain" {
		t.Error("the dead-letter queue is not kept")
	}
	if dead.Properties["SqsManagedSseEnabled"] != false {
		t.Errorf("the dead-letter queue's encryption is %v", dead.Properties["SqsManagedSseEnabled"])
	}
}

// TestAliasOfSeveralDeployments: an app that is deployed twice to one account has one key in each.
func TestAliasOfSeveralDeployments(t *testing.T) {
	app := newApp(t, nil)
	aliases := map[any]bool{}
	for _, id := range []string{"Beta", "Production"} {
		s := awscdk.NewStack(awscdk.NewStage(app, jsii.String(id), nil), jsii.String("S"), &awscdk.StackProps{StackName: jsii.String("shop-" + id)})
		fanout.NewKey(s, jsii.String("Key"), nil)
		for _, tt := range read(t, *app.Synth(&awscdk.StageSynthesisOptions{Force: jsii.Bool(true)}).GetNestedAssembly(jsii.String("assembly-" + id)).Directory()) {
			aliases[tt.one("AWS::KMS::Alias", "Key").Properties["AliasName"]] = true
		}
	}
	if len(aliases) != 2 || !aliases["alias/shop-Beta/Key"] {
		t.Errorf("aliases %v", aliases)
	}
}

// TestUnknownAcknowledgement: an id that no pending document has is most likely out of date.
func TestUnknownAcknowledgement(t *testing.T) {
	app := newApp(t, nil)
	s := inEnv(app, "S", account, "eu-west-1")
	fanout.NewQueue(s, jsii.String("Q"), nil)
	fanout.Acknowledge(s, "0123456789ab")
	if got := strings.Join(messages(t, app, "warning"), "\n"); !strings.Contains(got, `acknowledged id "0123456789ab": no pending document has it`) {
		t.Errorf("warnings: %s", got)
	}
}

// TestMessagesHaveNoTokens: what a user reads names resources as a template does.
func TestMessagesHaveNoTokens(t *testing.T) {
	s := newStack(newApp(t, nil), "S")
	topic := fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: awskms.NewKey(s, jsii.String("K"), nil), Fifo: jsii.Bool(true)}})
	dead := awssqs.NewQueue(s, jsii.String("D"), nil)
	err := misused(t, func() {
		topic.AddQueue(jsii.String("Q"), &fanout.QueueProps{Subscription: &fanout.SubscriptionProps{DeadLetterQueue: dead}})
	})
	if got := err.Error(); strings.Contains(got, "Token") || strings.Contains(got, "${=") || !strings.Contains(got, `"${D`) {
		t.Errorf("got %s", got)
	}
}

// TestOtherAccountInAnUnknownOne: a queue of a known account and a caller of an unknown one may be in two.
func TestOtherAccountInAnUnknownOne(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	fanout.GrantSend(awssqs.Queue_FromQueueArn(s, jsii.String("I"), jsii.String(aQueue)), role(s, "R"), nil)
	if got := strings.Join(messages(t, app, "warning"), "\n"); !strings.Contains(got, "[ack: @hopgrant/fanout:unknownAccount]") || !strings.Contains(got, account) {
		t.Errorf("warnings: %s", got)
	}
}
