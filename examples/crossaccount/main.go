// Crossaccount is a topic in one account and a queue in another, each in a stack of its own.
//
// The queue's account makes the subscription, so it needs no confirmation; the topic's policy lets that account
// subscribe. The topic's stack is deployed first, and nothing in it refers to the queue's stack.
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

// NewStacks returns the example's stacks: the topic's and the queue's.
func NewStacks(scope constructs.Construct) (shop, warehouse awscdk.Stack) {
	shop = stack(scope, "Shop", "111122223333")
	warehouse = stack(scope, "Warehouse", "444455556666")

	// A topic that another account refers to needs a fixed name.
	orders := fanout.NewTopic(shop, jsii.String("Orders"), &fanout.TopicProps{
		TopicProps:  awssns.TopicProps{TopicName: jsii.String("orders"), MasterKey: fanout.NewKey(shop, jsii.String("Key"), nil)},
		SuppressNag: jsii.Bool(true), // the wildcard in kms:GenerateDataKey*, which publishers need
	})
	orders.GrantPublish(role(shop, "Checkout"))

	packing := fanout.NewQueue(warehouse, jsii.String("Packing"), &fanout.QueueProps{
		QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS},
	})
	fanout.Subscribe(orders, packing, nil)
	packing.GrantConsumeMessages(role(warehouse, "Packer"))
	return shop, warehouse
}

func stack(scope constructs.Construct, id, account string) awscdk.Stack {
	return awscdk.NewStack(scope, jsii.String(id), &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String(account), Region: jsii.String("eu-west-1")},
	})
}

func role(stack awscdk.Stack, id string) awsiam.Role {
	return awsiam.NewRole(stack, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	})
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewStacks(app)
	app.Synth(nil)
}
