package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
)

// DeliveryLogging logs deliveries to queues in CloudWatch Logs, in the log groups sns/region/account/topic/Failure and
// sns/region/account/topic. Failures are all logged.
//
// [Amazon SNS message delivery status]
//
// [Amazon SNS message delivery status]: https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
type DeliveryLogging struct {
	// SuccessSampleRate is how many percent of the successful deliveries are logged, 0 to 100. Default: 0.
	SuccessSampleRate *float64
	// Role is the role under which SNS logs. Default: a new one, which may write to the topic's log groups alone.
	Role awsiam.IRole
}

func (t *Topic) logDeliveries(d *DeliveryLogging) {
	rate := value(d.SuccessSampleRate)
	if rate < 0 || rate > 100 || rate != float64(int(rate)) {
		refuse(t, bad("success sample rate", trimmed(rate), "out of range", "a whole number from 0 to 100", ""))
	}
	role := d.Role
	if role == nil {
		role = t.loggingRole()
	}
	config := &awssns.LoggingConfig{Protocol: awssns.LoggingProtocol_SQS, FailureFeedbackRole: role}
	if rate > 0 {
		config.SuccessFeedbackRole, config.SuccessFeedbackSampleRate = role, jsii.Number(rate)
	}
	t.AddLoggingConfig(config)
}

// loggingRole makes a role with the permissions that SNS asks for, on the topic's log groups instead of on all.
//
// [Prerequisites for configuring message delivery status logging]
//
// [Prerequisites for configuring message delivery status logging]: https://docs.aws.amazon.com/sns/latest/dg/topics-attrib-prereq.html
func (t *Topic) loggingRole() awsiam.IRole {
	e := t.end.env
	role := awsiam.NewRole(t, jsii.String("DeliveryLogging"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("sns.amazonaws.com"), nil),
		Description: jsii.String("SNS logs deliveries of " + *t.Node().Path()),
	})
	group := e.arn("logs", "log-group:sns/"+e.region+"/"+e.account+"/"+*t.TopicName())
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
		Resources: jsii.Strings(group, group+":*", group+"/Failure", group+"/Failure:*"),
	}))
	policy := role.Node().FindChild(jsii.String("DefaultPolicy")).Node().DefaultChild().(awsiam.CfnPolicy)
	t.end.accept(policy, "AwsSolutions-IAM5", "SNS names the log streams of the topic's own log groups itself.")
	return role
}
