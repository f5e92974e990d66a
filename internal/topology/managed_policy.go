package topology

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// ManagedPolicy returns the policy that AWS manages under an ARN such as
// arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole, and false if the ARN (or the unresolved text) is not of
// that form. at is where it is attached.
//
// Of the policies that are known here, Document holds what they allow on SQS, SNS and KMS, and nothing else. Others are
// Unknown, but only allow.
//
// [AWS managed policies]
//
// [AWS managed policies]: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
func ManagedPolicy(arn string, at Position) (*Policy, bool) {
	_, path, ok := strings.Cut(arn, ":iam::aws:policy/")
	if !ok {
		return nil, false
	}
	p := &Policy{Element: Element{ID: arn, At: at}, Name: arn, OnlyAllows: true}
	name := path[strings.LastIndex(path, "/")+1:]
	statements, known := managedPolicies[name]
	switch {
	case text.Unresolved(name):
		p.Unknown = "its name is not known"
		p.OnlyAllows = false
	case !known:
		p.Unknown = "what AWS's managed policy " + name + " allows is not known here"
		p.OnlyAllows = !strings.Contains(name, "Deny") && !strings.Contains(name, "Quarantine")
	default:
		p.Document = policygen.Document{Version: policygen.Version, Statements: statements}
	}
	return p, true
}

// managedPolicies are the AWS managed policies that templates with queues and topics attach most, cut down to SQS, SNS and
// KMS.
var managedPolicies = map[string][]policygen.Statement{
	"AdministratorAccess": {anything("*")},
	"PowerUserAccess": {{Effect: policygen.Allow, NotAction: []string{"iam:*", "organizations:*", "account:*"},
		Resource: []string{"*"}}},
	"AmazonSQSFullAccess":            {anything("sqs:*")},
	"AmazonSQSReadOnlyAccess":        {anything("sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListDeadLetterSourceQueues", "sqs:ListQueues", "sqs:ListMessageMoveTasks", "sqs:ListQueueTags")},
	"AmazonSNSFullAccess":            {anything("sns:*")},
	"AmazonSNSReadOnlyAccess":        {anything("sns:GetTopicAttributes", "sns:List*")},
	"AWSLambdaSQSQueueExecutionRole": {anything("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")},

	"AutoScalingNotificationAccessRole": {anything("sqs:SendMessage", "sqs:GetQueueUrl", "sns:Publish")},
	// Service-linked roles have no access to customer managed keys:
	// https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
	"AutoScalingServiceRolePolicy": {anything("sns:Publish")},

	"AWSLambdaBasicExecutionRole":                 nil,
	"AWSLambdaVPCAccessExecutionRole":             nil,
	"AWSLambdaDynamoDBExecutionRole":              nil,
	"AWSLambdaKinesisExecutionRole":               nil,
	"AWSXRayDaemonWriteAccess":                    nil,
	"AWSXrayWriteOnlyAccess":                      nil,
	"CloudWatchLambdaInsightsExecutionRolePolicy": nil,
	"CloudWatchAgentServerPolicy":                 nil,
	"AmazonECSTaskExecutionRolePolicy":            nil,
	"AmazonEC2ContainerRegistryReadOnly":          nil,
	"AmazonSSMManagedInstanceCore":                nil,
	"AmazonAPIGatewayPushToCloudWatchLogs":        nil,
	"AmazonS3ReadOnlyAccess":                      nil,
}

// anything allows the actions on every resource.
func anything(actions ...string) policygen.Statement {
	return policygen.Statement{Effect: policygen.Allow, Action: actions, Resource: []string{"*"}}
}
