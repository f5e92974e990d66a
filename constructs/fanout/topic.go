package fanout

import (
	"cmp"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Topic is an SNS topic of the CDK's that grants exactly what is needed, whoever asks: the app itself, or an integration
// of the CDK such as a target of EventBridge.
type Topic struct {
	awssns.Topic

	end    *end
	queues []*Queue
}

// TopicProps are the properties of a [Topic]: those of awssns.TopicProps and what a fan-out needs beside them.
//
// Of awssns.TopicProps, two defaults differ from the CDK's:
//
//   - EnforceSSL: true. The topic policy denies publishing without TLS.
//   - MasterKey, the customer managed key: none, so that the topic has no [server-side encryption], and its messages are
//     stored on encrypted disks all the same. [NewKey] makes one. An alias of a key made in this app stands for the key; what
//     is known only by the name of an alias is refused, since no identity policy can grant it. alias/aws/sns, the AWS managed
//     key, admits IAM principals of the topic's account, and never an AWS service: a topic with it that a service publishes to
//     is refused.
//
// [server-side encryption]: https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
type TopicProps struct {
	awssns.TopicProps

	// DeliveryLogging logs failed deliveries to queues in CloudWatch Logs, in the log group sns/region/account/topic/Failure.
	// Without it, nothing tells why a message was dropped. An IAM role for SNS is made, which may write to the topic's log
	// groups alone. LoggingConfigs does more, under roles of yours. Default: no logging.
	DeliveryLogging *bool

	// SuppressNag writes suppressions of cdk-nag's rule AwsSolutions-IAM5 into the template: for the wildcard in
	// kms:GenerateDataKey*, which AWS asks for, in the identity policies of publishers, and for the log groups in that of
	// the role of DeliveryLogging. Default: false.
	SuppressNag *bool
}

// NewTopic makes a topic. Props may be nil: then it is a standard topic without encryption, which refuses requests without
// TLS. The topic and its policy have the logical ids that awssns.NewTopic gives them.
//
// It panics with a [*Misuse] if the props contradict each other or cannot work.
func NewTopic(scope constructs.Construct, id *string, props *TopicProps) *Topic {
	needID(scope, id)
	p := value(props)
	r := registryOf(scope)
	env := r.envOf(scope)
	l2 := p.TopicProps
	l2.EnforceSSL = cmp.Or(l2.EnforceSSL, jsii.Bool(true))

	t := &Topic{}
	awssns.NewTopic_Override(t, scope, id, &l2)
	t.end = r.newEnd(t, value(l2.Fifo),
		&resource{on: policygen.OnTopic, text: *t.TopicArn(), env: env, owner: t, made: true, tls: *l2.EnforceSSL, add: t.Topic.AddToResourcePolicy})
	t.end.nag = value(p.SuppressNag)
	if l2.TopicName != nil || !t.end.fifo { // what the CDK has for a topic without a name is a token all the same
		t.end.names = jsii.String(value(l2.TopicName))
	}
	refuse(t, t.end.useKey(l2.MasterKey))
	if value(p.DeliveryLogging) {
		t.AddLoggingConfig(&awssns.LoggingConfig{Protocol: awssns.LoggingProtocol_SQS, FailureFeedbackRole: t.loggingRole()})
	}
	return t
}

// loggingRole makes a role with the permissions that [SNS asks for], on the topic's log groups instead of on all.
//
// [SNS asks for]: https://docs.aws.amazon.com/sns/latest/dg/topics-attrib-prereq.html
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

// Queues returns the queues of [Topic.AddQueue] and those that [Subscribe] subscribed, if they are of this package, in the
// order in which they were subscribed.
func (t *Topic) Queues() []*Queue { return append([]*Queue(nil), t.queues...) }

// AddQueue makes a queue and subscribes it to the topic. Props may be nil: then the queue is encrypted with SSE-SQS, has a
// dead-letter queue, refuses requests without TLS, and is FIFO if the topic is. For a queue that is there already, or in
// another stack, see [Subscribe].
//
// The id is the queue's within the topic. It panics with a [*Misuse] if the props contradict each other or cannot work.
func (t *Topic) AddQueue(id *string, props *QueueProps) *Queue {
	p := value(props)
	needID(t, id)
	switch *id {
	case "Resource", "Policy", "DeliveryLogging":
		refuseAt(t, id, bad("id", *id, "taken by the topic itself", "another id", ""))
	}
	if p.Fifo == nil && t.end.fifo {
		p.Fifo = jsii.Bool(true)
	}
	refuseAt(t, id, t.end.takes(isFIFO(&p.QueueProps)))
	refuseAt(t, id, p.Subscription.check())
	q := t.end.r.newQueue(t, id, p, t.end.env)
	Subscribe(t, q, p.Subscription)
	return q
}

// GrantPublish lets the grantee publish to the topic: exactly that, and on the topic's customer managed key what SNS does
// for the caller.
//
// A role, user or group of the topic's account gets it by its identity policy; one of another account by its own, by the
// topic policy and by the key policy; an AWS service by the last two, see [Topic.AllowPublishFrom]. What cannot be written
// because a policy is not this app's is reported as an error annotation with the statements to paste, see [Pending].
func (t *Topic) GrantPublish(grantee awsiam.IGrantable) awsiam.Grant { return GrantPublish(t, grantee) }

// GrantSubscribe lets the grantee subscribe to the topic.
func (t *Topic) GrantSubscribe(grantee awsiam.IGrantable) awsiam.Grant {
	who := t.end.callerOf(t, grantee)
	return grant(t, who, policygen.Subscriber{Principal: who.principal, Topics: []policygen.Topic{t.end.asTopic(nil)}}.Hops(), t.end)
}
