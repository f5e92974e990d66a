package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"

	"github.com/hopgrant/hopgrant/integ/internal/account"
)

// An Attached is a deployed policy document that can be replaced through its service's API.
type Attached struct {
	On       string // such as "queue policy of Orders"
	Document policygen.Document
	OnKey    bool
	put      func(ctx context.Context, text string) error // empty text removes the policy
}

// Put replaces the document. A document without statements removes the policy.
func (a Attached) Put(ctx context.Context, doc policygen.Document) error {
	text := ""
	if len(doc.Statements) > 0 {
		data, err := json.Marshal(doc)
		if err != nil {
			return err
		}
		text = string(data)
	}
	if err := a.put(ctx, text); err != nil {
		return fmt.Errorf("%s: %w", a.On, err)
	}
	return nil
}

// Without returns the document without statement i. If that is the only statement of a key policy, it is narrowed to
// one harmless action instead, because KMS does not accept a policy without statements.
func (a Attached) Without(i int) policygen.Document {
	doc := a.Document
	if a.OnKey && len(doc.Statements) == 1 {
		s := doc.Statements[0]
		s.Action = []string{"kms:DescribeKey"}
		doc.Statements = []policygen.Statement{s}
		return doc
	}
	doc.Statements = slices.Delete(slices.Clone(doc.Statements), i, i+1)
	return doc
}

// A Carrier is a statement that a call depends on: without it the call is not allowed.
type Carrier struct {
	Attached  Attached
	Statement int
}

// String names the statement.
func (c Carrier) String() string {
	return fmt.Sprintf("statement %d (%s) of the %s", c.Statement, c.Sid(), c.Attached.On)
}

// Sid returns the statement's Sid.
func (c Carrier) Sid() string { return c.Attached.Document.Statements[c.Statement].Sid }

// Remove removes the statement and nothing else. [Carrier.Restore] puts it back.
func (c Carrier) Remove(ctx context.Context) error {
	return c.Attached.Put(ctx, c.Attached.Without(c.Statement))
}

// Restore sets the whole document again.
func (c Carrier) Restore(ctx context.Context) error { return c.Attached.Put(ctx, c.Attached.Document) }

// policies decide any call.
type policies eval.Policies

func (p policies) Policies(policygen.Call) []*eval.Compiled {
	return []*eval.Compiled{eval.Compile(eval.Policies(p))}
}

// Carriers returns the statements without which the call is not allowed according to the evaluator. To test that,
// remove one.
func (d *Deployed) Carriers(call policygen.Call) []Carrier {
	var carriers []Carrier
	resource, identity := d.attachedResource(call), d.attachedIdentity(call)
	try := func(a Attached, p func(policygen.Document) eval.Policies) {
		for i := range a.Document.Statements {
			if eval.Hop([]policygen.Call{call}, policies(p(a.Without(i)))).Outcome != eval.Allowed {
				carriers = append(carriers, Carrier{a, i})
			}
		}
	}
	documents := func() []policygen.Document {
		docs := make([]policygen.Document, len(identity))
		for i, a := range identity {
			docs[i] = a.Document
		}
		return docs
	}
	if resource != nil {
		try(*resource, func(doc policygen.Document) eval.Policies {
			return eval.Policies{Identity: documents(), Resource: &doc}
		})
	}
	for i, a := range identity {
		try(a, func(doc policygen.Document) eval.Policies {
			docs := documents()
			docs[i] = doc
			return eval.Policies{Identity: docs, Resource: d.ResourcePolicy(call)}
		})
	}
	return carriers
}

// attachedResource returns the policy of the call's topic, queue or key, or nil if there is none or it cannot be
// edited.
func (d *Deployed) attachedResource(call policygen.Call) *Attached {
	doc := d.ResourcePolicy(call)
	if doc == nil {
		return nil
	}
	a := Attached{Document: *doc}
	switch call.On {
	case policygen.OnKey:
		if _, ok := service.ManagedKey(string(call.Resource)); ok {
			return nil
		}
		a.On, a.OnKey = "key policy of "+string(call.Resource), true
		c := d.clientsOf(call.Resource)
		a.put = func(ctx context.Context, text string) error {
			_, err := c.KMS.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{
				KeyId: aws.String(string(call.Resource)), PolicyName: aws.String("default"), Policy: aws.String(text),
			})
			return err
		}
	case policygen.OnTopic:
		for _, t := range d.Topics {
			if policygen.ARN(t.Topic.ARN) == call.Resource {
				a.On = "topic policy of " + t.ID
				a.put = func(ctx context.Context, text string) error { return t.setPolicy(ctx, text) }
			}
		}
	case policygen.OnQueue:
		for _, q := range d.Queues {
			if policygen.ARN(q.Queue.ARN) == call.Resource {
				a.On = "queue policy of " + q.ID
				a.put = func(ctx context.Context, text string) error { return q.setPolicy(ctx, text) }
			}
		}
	}
	return &a
}

func (q *Queue) setPolicy(ctx context.Context, text string) error {
	_, err := q.Clients.SQS.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{
		QueueUrl: aws.String(q.URL), Attributes: map[string]string{"Policy": text},
	})
	return err
}

func (t *Topic) setPolicy(ctx context.Context, text string) error {
	_, err := t.Clients.SNS.SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{
		TopicArn: aws.String(string(t.Topic.ARN)), AttributeName: aws.String("Policy"), AttributeValue: aws.String(text),
	})
	return err
}

// attachedIdentity returns the inline policies of the call's role.
func (d *Deployed) attachedIdentity(call policygen.Call) []Attached {
	var all []Attached
	for _, r := range d.Roles {
		if call.Caller != r.ARN {
			continue
		}
		for i, name := range r.inline {
			a := Attached{On: "policy " + name + " of role " + r.ID, Document: r.Policies[i]}
			a.put = func(ctx context.Context, text string) error {
				if text == "" {
					_, err := r.clients.IAM.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(r.name), PolicyName: aws.String(name)})
					return err
				}
				_, err := r.clients.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
					RoleName: aws.String(r.name), PolicyName: aws.String(name), PolicyDocument: aws.String(text),
				})
				return err
			}
			all = append(all, a)
		}
	}
	return all
}

// clientsOf returns the clients of the account and Region of a resource.
func (d *Deployed) clientsOf(arn policygen.ARN) *account.Clients {
	for _, s := range d.stacks {
		if s.Clients.Account == arn.Account() && s.Clients.Region == arn.Region() {
			return s.Clients
		}
	}
	return d.stacks[0].Clients
}
