// Adopt puts a new topic in front of two existing queues, one of the app's own and one of another team, and reports the
// statements that the other team has to add to the policies of its queue and key.
//
// The plain CDK would subscribe the imported queue and say nothing, and every message to it would be lost, because this
// app can change neither the queue policy nor the key policy. Here both are reported, with the statements to add, and
// the program writes the statements to files beside the templates. Once the other team has added them, their ids go
// into acknowledged.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// acknowledged are the ids of statements that the owners of the queue and the key have added.
var acknowledged = []string{}

// NewStack returns the example's stack.
func NewStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-west-1")},
	})
	invoices := awssqs.NewQueue(stack, jsii.String("Invoices"), &awssqs.QueueProps{
		Encryption: awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL: jsii.Bool(true),
		DeadLetterQueue: &awssqs.DeadLetterQueue{
			MaxReceiveCount: jsii.Number(5),
			Queue: awssqs.NewQueue(stack, jsii.String("InvoicesDeadLetters"), &awssqs.QueueProps{
				Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: jsii.Bool(true),
			}),
		},
	})
	archive := awssqs.Queue_FromQueueAttributes(stack, jsii.String("Archive"), &awssqs.QueueAttributes{
		QueueArn: jsii.String("arn:aws:sqs:eu-west-1:111122223333:archive"),
		KeyArn:   jsii.String("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
	})

	// The topic needs a fixed name, so that the other team can put its ARN into policies.
	sales := fanout.NewTopic(stack, jsii.String("Sales"), &fanout.TopicProps{TopicProps: awssns.TopicProps{TopicName: jsii.String("sales")}})
	sales.GrantPublish(awsiam.NewRole(stack, jsii.String("Till"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	}))
	fanout.Subscribe(sales, invoices, nil)
	fanout.Subscribe(sales, archive, nil)
	fanout.Acknowledge(stack, acknowledged...)
	return stack
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewStack(app, "Adopt")
	files, err := fanout.WritePending(app, filepath.Join(*app.Outdir(), "pending"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, f := range files {
		fmt.Fprintln(os.Stderr, "to be added by its owner:", f)
	}
	app.Synth(nil)
}
