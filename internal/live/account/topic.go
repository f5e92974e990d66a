package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

// A topic is what reading evidence needs to know of a topic that was read.
type topic struct {
	name string
	// logged is set if SNS writes failed deliveries to queues to a log group.
	logged bool
}

type subscription = types.Subscription

// listTopics lists the topics of the Region.
func (g *regional) listTopics(ctx context.Context, how manner) {
	topics, _ := list(ctx, g.scope, "", func(token *string) (page[types.Topic], error) {
		out, err := g.sns.ListTopics(ctx, &sns.ListTopicsInput{NextToken: token})
		if err != nil {
			return page[types.Topic]{}, err
		}
		return page[types.Topic]{out.Topics, out.NextToken}, nil
	})
	for _, t := range topics {
		g.add(visit{str(t.TopicArn), how})
	}
}

// listSubscriptions lists the subscriptions that the account owns, also to topics of other accounts: ListSubscriptionsByTopic
// is only for own topics.
func (g *regional) listSubscriptions(ctx context.Context) {
	all, _ := list(ctx, g.scope, "", func(token *string) (page[subscription], error) {
		out, err := g.sns.ListSubscriptions(ctx, &sns.ListSubscriptionsInput{NextToken: token})
		if err != nil {
			return page[subscription]{}, err
		}
		return page[subscription]{out.Subscriptions, out.NextToken}, nil
	})
	by := map[string][]subscription{}
	for _, s := range all {
		by[str(s.Endpoint)] = append(by[str(s.Endpoint)], s)
		if at, _, _ := placeOf(str(s.TopicArn)); g.whole && at.account != g.account {
			g.readSubscription(ctx, s)
			g.reader.refer(str(s.TopicArn))
		}
	}
	g.work.Lock()
	defer g.work.Unlock()
	g.subscribed = by
}

// readTopic reads a topic's attributes, and by name its subscriptions too. The topic is put last, so that one that is there is whole.
//
// [GetTopicAttributes], [AWS::SNS::Topic], [AWS::SNS::TopicPolicy]
//
// [GetTopicAttributes]: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
// [AWS::SNS::Topic]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
// [AWS::SNS::TopicPolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
func (g *regional) readTopic(ctx context.Context, v visit) {
	if r, ok := g.reuse("AWS::SNS::Topic", v.arn); ok && v.how == byName {
		g.reuseTopic(r)
		return
	}
	out, err := g.sns.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &v.arn})
	if err != nil {
		g.notRead(ctx, v.arn, err)
		return
	}
	a := out.Attributes
	if v.how == byKey && !g.hasKey(a["KmsMasterKeyId"]) {
		return
	}
	policy := g.document("sns:GetTopicAttributes", v.arn, "Policy", a["Policy"])
	if v.how != alone {
		if err := g.readSubscriptions(ctx, v.arn); gone(err) {
			g.absent(v.arn)
			return
		}
	}
	if ctx.Err() != nil {
		return
	}
	if policy != nil {
		g.put("AWS::SNS::TopicPolicy", v.arn, properties{"Topics": []string{v.arn}, "PolicyDocument": policy}, nil)
	}
	name := nameIn(v.arn)
	g.put("AWS::SNS::Topic", v.arn, properties{
		"TopicName":                 name,
		"KmsMasterKeyId":            a["KmsMasterKeyId"],
		"FifoTopic":                 boolean(a["FifoTopic"]),
		"ContentBasedDeduplication": boolean(a["ContentBasedDeduplication"]),
		"DeliveryStatusLogging":     statusLogging(a),
	}, nil)
	g.haveTopic(v.arn, topic{name: name, logged: a["SQSFailureFeedbackRoleArn"] != ""}, a["KmsMasterKeyId"])
}

// haveTopic notes a topic that was read, and its key.
func (g *regional) haveTopic(arn string, t topic, key string) {
	if key != "" {
		g.want(key)
	}
	g.work.Lock()
	defer g.work.Unlock()
	g.topics[arn] = t
}

// reuseTopic goes on from a topic that an earlier reading has, as if it had just been read.
func (g *regional) reuseTopic(r live.Resource) {
	var p struct {
		TopicName, KmsMasterKeyId string
		DeliveryStatusLogging     []struct{ Protocol, FailureFeedbackRoleArn string }
	}
	if json.Unmarshal(r.Properties, &p) != nil {
		return
	}
	t := topic{name: p.TopicName}
	for _, l := range p.DeliveryStatusLogging {
		t.logged = t.logged || l.Protocol == "sqs" && l.FailureFeedbackRoleArn != ""
	}
	g.haveTopic(r.ID, t, p.KmsMasterKeyId)
	for _, other := range g.earlier[r.ID] {
		var s struct {
			Endpoint      string
			RedrivePolicy struct {
				DeadLetterTargetArn string `json:"deadLetterTargetArn"`
			}
		}
		if other.Type == "AWS::SNS::Subscription" && json.Unmarshal(other.Properties, &s) == nil {
			g.reader.refer(s.Endpoint)
			g.reader.refer(s.RedrivePolicy.DeadLetterTargetArn)
		}
	}
}

