package policygen_test

import (
	"fmt"

	"github.com/hopgrant/hopgrant/policygen"
)

const key = policygen.KeyARN("arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")

// A producer of an encrypted queue, as the SQS guide's key management page has it: the key first, then the queue, which
// here is named in every Region by a pattern.
func ExampleProducer_IdentityPolicy() {
	producer := policygen.Producer{Queues: []policygen.Queue{{ARN: "arn:aws:sqs:*:123456789012:MyQueue", Key: key}}}
	doc, err := producer.IdentityPolicy()
	if err != nil {
		panic(err)
	}
	fmt.Print(doc)
	// Output:
	// {
	//   "Version": "2012-10-17",
	//   "Statement": [
	//     {
	//       "Sid": "AllowSend",
	//       "Effect": "Allow",
	//       "Action": "sqs:SendMessage",
	//       "Resource": "arn:aws:sqs:*:123456789012:MyQueue"
	//     },
	//     {
	//       "Sid": "AllowSendUseKey",
	//       "Effect": "Allow",
	//       "Action": [
	//         "kms:GenerateDataKey",
	//         "kms:Decrypt"
	//       ],
	//       "Resource": "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	//     }
	//   ]
	// }
}

func ExampleConsumer_IdentityPolicy() {
	consumer := policygen.Consumer{Queues: []policygen.Queue{{ARN: "arn:aws:sqs:us-east-2:123456789012:MyQueue", Key: key}}}
	doc, err := consumer.IdentityPolicy()
	if err != nil {
		panic(err)
	}
	fmt.Print(doc)
	// Output:
	// {
	//   "Version": "2012-10-17",
	//   "Statement": [
	//     {
	//       "Sid": "AllowReceive",
	//       "Effect": "Allow",
	//       "Action": [
	//         "sqs:ReceiveMessage",
	//         "sqs:DeleteMessage"
	//       ],
	//       "Resource": "arn:aws:sqs:us-east-2:123456789012:MyQueue"
	//     },
	//     {
	//       "Sid": "AllowReceiveUseKey",
	//       "Effect": "Allow",
	//       "Action": "kms:Decrypt",
	//       "Resource": "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	//     }
	//   ]
	// }
}

// The key policy that lets SNS deliver to an encrypted queue: the account may manage the key, and SNS may use it for one
// topic.
func ExampleKeyPolicy_Document() {
	delivery := policygen.Delivery{
		Topics: []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:MyTopic"}},
		Queue:  policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:MyQueue", Key: key},
	}
	doc, err := policygen.KeyPolicy{Key: key, Hops: delivery.Hops()}.Document()
	if err != nil {
		panic(err)
	}
	fmt.Print(doc)
	// Output:
	// {
	//   "Version": "2012-10-17",
	//   "Statement": [
	//     {
	//       "Sid": "EnableIAMUserPermissions",
	//       "Effect": "Allow",
	//       "Principal": {
	//         "AWS": "arn:aws:iam::123456789012:root"
	//       },
	//       "Action": "kms:*",
	//       "Resource": "*"
	//     },
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
	//         "ArnEquals": {
	//           "aws:SourceArn": "arn:aws:sns:us-east-2:123456789012:MyTopic"
	//         }
	//       }
	//     }
	//   ]
	// }
}

func ExampleDefaultKeyPolicy() {
	fmt.Print(policygen.DefaultKeyPolicy("123456789012", "aws"))
	// Output:
	// {
	//   "Version": "2012-10-17",
	//   "Id": "key-default-1",
	//   "Statement": [
	//     {
	//       "Sid": "Enable IAM User Permissions",
	//       "Effect": "Allow",
	//       "Principal": {
	//         "AWS": "arn:aws:iam::123456789012:root"
	//       },
	//       "Action": "kms:*",
	//       "Resource": "*"
	//     }
	//   ]
	// }
}

