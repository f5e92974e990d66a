// Fanout is a topic with three queues, each with a consumer of its own: a Lambda function, a service that polls, and one
// that receives only some of the messages. There is no KMS key: SSE-SQS encrypts the queues.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
	"github.com/hopgrant/hopgrant/constructs/guard"
)

// NewStack returns the example's stack.
func NewStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)

	orders := fanout.NewTopic(stack, jsii.String("Orders"), nil)
	orders.GrantPublish(role(stack, "Shop"))

	billing := orders.AddQueue(jsii.String("Billing"), nil)
	function(stack, "Biller").AddEventSource(awslambdaeventsources.NewSqsEventSource(billing, &awslambdaeventsources.SqsEventSourceProps{
		ReportBatchItemFailures: jsii.Bool(true),
	}))

	shipping := orders.AddQueue(jsii.String("Shipping"), nil)
	packer := role(stack, "Packer")
	shipping.GrantConsumeMessages(packer)
	shipping.GrantConsumeDeadLetters(packer)

	refunds := orders.AddQueue(jsii.String("Refunds"), &fanout.QueueProps{
		Subscription: &fanout.SubscriptionProps{
			RawMessageDelivery: jsii.Bool(true),
			FilterPolicy:       map[string]any{"event": []string{"returned", "cancelled"}},
		},
	})
	fanout.GrantConsume(refunds, role(stack, "Refunder"), &fanout.ConsumeProps{ExtendVisibility: jsii.Bool(true)})

	return stack
}

// role returns the role of a container.
func role(stack awscdk.Stack, id string) awsiam.Role {
	return awsiam.NewRole(stack, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	})
}

// function returns a Lambda function that accepts every message.
func function(stack awscdk.Stack, id string) awslambda.Function {
	logs := awslogs.NewLogGroup(stack, jsii.String(id+"Logs"), &awslogs.LogGroupProps{Retention: awslogs.RetentionDays_ONE_MONTH})
	role := awsiam.NewRole(stack, jsii.String(id+"Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	logs.GrantWrite(role)
	return awslambda.NewFunction(stack, jsii.String(id), &awslambda.FunctionProps{
		Runtime:  awslambda.Runtime_NODEJS_24_X(),
		Handler:  jsii.String("index.handler"),
		Code:     awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({ batchItemFailures: [] });")),
		Timeout:  awscdk.Duration_Seconds(jsii.Number(5)), // at most a sixth of the queue's visibility timeout
		Role:     role,
		LogGroup: logs,
	})
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewStack(app, "Fanout")
	guard.Synth(app) // like app.Synth, but ends the program if a message would be lost
}
