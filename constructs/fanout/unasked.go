package fanout

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
)

// anAlarm is a CfnAlarm or CfnCompositeAlarm of the CDK.
type anAlarm interface {
	AlarmActions() *[]*string
	InsufficientDataActions() *[]*string
	OkActions() *[]*string
	AttrArn() *string
	Stack() awscdk.Stack
}

// grantUnasked grants what integrations of the CDK do not ask our topics and queues for.
func (r *registry) grantUnasked() {
	topics, ours := map[string]*Topic{}, false
	for of, e := range r.ends {
		switch of := of.(type) {
		case *Topic:
			topics[fmt.Sprint(e.env.stack.Resolve(e.text))], ours = of, true
		case *Queue:
			ours = true
		}
	}
	if !ours {
		return
	}
	for _, c := range *r.Node().Scope().Node().FindAll(constructs.ConstructOrder_PREORDER) {
		switch c := c.(type) {
		case awslambda.Function:
			grantDeadLetters(c)
		case anAlarm:
			admitAlarm(c, topics)
		}
	}
}

// grantDeadLetters lets a function use the key of a topic or queue of ours that is its [dead-letter queue]. The CDK lets it
// publish or send, and forgets the key.
//
// [dead-letter queue]: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
func grantDeadLetters(f awslambda.Function) {
	if t, ok := f.DeadLetterTopic().(*Topic); ok && t.end.key != nil {
		t.GrantPublish(f)
	}
	if q, ok := f.DeadLetterQueue().(*Queue); ok && q.end.key != nil {
		q.GrantSendMessages(f)
	}
}

// admitAlarm admits an alarm to topics of ours that are its actions. The CDK's SnsAction does not: it relies on the
// [default topic policy], which ours replaces.
//
// [default topic policy]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
func admitAlarm(alarm anAlarm, topics map[string]*Topic) {
	for _, actions := range []*[]*string{alarm.AlarmActions(), alarm.InsufficientDataActions(), alarm.OkActions()} {
		list, _ := alarm.Stack().Resolve(actions).([]any)
		for _, action := range list {
			if t, ok := topics[fmt.Sprint(action)]; ok {
				t.AllowPublishFrom("cloudwatch.amazonaws.com", &Source{ARN: alarm.AttrArn()})
			}
		}
	}
}