// statusLogging returns where SNS logs deliveries to queues.
func statusLogging(a map[string]string) []any {
	to := properties{
		"SuccessFeedbackRoleArn":    a["SQSSuccessFeedbackRoleArn"],
		"SuccessFeedbackSampleRate": a["SQSSuccessFeedbackSampleRate"],
		"FailureFeedbackRoleArn":    a["SQSFailureFeedbackRoleArn"],
	}
	if a["SQSSuccessFeedbackRoleArn"] == "" && a["SQSFailureFeedbackRoleArn"] == "" {
		return nil
	}
	to["Protocol"] = "sqs"
	return []any{encode(to)}
}

// boolean returns a Boolean attribute, or nil if it is not set.
func boolean(s string) any {
	if s == "" {
		return nil
	}
	return s == "true"
}

// readSubscriptions reads the subscriptions of a topic of this account.
func (g *regional) readSubscriptions(ctx context.Context, topic string) error {
	all, err := list(ctx, g.scope, topic, func(token *string) (page[subscription], error) {
		out, err := g.sns.ListSubscriptionsByTopic(ctx, &sns.ListSubscriptionsByTopicInput{TopicArn: &topic, NextToken: token})
		if err != nil {
			return page[subscription]{}, err
		}
		return page[subscription]{out.Subscriptions, out.NextToken}, nil
	})
	for _, s := range all {
		g.readSubscription(ctx, s)
	}
	return err
}

// Protocols of which the endpoint is an ARN. That of another one may be an address, a telephone number or a password in a URL, and
// stays out of the snapshot.
var namedEndpoints = map[string]bool{"sqs": true, "lambda": true, "firehose": true}

// readSubscription reads the attributes of a subscription. One that waits for its confirmation has no ARN yet, and no attributes.
//
// [GetSubscriptionAttributes], [AWS::SNS::Subscription]
//
// [GetSubscriptionAttributes]: https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
// [AWS::SNS::Subscription]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
func (g *regional) readSubscription(ctx context.Context, s subscription) {
	id, endpoint := str(s.SubscriptionArn), str(s.Endpoint)
	p := properties{"TopicArn": s.TopicArn, "Protocol": s.Protocol}
	if namedEndpoints[str(s.Protocol)] {
		p["Endpoint"] = endpoint
		g.reader.refer(endpoint)
	}
	attributes := map[string]string{"Owner": str(s.Owner)}
	if _, _, ok := placeOf(id); !ok { // PendingConfirmation or Deleted, in place of the ARN
		sum := sha256.Sum256([]byte(endpoint))
		attributes["SubscriptionArn"] = id
		g.put("AWS::SNS::Subscription", str(s.TopicArn)+"#"+str(s.Protocol)+"-"+hex.EncodeToString(sum[:6]), p, attributes)
		return
	}
	out, err := g.sns.GetSubscriptionAttributes(ctx, &sns.GetSubscriptionAttributesInput{SubscriptionArn: &id})
	if gone(err) {
		return
	}
	if err != nil {
		g.failed(ctx, id, err)
		g.put("AWS::SNS::Subscription", id, p, attributes)
		return
	}
	a := out.Attributes
	const operation = "sns:GetSubscriptionAttributes"
	p["RawMessageDelivery"] = boolean(a["RawMessageDelivery"])
	p["FilterPolicyScope"] = a["FilterPolicyScope"]
	p["FilterPolicy"] = g.document(operation, id, "FilterPolicy", a["FilterPolicy"])
	p["RedrivePolicy"] = g.document(operation, id, "RedrivePolicy", a["RedrivePolicy"])
	if a["PendingConfirmation"] == "true" {
		attributes["PendingConfirmation"] = "true"
	}
	g.put("AWS::SNS::Subscription", id, p, attributes)
	g.reader.refer(deadLetterTarget(a["RedrivePolicy"]))
}

// deadLetterTarget returns the ARN of the dead-letter queue in a redrive policy.
func deadLetterTarget(policy string) string {
	var p struct {
		DeadLetterTargetArn string `json:"deadLetterTargetArn"`
	}
	if json.Unmarshal([]byte(policy), &p) != nil {
		return ""
	}
	return p.DeadLetterTargetArn
}
