package policygen_test

import (
	"errors"
	"fmt"

	"github.com/hopgrant/hopgrant/policygen"
)

const key = policygen.KeyARN("arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")

// This example prints the identity policy of a producer of an encrypted queue, as the key management page of the SQS
// guide has it, with a pattern that names the queue in every Region.
func ExampleProducer() {
	policies, err := policygen.Generate(policygen.Options{}, policygen.Producer{
		Queues: []policygen.Queue{{ARN: "arn:aws:sqs:*:123456789012:MyQueue", Key: key}},
	})
	if err != nil {
		panic(err)
	}
	for _, a := range policies.On(policygen.OnIdentity) {
		fmt.Print(a.Document)
	}
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

// A consumer need not be named: the policy may be attached to whichever role polls the queue.
func ExampleConsumer() {
	policies, err := policygen.Generate(policygen.Options{}, policygen.Consumer{
		Queues: []policygen.Queue{{ARN: "arn:aws:sqs:us-east-2:123456789012:MyQueue", Key: key}},
	})
	if err != nil {
		panic(err)
	}
	for _, a := range policies.On(policygen.OnIdentity) {
		fmt.Print(a.Document)
	}
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

// This example prints the key policy that lets SNS deliver to an encrypted queue. The account may manage the key, and
// SNS may use it for one topic.
func ExampleDelivery() {
	policies, err := policygen.Generate(policygen.Options{}, policygen.Delivery{
		Topics: []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:MyTopic"}},
		Queue:  policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:MyQueue", Key: key},
	})
	if err != nil {
		panic(err)
	}
	for _, a := range policies.On(policygen.OnKey) {
		fmt.Print(a.Document)
	}
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

// A publisher may be an AWS service. The topic policy and the key policy admit it, and no other policy is needed.
func ExamplePublisher() {
	policies, err := policygen.Generate(policygen.Options{TLSOnly: true}, policygen.Publisher{
		Principal: policygen.ServicePrincipal("cloudwatch.amazonaws.com"),
		Topics:    []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:alarms"}},
		Source:    "arn:aws:cloudwatch:us-east-2:123456789012:alarm:cpu",
	})
	if err != nil {
		panic(err)
	}
	topic, _ := policies.Of("arn:aws:sns:us-east-2:123456789012:alarms")
	for _, s := range topic.Statements {
		fmt.Println(s.Sid, s.Action, s.Condition)
	}
	// Output:
	// AllowPublish [sns:Publish] map[ArnEquals:map[aws:SourceArn:[arn:aws:cloudwatch:us-east-2:123456789012:alarm:cpu]]]
	// DenyWithoutTLS [sns:Publish] map[Bool:map[aws:SecureTransport:[false]]]
}

// Generate returns an error for what cannot work, and no documents. The error names all problems.
func ExampleGenerate_error() {
	_, err := policygen.Generate(policygen.Options{}, policygen.Delivery{
		Topics: []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:orders"}},
		Queue:  policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:billing.fifo", Key: "alias/aws/sqs"},
	})
	fmt.Println(err)
	fmt.Println(errors.Is(err, policygen.ErrAWSManagedKey), errors.Is(err, policygen.ErrFIFO))
	// Output:
	// key "alias/aws/sqs": an AWS managed key never admits sns.amazonaws.com, and its policy cannot be edited, want no AWS managed key; use SSE-SQS or a customer managed key
	// queue arn "arn:aws:sqs:us-east-2:123456789012:billing.fifo": it is FIFO, want a standard queue; the topic arn:aws:sns:us-east-2:123456789012:orders is standard, and such a topic cannot deliver to a FIFO queue
	// true true
}

// Several roles together get what each of them needs, merged. Identity policies grant the key, which has an effect only
// if the key policy delegates to the account; KeyPolicies adds that key policy.
func ExampleGenerate() {
	queue := policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:orders", Key: key}
	policies, err := policygen.Generate(policygen.Options{KeyPolicies: true},
		policygen.Producer{Principal: policygen.RoleARN("arn:aws:iam::123456789012:role/shop"), Queues: []policygen.Queue{queue}},
		policygen.Consumer{Principal: policygen.RoleARN("arn:aws:iam::123456789012:role/billing"), Queues: []policygen.Queue{queue}},
	)
	if err != nil {
		panic(err)
	}
	for _, a := range policies {
		owner := string(a.Resource)
		if a.On == policygen.OnIdentity {
			owner = a.Principal.String()
		}
		fmt.Println(a.On, "policy of", owner)
		for _, s := range a.Document.Statements {
			fmt.Println(" ", s.Sid, s.Action)
		}
	}
	// Output:
	// identity policy of arn:aws:iam::123456789012:role/shop
	//   AllowSend [sqs:SendMessage]
	//   AllowSendUseKey [kms:GenerateDataKey kms:Decrypt]
	// identity policy of arn:aws:iam::123456789012:role/billing
	//   AllowReceive [sqs:ReceiveMessage sqs:DeleteMessage]
	//   AllowReceiveUseKey [kms:Decrypt]
	// key policy of arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
	//   EnableIAMUserPermissions [kms:*]
}

// A Fanout describes a whole topology as one struct literal.
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
	policies, err := policygen.Generate(policygen.Options{}, fanout)
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

// AccountWide is for teams that do not want a grant for each consumer: everybody who may use the queue may use its key.
func ExampleKeyAccess() {
	policies, err := policygen.Generate(policygen.Options{KeyAccess: policygen.AccountWide}, policygen.Delivery{
		Topics: []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:MyTopic"}},
		Queue:  policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:MyQueue", Key: key},
	})
	if err != nil {
		panic(err)
	}
	doc, _ := policies.Of(policygen.ARN(key))
	for _, s := range doc.Statements {
		fmt.Println(s.Sid, s.Action, s.Condition)
	}
	// Output:
	// EnableIAMUserPermissions [kms:*] map[]
	// AllowAccountThroughSQS [kms:GenerateDataKey kms:Decrypt] map[StringEquals:map[kms:CallerAccount:[123456789012] kms:ViaService:[sqs.us-east-2.amazonaws.com]]]
	// AllowDeliverUseKey [kms:GenerateDataKey kms:Decrypt] map[ArnEquals:map[aws:SourceArn:[arn:aws:sns:us-east-2:123456789012:MyTopic]]]
}

// The queue admits one topic already. A second one joins the statement, and everything else stays.
func ExampleMerge() {
	there, err := policygen.Parse([]byte(`{"Version": "2012-10-17", "Statement": [
		{"Sid": "Backup", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/backup"},
		 "Action": "sqs:ReceiveMessage", "Resource": "*"},
		{"Sid": "AllowDeliver", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
		 "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-2:123456789012:orders",
		 "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-2:123456789012:sales"}}}]}`))
	if err != nil {
		panic(err)
	}
	policies, err := policygen.Generate(policygen.Options{}, policygen.Delivery{
		Topics: []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:returns"}},
		Queue:  policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:orders"},
	})
	if err != nil {
		panic(err)
	}
	whole, err := policygen.Merge(there, policies[0])
	if err != nil {
		panic(err)
	}
	for _, s := range whole.Statements {
		fmt.Println(s.Sid, s.Action, s.Condition)
	}
	// Output:
	// Backup [sqs:ReceiveMessage] map[]
	// AllowDeliver [sqs:SendMessage] map[ArnEquals:map[aws:SourceArn:[arn:aws:sns:us-east-2:123456789012:sales arn:aws:sns:us-east-2:123456789012:returns]]]
}
