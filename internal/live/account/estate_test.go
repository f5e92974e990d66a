package account

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// An estate is what some accounts have, by ARN. Its cloud answers for topics, queues, keys and whose credentials somebody has.
type estate struct {
	topics, queues map[string]map[string]string // attributes
	subscriptions  []owned
	keys           map[string]string // policies
	grants         map[string][]kmstypes.GrantListEntry
	aliases        map[string]string // the id of the key, by the alias' ARN
	pageSize       int
}

// An owned subscription has attributes, beside what listings say of it.
type owned struct {
	snstypes.Subscription
	attributes map[string]string
}

func (e *estate) cloud() *cloud {
	c := &cloud{}
	answer(c, "STS GetCallerIdentity", func(at place, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
		return &sts.GetCallerIdentityOutput{Account: &at.account, Arn: aws.String("arn:aws:sts::" + at.account + ":assumed-role/reader/me")}, nil
	})
	answer(c, "STS AssumeRole", func(_ place, in *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
		account := strings.Split(*in.RoleArn, ":")[4]
		return &sts.AssumeRoleOutput{Credentials: &ststypes.Credentials{AccessKeyId: &account, SecretAccessKey: aws.String("secret"), SessionToken: aws.String("token")}}, nil
	})
	e.answerTopics(c)
	e.answerQueues(c)
	e.answerKeys(c)
	return c
}

// here returns the ARNs of a place, in order.
func here[V any](m map[string]V, at place) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(m)), func(arn string) bool {
		p, _, _ := placeOf(arn)
		return p != at
	})
}

// part returns a page of all, which begins where the token says.
func part[T any](all []T, token *string, size int) (some []T, next *string) {
	from, _ := strconv.Atoi(aws.ToString(token))
	if size == 0 || from+size >= len(all) {
		return all[from:], nil
	}
	return all[from : from+size], aws.String(strconv.Itoa(from + size))
}

func (e *estate) answerTopics(c *cloud) {
	answer(c, "SNS ListTopics", func(at place, in *sns.ListTopicsInput) (*sns.ListTopicsOutput, error) {
		arns, next := part(here(e.topics, at), in.NextToken, e.pageSize)
		out := &sns.ListTopicsOutput{NextToken: next}
		for _, arn := range arns {
			out.Topics = append(out.Topics, snstypes.Topic{TopicArn: &arn})
		}
		return out, nil
	})
	answer(c, "SNS GetTopicAttributes", func(at place, in *sns.GetTopicAttributesInput) (*sns.GetTopicAttributesOutput, error) {
		if a, ok := e.topics[*in.TopicArn]; ok {
			return &sns.GetTopicAttributesOutput{Attributes: a}, nil
		}
		return nil, apiError("NotFound", "Topic does not exist")
	})
	listed := func(token *string, keep func(owned) bool) (some []snstypes.Subscription, next *string) {
		var all []snstypes.Subscription
		for _, s := range e.subscriptions {
			if keep(s) {
				all = append(all, s.Subscription)
			}
		}
		return part(all, token, e.pageSize)
	}
	answer(c, "SNS ListSubscriptionsByTopic", func(at place, in *sns.ListSubscriptionsByTopicInput) (*sns.ListSubscriptionsByTopicOutput, error) {
		some, next := listed(in.NextToken, func(s owned) bool { return *s.TopicArn == *in.TopicArn })
		return &sns.ListSubscriptionsByTopicOutput{Subscriptions: some, NextToken: next}, nil
	})
	answer(c, "SNS ListSubscriptions", func(at place, in *sns.ListSubscriptionsInput) (*sns.ListSubscriptionsOutput, error) {
		some, next := listed(in.NextToken, func(s owned) bool { return *s.Owner == at.account && strings.Contains(*s.TopicArn, at.region) })
		return &sns.ListSubscriptionsOutput{Subscriptions: some, NextToken: next}, nil
	})
	answer(c, "SNS GetSubscriptionAttributes", func(at place, in *sns.GetSubscriptionAttributesInput) (*sns.GetSubscriptionAttributesOutput, error) {
		n, _ := strconv.Atoi((*in.SubscriptionArn)[strings.LastIndexByte(*in.SubscriptionArn, ':')+1:])
		return &sns.GetSubscriptionAttributesOutput{Attributes: e.subscriptions[n-1].attributes}, nil
	})
}

func queueURL(arn string) string {
	at, _, _ := placeOf(arn)
	return "https://sqs." + at.region + ".amazonaws.com/" + at.account + "/" + nameIn(arn)
}

