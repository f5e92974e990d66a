package fanout

import (
	"errors"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// AddToResourcePolicy adds a statement to the topic policy. Some integrations of the CDK, such as S3's notifications, admit
// their service in this way and forget the topic's customer managed key: its policy then admits the service too.
func (t *Topic) AddToResourcePolicy(statement awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult {
	t.end.admitToKey(t, statement, kind.Publish)
	return t.Topic.AddToResourcePolicy(statement)
}

// AddToResourcePolicy adds a statement to the queue policy. Some integrations of the CDK, such as the dead-letter queues of
// EventBridge's targets and of subscriptions, admit their service in this way and forget the queue's customer managed key:
// its policy then admits the service too.
func (q *Queue) AddToResourcePolicy(statement awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult {
	q.end.admitToKey(q, statement, kind.Send)
	return q.Queue.AddToResourcePolicy(statement)
}

// admitToKey lets the AWS service that a statement allows the first call of a kind of hop use the key of the topic or queue
// for it. It panics if the topic or queue never works for the service, and ignores other statements.
func (e *end) admitToKey(c constructs.IConstruct, statement awsiam.PolicyStatement, hop string) {
	s, ok := statement.ToStatementJson().(map[string]any)
	if !ok || s["Effect"] != "Allow" || s["Action"] != kind.Of(hop).Calls[0].Action {
		return
	}
	// The CDK writes a service's name as a token.
	principals, _ := awscdk.Stack_Of(c).Resolve(s["Principal"]).(map[string]any)
	name, ok := principals["Service"].(string)
	if !ok {
		return
	}
	who := caller{principal: policygen.ServicePrincipal(name)}
	if conditions, ok := s["Condition"].(map[string]any); ok && who.conditions(conditions) != nil {
		return
	}
	if strings.HasPrefix(name, "sns.") {
		e.admitTopic(c, value(who.source.ARN))
		return
	}
	h, err := e.hopOf(name, who.source.forKey(), who.source, true)
	if errors.Is(err, policygen.ErrFIFO) || errors.Is(err, policygen.ErrAWSManagedKey) {
		refuse(c, err)
	}
	if err == nil && e.key != nil {
		e.key.enlist(c, h)
	}
}

// admitTopic lets SNS use the queue's key for what it cannot deliver from the topic of that ARN to somewhere else.
func (e *end) admitTopic(c constructs.IConstruct, arn string) {
	if e.key == nil {
		return
	}
	for _, r := range e.r.app.stages {
		for _, t := range r.ends {
			if t.topic != nil && t.text == arn {
				e.key.enlist(c, policygen.Delivery{Topics: []policygen.Topic{t.asTopic(e.key)}, Queue: e.asQueue(), DeadLetter: true}.Hops()...)
			}
		}
	}
}
