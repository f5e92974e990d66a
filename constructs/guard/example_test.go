package guard_test

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/constructs/guard"
)

// The CDK synthesizes this stack without a warning, and every message is lost: the queue's key is the AWS managed one, which
// SNS may not use.
func ExampleCheck() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Shop"), nil)
	orders := awssns.NewTopic(stack, jsii.String("Orders"), nil)
	billing := awssqs.NewQueue(stack, jsii.String("Billing"), &awssqs.QueueProps{
		EncryptionMasterKey: awskms.Alias_FromAliasName(stack, jsii.String("Key"), jsii.String("alias/aws/sqs")),
	})
	orders.AddSubscription(awssnssubscriptions.NewSqsSubscription(billing, nil))

	report, err := guard.Check(stack)
	if err != nil {
		panic(err)
	}
	for _, hop := range report.Hops {
		fmt.Println(hop.Kind, hop.FromPath, "->", hop.ToPath, hop.Verdict)
	}
	for _, f := range report.Findings {
		if f.Severity == "error" {
			fmt.Println(f.Rule)
		}
	}
	// Output:
	// deliver Shop/Orders -> Shop/Billing broken
	// aws-managed-key
}

// The stack delivers, and nobody consumes what it delivers: a grant has been forgotten. Without a least number of hops the test
// would pass.
func ExampleAssertDelivers() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Shop"), nil)
	orders := awssns.NewTopic(stack, jsii.String("Orders"), nil)
	billing := awssqs.NewQueue(stack, jsii.String("Billing"), nil)
	orders.AddSubscription(awssnssubscriptions.NewSqsSubscription(billing, nil))

	var t printer // in a test, its *testing.T
	guard.AssertDelivers(t, stack, guard.Expect{Hops: 2})
	// Output:
	// stack "Shop": got hops: 1, want at least 2: a grant or subscription is missing
	//   deliver Shop/Orders -> Shop/Billing: ok
}

// printer prints what a test would say.
type printer struct{}

func (printer) Helper()                           {}
func (printer) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