func (e *estate) answerQueues(c *cloud) {
	absent := apiError("QueueDoesNotExist", "The specified queue does not exist.")
	urls := func(arns []string) []string {
		var all []string
		for _, arn := range arns {
			all = append(all, queueURL(arn))
		}
		return all
	}
	answer(c, "SQS ListQueues", func(at place, in *sqs.ListQueuesInput) (*sqs.ListQueuesOutput, error) {
		arns, next := part(here(e.queues, at), in.NextToken, e.pageSize)
		return &sqs.ListQueuesOutput{QueueUrls: urls(arns), NextToken: next}, nil
	})
	answer(c, "SQS GetQueueUrl", func(at place, in *sqs.GetQueueUrlInput) (*sqs.GetQueueUrlOutput, error) {
		arn := strings.Join([]string{"arn:aws:sqs", at.region, at.account, *in.QueueName}, ":")
		if _, ok := e.queues[arn]; !ok {
			return nil, absent
		}
		return &sqs.GetQueueUrlOutput{QueueUrl: aws.String(queueURL(arn))}, nil
	})
	answer(c, "SQS GetQueueAttributes", func(at place, in *sqs.GetQueueAttributesInput) (*sqs.GetQueueAttributesOutput, error) {
		if a, ok := e.queues[queueAt(*in.QueueUrl, "aws", at.region)]; ok {
			return &sqs.GetQueueAttributesOutput{Attributes: a}, nil
		}
		return nil, absent
	})
	answer(c, "SQS ListDeadLetterSourceQueues", func(at place, in *sqs.ListDeadLetterSourceQueuesInput) (*sqs.ListDeadLetterSourceQueuesOutput, error) {
		var arns []string
		for _, arn := range here(e.queues, at) {
			if deadLetterTarget(e.queues[arn]["RedrivePolicy"]) == queueAt(*in.QueueUrl, "aws", at.region) {
				arns = append(arns, arn)
			}
		}
		arns, next := part(arns, in.NextToken, e.pageSize)
		return &sqs.ListDeadLetterSourceQueuesOutput{QueueUrls: urls(arns), NextToken: next}, nil
	})
}

func (e *estate) answerKeys(c *cloud) {
	absent := apiError("NotFoundException", "Key does not exist")
	answer(c, "KMS ListAliases", func(at place, in *kms.ListAliasesInput) (*kms.ListAliasesOutput, error) {
		arns, next := part(here(e.aliases, at), in.Marker, e.pageSize)
		out := &kms.ListAliasesOutput{NextMarker: next}
		for _, arn := range arns {
			entry := kmstypes.AliasListEntry{AliasArn: &arn, AliasName: aws.String(nameIn(arn))}
			if id := e.aliases[arn]; id != "" {
				entry.TargetKeyId = &id
			}
			out.Aliases = append(out.Aliases, entry)
		}
		return out, nil
	})
	answer(c, "KMS DescribeKey", func(at place, in *kms.DescribeKeyInput) (*kms.DescribeKeyOutput, error) {
		if _, ok := e.keys[*in.KeyId]; !ok {
			return nil, absent
		}
		k := &kmstypes.KeyMetadata{Arn: in.KeyId, KeyId: aws.String(strings.TrimPrefix(nameIn(*in.KeyId), "key/")), Enabled: true, KeyState: kmstypes.KeyStateEnabled,
			KeyManager: kmstypes.KeyManagerTypeCustomer, KeySpec: kmstypes.KeySpecSymmetricDefault, KeyUsage: kmstypes.KeyUsageTypeEncryptDecrypt}
		if strings.Contains(*in.KeyId, "disabled") {
			k.Enabled, k.KeyState = false, kmstypes.KeyStateDisabled
		}
		return &kms.DescribeKeyOutput{KeyMetadata: k}, nil
	})
	answer(c, "KMS GetKeyPolicy", func(at place, in *kms.GetKeyPolicyInput) (*kms.GetKeyPolicyOutput, error) {
		return &kms.GetKeyPolicyOutput{Policy: aws.String(e.keys[*in.KeyId])}, nil
	})
	answer(c, "KMS ListGrants", func(at place, in *kms.ListGrantsInput) (*kms.ListGrantsOutput, error) {
		some, next := part(e.grants[*in.KeyId], in.Marker, e.pageSize)
		return &kms.ListGrantsOutput{Grants: some, NextMarker: next, Truncated: next != nil}, nil
	})
}

// subscribe adds a subscription of a queue to a topic.
func (e *estate) subscribe(topic, queue string, attributes map[string]string) {
	at, _, _ := placeOf(topic)
	e.subscriptions = append(e.subscriptions, owned{attributes: attributes, Subscription: snstypes.Subscription{
		SubscriptionArn: aws.String(topic + ":" + strconv.Itoa(len(e.subscriptions)+1)), TopicArn: &topic, Endpoint: &queue, Protocol: aws.String("sqs"), Owner: &at.account,
	}})
}
