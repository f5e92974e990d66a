// Fifo is a FIFO topic with a FIFO queue that keeps the order of each message group, and a standard queue for which the
// order does not matter.
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
	trades := fanout.NewTopic(stack, jsii.String("Trades"), &fanout.TopicProps{TopicProps: awssns.TopicProps{
		Fifo:                      jsii.Bool(true),
		ContentBasedDeduplication: jsii.Bool(true),
		FifoThroughputScope:       awssns.FifoThroughputScope_MESSAGE_GROUP,
	}})
	trades.GrantPublish(role(stack, "Exchange"))

	// What SNS cannot deliver waits for somebody who looks. Behind a FIFO topic such a queue is FIFO too.
	undelivered := fanout.NewQueue(stack, jsii.String("Undelivered"), &fanout.QueueProps{
		QueueProps:  awssqs.QueueProps{Fifo: jsii.Bool(true), RetentionPeriod: awscdk.Duration_Days(jsii.Number(14))},
		DeadLetter:  &fanout.DeadLetter{OffBecause: jsii.String("It is the dead-letter queue of a subscription.")},
		SuppressNag: jsii.Bool(true),
	})

	// The queue is FIFO because the topic is.
	ledger := trades.AddQueue(jsii.String("Ledger"), &fanout.QueueProps{
		QueueProps: awssqs.QueueProps{
			DeduplicationScope:  awssqs.DeduplicationScope_MESSAGE_GROUP,
			FifoThroughputLimit: awssqs.FifoThroughputLimit_PER_MESSAGE_GROUP_ID,
		},
		Subscription: &fanout.SubscriptionProps{DeadLetterQueue: undelivered},
	})
	ledger.GrantConsumeMessages(role(stack, "Bookkeeper"))

	statistics := trades.AddQueue(jsii.String("Statistics"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Fifo: jsii.Bool(false)}})
	statistics.GrantConsumeMessages(role(stack, "Statistician"))
	return stack
}

func role(stack awscdk.Stack, id string) awsiam.Role {
	return awsiam.NewRole(stack, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	})
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewStack(app, "FIFO")
	app.Synth(nil)
}