// Why SNS cannot use alias/aws/sqs: the key admits principals of the account that come through SQS, and SNS is none.
func ExampleAWSManagedKeyPolicy() {
	fmt.Print(policygen.AWSManagedKeyPolicy("sqs", "123456789012", "us-east-2"))
	// Output:
	// {
	//   "Version": "2012-10-17",
	//   "Id": "auto-sqs-1",
	//   "Statement": [
	//     {
	//       "Sid": "Allow access through Simple Queue Service (SQS) for all principals in the account that are authorized to use SQS",
	//       "Effect": "Allow",
	//       "Principal": {
	//         "AWS": "*"
	//       },
	//       "Action": [
	//         "kms:Encrypt",
	//         "kms:Decrypt",
	//         "kms:ReEncrypt*",
	//         "kms:GenerateDataKey*",
	//         "kms:CreateGrant",
	//         "kms:DescribeKey"
	//       ],
	//       "Resource": "*",
	//       "Condition": {
	//         "StringEquals": {
	//           "kms:CallerAccount": "123456789012",
	//           "kms:ViaService": "sqs.us-east-2.amazonaws.com"
	//         }
	//       }
	//     },
	//     {
	//       "Sid": "Allow direct access to key metadata to the account",
	//       "Effect": "Allow",
	//       "Principal": {
	//         "AWS": "arn:aws:iam::123456789012:root"
	//       },
	//       "Action": [
	//         "kms:Describe*",
	//         "kms:Get*",
	//         "kms:List*",
	//         "kms:RevokeGrant"
	//       ],
	//       "Resource": "*"
	//     }
	//   ]
	// }
}

// A whole topology as one struct literal.
func ExampleFanout() {
	fanout := policygen.Fanout{
		Topics:     []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:orders"}},
		Publishers: []policygen.Publisher{{Principal: policygen.RoleARN("arn:aws:iam::123456789012:role/shop")}},
		Queues: []policygen.Subscription{
			{
				Queue:     policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:billing", Key: key},
				Consumers: []policygen.Consumer{{Principal: policygen.RoleARN("arn:aws:iam::123456789012:role/billing")}},
			},
			{
				Queue: policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:audit"}, // no Key: SSE-SQS
				Consumers: []policygen.Consumer{{
					Principal: policygen.RoleARN("arn:aws:iam::123456789012:role/audit"),
					Client:    policygen.LambdaTrigger,
				}},
			},
		},
	}
	policies, err := fanout.Policies()
	if err != nil {
		panic(err)
	}
	for _, a := range policies {
		if a.On == policygen.OnIdentity {
			fmt.Println("identity policy of", a.Principal)
		} else {
			fmt.Println(a.On, "policy of", a.Resource)
		}
	}
	// Output:
	// identity policy of arn:aws:iam::123456789012:role/shop
	// identity policy of arn:aws:iam::123456789012:role/billing
	// identity policy of arn:aws:iam::123456789012:role/audit
	// queue policy of arn:aws:sqs:us-east-2:123456789012:billing
	// queue policy of arn:aws:sqs:us-east-2:123456789012:audit
	// key policy of arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
}

// For teams that don't want a grant for each consumer: everybody who may use the queue may use its key.
func ExampleAccountWideKeyPolicy_Document() {
	doc, err := policygen.AccountWideKeyPolicy{
		Account: "123456789012",
		Region:  "us-east-2",
		Topics:  []policygen.TopicARN{"arn:aws:sns:us-east-2:123456789012:MyTopic"},
	}.Document()
	if err != nil {
		panic(err)
	}
	for _, s := range doc.Statements {
		fmt.Println(s.Sid, s.Action, s.Condition)
	}
	// Output:
	// EnableIAMUserPermissions [kms:*] map[]
	// AllowAccountThroughSQS [kms:GenerateDataKey kms:Decrypt] map[StringEquals:map[kms:CallerAccount:[123456789012] kms:ViaService:[sqs.us-east-2.amazonaws.com]]]
	// AllowDeliverUseKey [kms:GenerateDataKey kms:Decrypt] map[ArnEquals:map[aws:SourceArn:[arn:aws:sns:us-east-2:123456789012:MyTopic]]]
}
