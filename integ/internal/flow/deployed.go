package flow

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"

	"github.com/hopgrant/hopgrant/integ/internal/account"
)

// A Queue is a queue as the SQS API describes it.
type Queue struct {
	ID, URL    string
	Clients    *account.Clients
	Queue      policygen.Queue
	Policy     *policygen.Document // nil if there is none
	Attributes map[string]string
	Timing     account.Timing
}

// A Topic is a topic as the SNS API describes it.
type Topic struct {
	ID      string
	Clients *account.Clients
	Topic   policygen.Topic
	Policy  *policygen.Document
	// Subscriptions holds the attributes of the subscriptions of queues to the topic, by the queue's ARN.
	Subscriptions map[policygen.QueueARN]map[string]string
}

// A Role is a role with its policies as the IAM API returns them.
type Role struct {
	ID       string
	ARN      policygen.RoleARN
	Policies []policygen.Document // inline policies first

	clients *account.Clients
	name    string
	inline  []string // the names of the inline policies
}

// Deployed is what stacks created, read back through the APIs of the services. Only the logical ids come from a
// template.
type Deployed struct {
	Queues map[string]*Queue // by logical id
	Topics map[string]*Topic
	Roles  map[string]*Role
	Keys   map[policygen.KeyARN]*policygen.Document

	stacks []*account.Stack
}

// ReadBack reads what stacks created. It is an error if several stacks share a logical id.
func ReadBack(ctx context.Context, stacks ...*account.Stack) (*Deployed, error) {
	d := &Deployed{
		Queues: map[string]*Queue{}, Topics: map[string]*Topic{}, Roles: map[string]*Role{},
		Keys: map[policygen.KeyARN]*policygen.Document{}, stacks: stacks,
	}
	seen := map[string]string{}
	for _, s := range stacks {
		for id, typ := range s.Types {
			if other, ok := seen[id]; ok && (typ == QueueType || typ == TopicType || typ == roleType) {
				return nil, fmt.Errorf("logical id %q: in stack %s and in stack %s, want one of them", id, other, s.Name)
			}
			seen[id] = s.Name
			if err := d.read(ctx, s, id, typ); err != nil {
				return nil, fmt.Errorf("%s %s of stack %s: %w", typ, id, s.Name, err)
			}
		}
	}
	return d, nil
}

// The resource types that are read back.
const (
	QueueType = "AWS::SQS::Queue"
	TopicType = "AWS::SNS::Topic"
	keyType   = "AWS::KMS::Key"
	roleType  = "AWS::IAM::Role"
)

func (d *Deployed) read(ctx context.Context, s *account.Stack, id, typ string) (err error) {
	switch typ {
	case QueueType:
		d.Queues[id], err = d.queue(ctx, s.Clients, id, s.Physical[id])
	case TopicType:
		d.Topics[id], err = d.topic(ctx, s.Clients, id, s.Physical[id])
	case keyType:
		_, err = d.key(ctx, s.Clients, s.Physical[id])
	case roleType:
		d.Roles[id], err = readRole(ctx, s.Clients, id, s.Physical[id])
	}
	return err
}

// Refresh reads everything again, for example after a change through an API.
func (d *Deployed) Refresh(ctx context.Context) (*Deployed, error) { return ReadBack(ctx, d.stacks...) }

func (d *Deployed) queue(ctx context.Context, c *account.Clients, id, url string) (*Queue, error) {
	out, err := c.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(url), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
	})
	if err != nil {
		return nil, err
	}
	q := &Queue{ID: id, URL: url, Clients: c, Attributes: out.Attributes, Timing: c.Timing}
	q.Queue.ARN = policygen.QueueARN(out.Attributes["QueueArn"])
	if q.Policy, err = parseOptional(out.Attributes["Policy"]); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	q.Queue.Key, err = d.key(ctx, c, out.Attributes["KmsMasterKeyId"])
	return q, err
}

func (d *Deployed) topic(ctx context.Context, c *account.Clients, id, arn string) (*Topic, error) {
	out, err := c.SNS.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String(arn)})
	if err != nil {
		return nil, err
	}
	t := &Topic{ID: id, Clients: c, Subscriptions: map[policygen.QueueARN]map[string]string{}}
	t.Topic.ARN = policygen.TopicARN(arn)
	if t.Policy, err = parseOptional(out.Attributes["Policy"]); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if t.Topic.Key, err = d.key(ctx, c, out.Attributes["KmsMasterKeyId"]); err != nil {
		return nil, err
	}
	pages := sns.NewListSubscriptionsByTopicPaginator(c.SNS, &sns.ListSubscriptionsByTopicInput{TopicArn: aws.String(arn)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Subscriptions {
			if aws.ToString(s.Protocol) != "sqs" {
				continue
			}
			a, err := c.SNS.GetSubscriptionAttributes(ctx, &sns.GetSubscriptionAttributesInput{SubscriptionArn: s.SubscriptionArn})
			if err != nil {
				return nil, err
			}
			t.Subscriptions[policygen.QueueARN(aws.ToString(s.Endpoint))] = a.Attributes
		}
	}
	return t, nil
}

// key reads the policy of a key, which may be given by id, ARN or alias, and returns the key's ARN. The AWS managed key
// keeps its alias, as in policygen; its policy is known and cannot be read.
func (d *Deployed) key(ctx context.Context, c *account.Clients, id string) (policygen.KeyARN, error) {
	if id == "" {
		return "", nil
	}
	if service, ok := service.ManagedKey(id); ok {
		doc := eval.AWSManagedKeyPolicy(service, c.Account, c.Region)
		d.Keys[policygen.KeyARN(id)] = &doc
		return policygen.KeyARN(id), nil
	}
	owner := c
	if arn := policygen.ARN(id); arn.Account() != "" && arn.Account() != c.Account {
		owner = d.clientsOf(arn)
	}
	meta, err := owner.KMS.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(id)})
	if err != nil {
		return "", fmt.Errorf("key %q: %w", id, err)
	}
	arn := policygen.KeyARN(aws.ToString(meta.KeyMetadata.Arn))
	out, err := owner.KMS.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: meta.KeyMetadata.KeyId, PolicyName: aws.String("default")})
	if err != nil {
		return "", fmt.Errorf("policy of key %q: %w", id, err)
	}
	d.Keys[arn], err = parseOptional(aws.ToString(out.Policy))
	return arn, err
}

// parseOptional reads a policy document, or returns nil if there is no text.
func parseOptional(text string) (*policygen.Document, error) {
	if text == "" {
		return nil, nil
	}
	doc, err := policygen.Parse([]byte(text))
	return &doc, err
}
