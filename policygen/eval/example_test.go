package eval_test

import (
	"fmt"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// Why a delivery to a queue under alias/aws/sqs is lost, though the queue policy admits SNS.
func ExampleHop() {
	delivery := policygen.Delivery{
		Topics: []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:orders"}},
		Queue:  policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:billing"},
	}
	policies, err := policygen.Generate(policygen.Options{}, delivery)
	if err != nil {
		panic(err)
	}
	delivery.Queue.Key = "alias/aws/sqs"

	hop := delivery.Hops()[0]
	d := eval.Hop(hop.Calls(), eval.Attached(policies))
	fmt.Println(d.Outcome)
	for _, call := range d.Calls {
		fmt.Println(call.Action, call.Outcome)
	}
	fmt.Println(d.Calls[1].Reasons().Explain())
	// Output:
	// implicitly-denied
	// sqs:SendMessage allowed
	// kms:GenerateDataKey implicitly-denied
	// kms:Decrypt implicitly-denied
	// sns.amazonaws.com may not kms:GenerateDataKey alias/aws/sqs: the key policy does not allow sns.amazonaws.com; key policy, statement 1 "Allow access through Simple Queue Service (SQS) for all principals in the account that are authorized to use SQS" would allow it, but condition StringEquals kms:CallerAccount wants "123456789012", the request does not have this key.
}

// One request, decided under documents as JSON.
func ExampleEvaluate() {
	doc, err := policygen.Parse([]byte(`{
		"Version": "2012-10-17",
		"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:us-east-2:123456789012:billing-*"}]
	}`))
	if err != nil {
		panic(err)
	}
	d := eval.Evaluate(eval.Request{
		Principal: policygen.RoleARN("arn:aws:iam::123456789012:role/biller"),
		Action:    "sqs:ReceiveMessage",
		Resource:  "arn:aws:sqs:us-east-2:123456789012:orders",
	}, eval.Policies{Identity: []policygen.Document{doc}})
	fmt.Println(d.Outcome)
	for _, r := range d.Reasons {
		fmt.Println(r)
	}
	// Output:
	// implicitly-denied
	// identity policy 1, statement 1 (Allow) does not apply: Resource is "arn:aws:sqs:us-east-2:123456789012:billing-*", the request has "arn:aws:sqs:us-east-2:123456789012:orders"
}

// Policies that decide many requests are prepared once.
func ExampleCompile() {
	role := policygen.RoleARN("arn:aws:iam::123456789012:role/biller")
	compiled := eval.Compile(eval.Policies{Identity: []policygen.Document{{Version: policygen.Version, Statements: []policygen.Statement{{
		Effect: policygen.Allow, Action: []string{"sqs:ReceiveMessage"}, Resource: []string{"*"},
		Condition: policygen.Condition{"StringEquals": {"aws:PrincipalTag/team": {"billing"}}},
	}}}}})
	for _, action := range []string{"sqs:ReceiveMessage", "sqs:SendMessage"} {
		fmt.Println(action, compiled.Decide(eval.Request{Principal: role, Action: action, Resource: "arn:aws:sqs:us-east-2:123456789012:orders"}))
	}
	// Output:
	// sqs:ReceiveMessage undecided
	// sqs:SendMessage implicitly-denied
}

// Why SNS cannot use alias/aws/sqs: the key admits principals of the account that come through SQS, and SNS is none.
func ExampleAWSManagedKeyPolicy() {
	fmt.Print(eval.AWSManagedKeyPolicy("sqs", "123456789012", "us-east-2"))
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
