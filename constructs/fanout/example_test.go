package fanout_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// A topic and a queue with everything around it, and nobody who may do more than he must.
func Example() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	consumer := awsiam.NewRole(stack, jsii.String("Biller"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	})

	orders := fanout.NewTopic(stack, jsii.String("Orders"), nil)
	billing := orders.AddQueue(jsii.String("Billing"), nil)
	billing.GrantConsumeMessages(consumer)

	printAllowed(stack, "AWS::SQS::QueuePolicy", "AWS::IAM::Policy")
	// Output:
	// AWS::IAM::Policy
	//   {"Action":["sqs:ReceiveMessage","sqs:DeleteMessage"],"Effect":"Allow","Resource":"${OrdersBilling.Arn}"}
	// AWS::SQS::QueuePolicy
	//   {"Action":"sqs:SendMessage","Condition":{"ArnEquals":{"aws:SourceArn":"${Orders}"}},"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Resource":"${OrdersBilling.Arn}","Sid":"AllowDeliver"}
}

// One customer managed key for a topic and its queue. Its policy names the topic by a pattern: the topic refers to the key,
// so that a reference back would be a dependency cycle.
func ExampleNewKey() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Clinic"), nil)
	key := fanout.NewKey(stack, jsii.String("Key"), nil)
	patients := fanout.NewTopic(stack, jsii.String("Patients"), &fanout.TopicProps{
		TopicProps: awssns.TopicProps{MasterKey: key},
	})
	patients.AddQueue(jsii.String("Ward"), &fanout.QueueProps{
		QueueProps: awssqs.QueueProps{EncryptionMasterKey: key},
	})

	printAllowed(stack, "AWS::KMS::Key")
	// Output:
	// AWS::KMS::Key
	//   {"Action":"kms:*","Effect":"Allow","Principal":{"AWS":"arn:${AWS::Partition}:iam::${AWS::AccountId}:root"},"Resource":"*"}
	//   {"Action":["kms:GenerateDataKey","kms:Decrypt"],"Condition":{"ArnLike":{"aws:SourceArn":"arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-Patients-*"}},"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Resource":"*","Sid":"AllowDeliverUseKey"}
}

// A bucket publishes to a topic with a customer managed key.
func ExampleTopic_AllowPublishFrom() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Archive"), nil)
	uploads := fanout.NewTopic(stack, jsii.String("Uploads"), &fanout.TopicProps{
		TopicProps: awssns.TopicProps{MasterKey: fanout.NewKey(stack, jsii.String("Key"), nil)},
	})
	uploads.AllowPublishFrom("s3.amazonaws.com", &fanout.Source{
		ARN:     jsii.String("arn:aws:s3:::incoming"),
		Account: stack.Account(),
	})

	printAllowed(stack, "AWS::SNS::TopicPolicy")
	// Output:
	// AWS::SNS::TopicPolicy
	//   {"Action":"sns:Publish","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::incoming"},"StringEquals":{"aws:SourceAccount":"${AWS::AccountId}"}},"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Resource":"${Uploads}","Sid":"AllowPublish"}
}

// A queue under a key that another team owns: what its owner must add to the key's policy.
func ExamplePending() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-west-1")},
	})
	key := awskms.Key_FromKeyArn(stack, jsii.String("Theirs"),
		jsii.String("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"))
	orders := fanout.NewTopic(stack, jsii.String("Orders"), &fanout.TopicProps{
		TopicProps: awssns.TopicProps{TopicName: jsii.String("orders")},
	})
	orders.AddQueue(jsii.String("Billing"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{EncryptionMasterKey: key}})

	for _, p := range fanout.Pending(app) {
		fmt.Printf("%s needs in the %s policy of %s:\n%s", p.Construct, p.On, p.Resource, p.Document)
	}
	// Output:
	// Shop/Orders/Billing needs in the key policy of arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab:
	// {
	//   "Version": "2012-10-17",
	//   "Statement": [
	//     {
	//       "Sid": "AllowDeliverUseKey",
	//       "Effect": "Allow",
	//       "Principal": {
	//         "Service": "sns.amazonaws.com"
	//       },
	//       "Action": [
	//         "kms:GenerateDataKey",
	//         "kms:Decrypt"
	//       ],
	//       "Resource": "*",
	//       "Condition": {
	//         "ArnLike": {
	//           "aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:orders"
	//         }
	//       }
	//     }
	//   ]
	// }
}

// A queue with the AWS managed key would lose every message.
func ExampleMisuse() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	defer func() { fmt.Println(recover()) }()
	fanout.NewTopic(stack, jsii.String("Orders"), nil).AddQueue(jsii.String("Billing"), &fanout.QueueProps{
		QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS_MANAGED},
	})
	// Output:
	// construct "Shop/Orders/Billing": key "alias/aws/sqs": an AWS managed key never admits SNS or another AWS service, and its policy cannot be edited; use SSE-SQS (leave the encryption out) or a customer managed key (fanout.NewKey)
}

// printAllowed prints the Allow statements of a stack's policies, with references as Fn::Sub writes them.
func printAllowed(stack awscdk.Stack, kinds ...string) {
	text, err := json.Marshal(assertions.Template_FromStack(stack, nil).ToJSON())
	if err != nil {
		panic(err)
	}
	var tt template
	if err := json.Unmarshal(text, &tt); err != nil {
		panic(err)
	}
	sort.Strings(kinds)
	for _, kind := range kinds {
		fmt.Println(kind)
		for _, id := range tt.of(kind, "") {
			for _, s := range tt.Resources[id].allowed() {
				fmt.Println(" ", logicalHash.ReplaceAllString(s, "$1"))
			}
		}
	}
}

var logicalHash = regexp.MustCompile(`(\$\{[A-Za-z]+)[0-9A-F]{8}`)
