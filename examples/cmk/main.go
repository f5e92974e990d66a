// Cmk is a topic and its queues under one customer managed key.
//
// The key's policy admits SNS for deliveries from exactly this topic, but does not refer to the topic: the topic refers
// to the key, so a reference back would be a dependency cycle. Consumers get kms:Decrypt in their own identity
// policies.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// NewStack returns the example's stack.
func NewStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	key := fanout.NewKey(stack, jsii.String("Key"), nil)

	patients := fanout.NewTopic(stack, jsii.String("Patients"), &fanout.TopicProps{
		TopicProps:  awssns.TopicProps{MasterKey: key},
		SuppressNag: jsii.Bool(true), // the wildcard in kms:GenerateDataKey*, which publishers need
	})
	patients.GrantPublish(role(stack, "Admission"))

	// What SNS cannot deliver is kept too, and under the same key.
	undelivered := fanout.NewQueue(stack, jsii.String("Undelivered"), &fanout.QueueProps{
		QueueProps:  awssqs.QueueProps{EncryptionMasterKey: key, RetentionPeriod: awscdk.Duration_Days(jsii.Number(14))},
		DeadLetter:  &fanout.DeadLetter{OffBecause: jsii.String("It is the dead-letter queue of a subscription.")},
		SuppressNag: jsii.Bool(true),
	})
	encrypted := awssqs.QueueProps{EncryptionMasterKey: key}
	ward := patients.AddQueue(jsii.String("Ward"), &fanout.QueueProps{
		QueueProps:   encrypted,
		Subscription: &fanout.SubscriptionProps{DeadLetterQueue: undelivered},
	})
	ward.GrantConsumeMessages(role(stack, "WardService"))

	lab := patients.AddQueue(jsii.String("Lab"), &fanout.QueueProps{QueueProps: encrypted})
	lab.GrantConsumeMessages(role(stack, "LabService"))

	// One role reads the dead letters, and another moves them back.
	lab.GrantConsumeDeadLetters(role(stack, "Investigator"))
	lab.GrantRedrive(role(stack, "Operator"))

	return stack
}

// role returns the role of a container.
func role(stack awscdk.Stack, id string) awsiam.Role {
	return awsiam.NewRole(stack, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	})
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewStack(app, "CMK")
	app.Synth(nil)
}
