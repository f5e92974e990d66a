// Guard checks an app that uses the CDK's own constructs: at synthesis, with a validation plugin and with guard.Synth, which
// ends the program with a non-zero status if a message would be lost, and in the stack's unit test.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/constructs/guard"
)

// NewStack returns the example's stack.
func NewStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)

	orders := awssns.NewTopic(stack, jsii.String("Orders"), &awssns.TopicProps{EnforceSSL: jsii.Bool(true)})
	dead := awssqs.NewQueue(stack, jsii.String("Dead"), &awssqs.QueueProps{
		EnforceSSL:      jsii.Bool(true),
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)),
	})
	billing := awssqs.NewQueue(stack, jsii.String("Billing"), &awssqs.QueueProps{
		EnforceSSL:      jsii.Bool(true),
		DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: dead, MaxReceiveCount: jsii.Number(3)},
	})
	orders.AddSubscription(awssnssubscriptions.NewSqsSubscription(billing, nil))

	biller := awsiam.NewRole(stack, jsii.String("Biller"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	})
	billing.GrantConsumeMessages(biller)
	return stack
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	awscdk.Validations_Of(app).AddPlugins(guard.Plugin())
	NewStack(app, "Guard")
	guard.Synth(app)
}
