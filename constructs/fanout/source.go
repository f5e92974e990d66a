package fanout

import (
	"cmp"
	"errors"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// Source is what an AWS service publishes or sends for, such as a bucket, a rule or an alarm.
type Source struct {
	// ARN is the resource, as the service passes it in aws:SourceArn; it may be a pattern. Default: any resource of
	// Account; for a service that passes no account, any of the account and Region of the topic or queue. The policy of a
	// customer managed key names it if it is literal: a reference may depend on the topic or queue, which depends on the key.
	ARN *string
	// Account is the account of the resource, where the ARN does not tell (a bucket's). Default: the account of the topic
	// or queue.
	Account *string
}

// AllowPublishFrom lets an AWS service, such as "s3.amazonaws.com", publish to the topic, and use the topic's customer
// managed key for it. Conditions tie the service to the source where AWS documents that it supports them: in the topic
// policy, in the key policy, in both or in neither. EventBridge supports none in the policy of an encrypted topic's key.
//
// It panics with a [*Misuse] if the service cannot publish to the topic: it does not publish at all, it acts under a role
// that [Topic.GrantPublish] is for, or the topic is encrypted with the AWS managed key.
func (t *Topic) AllowPublishFrom(service string, source *Source) {
	t.end.admit(t, service, value(source))
}

// AllowSendFrom lets an AWS service, such as "events.amazonaws.com", send straight to the queue, and use the queue's
// customer managed key for it; conditions as in [Topic.AllowPublishFrom]. For a queue of any making, such as a dead-letter
// queue, [GrantSend] takes an awsiam.ServicePrincipal with such conditions.
func (q *Queue) AllowSendFrom(service string, source *Source) { q.end.admit(q, service, value(source)) }

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

// admit lets an AWS service publish to the topic or send to the queue.
func (e *end) admit(c constructs.IConstruct, principal string, s Source) {
	e.warnOfEncryption(c)
	h, err := e.hopOf(principal, s, false)
	refuse(c, err)
	e.enlist(c, h)
	if e.key != nil {
		h, err := e.hopOf(principal, s, true)
		refuse(c, err)
		e.key.enlist(c, h)
	}
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
	h, err := e.hopOf(name, who.source, true)
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
				e.key.enlist(c, e.delivery(t, true)...)
			}
		}
	}
}

// hopOf returns the hop of a service to the topic or queue for the source, as its policy is to see it, or as that of its key
// is.
func (e *end) hopOf(principal string, s Source, forKey bool) (policygen.Hop, error) {
	row, known := service.LookUp(principal)
	if !known {
		want := cmp.Or(service.Nearest(principal), "its principal, such as s3.amazonaws.com")
		return policygen.Hop{}, bad("service", principal, "no AWS service that is known to publish or send", want, "")
	}
	keys := map[bool]service.Keys{false: row.Queue, true: row.QueueKey}
	if e.topic != nil {
		keys = map[bool]service.Keys{false: row.Topic, true: row.TopicKey}
	}
	h := e.entry(policygen.ServicePrincipal(principal))
	if arn := value(s.ARN); !forKey || !text.Unresolved(arn) {
		h.Source = policygen.ARN(arn)
	}
	if h.Source == "" && keys[forKey].ARN && !keys[forKey].Account {
		h.Source = policygen.ARN(e.env.arn(row.Source.Service, row.Source.Resource+"*"))
	}
	switch {
	case s.Account != nil:
		h.SourceAccount = *s.Account
	case h.Source.Account() == "": // the ARN does not tell it
		h.SourceAccount = e.env.account
	}
	return h, h.Check()
}

// entry returns the hop of a caller to the topic or queue.
func (e *end) entry(who policygen.Principal) policygen.Hop {
	if e.topic != nil {
		return policygen.Hop{Kind: kind.Publish, Caller: who, Topic: e.asTopic(nil)}
	}
	return policygen.Hop{Kind: kind.Send, Caller: who, Queue: e.asQueue()}
}
