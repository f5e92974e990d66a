// Package existing reads policies that are set already, as a file or the AWS CLI tells them, and completes them with what hops need.
package existing

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Policy is one that is set already.
type Policy struct {
	Name string      // of the input in errors
	json value.Value // the document; absent if there is none
	// on and of are what the policy is attached to, where the input tells: a kind, and an ARN or the name of a role or user.
	on policygen.Target
	of string
}

// An answer is the output of a command of the AWS CLI that tells a policy.
//
// [get-queue-attributes], [get-topic-attributes], [get-key-policy], [get-role-policy], [get-policy-version]
//
// [get-queue-attributes]: https://docs.aws.amazon.com/cli/latest/reference/sqs/get-queue-attributes.html
// [get-topic-attributes]: https://docs.aws.amazon.com/cli/latest/reference/sns/get-topic-attributes.html
// [get-key-policy]: https://docs.aws.amazon.com/cli/latest/reference/kms/get-key-policy.html
// [get-role-policy]: https://docs.aws.amazon.com/cli/latest/reference/iam/get-role-policy.html
// [get-policy-version]: https://docs.aws.amazon.com/cli/latest/reference/iam/get-policy-version.html
type answer struct {
	marks    string // the key by which the output is known; if it tells the kind of policy, its value is the owner
	document []string
	on       policygen.Target
}

// answers are told apart by their marks, in this order. Queues and topics have the policy among their attributes.
var answers = []answer{
	{marks: "TopicArn", document: []string{"Policy"}, on: policygen.OnTopic},
	{marks: "QueueArn", document: []string{"Policy"}, on: policygen.OnQueue},
	{marks: "RoleName", document: []string{"PolicyDocument"}, on: policygen.OnIdentity},
	{marks: "UserName", document: []string{"PolicyDocument"}, on: policygen.OnIdentity},
	{marks: "PolicyVersion", document: []string{"PolicyVersion", "Document"}},
	{marks: "Policy", document: []string{"Policy"}},
}

// Read reads a policy document, or what the AWS CLI prints about one: an object that holds the document, or the document as
// text in quotes. Attributes without a policy are no policy.
func Read(name string, data []byte) (Policy, error) {
	e := Policy{Name: name}
	if len(bytes.TrimSpace(data)) == 0 {
		return e, fmt.Errorf("file %q: it is empty, want the policy that is there, or {} if there is none", name)
	}
	v, err := value.ParseJSON(name, data)
	if err != nil {
		return e, err
	}
	from, policy := v, v
	if attributes := v.Get("Attributes"); attributes.Kind == value.Object {
		from, policy = attributes, value.Value{}
	}
	for _, a := range answers {
		if mark := from.Get(a.marks); mark.Kind != value.Absent {
			policy = from.Path(a.document...)
			if a.on != "" {
				e.on, e.of = a.on, mark.Text
			}
			break
		}
	}
	if policy.Kind == value.Text {
		text := policy.Text
		if strings.HasPrefix(text, "%7B") { // as the API of IAM encodes it
			if text, err = url.PathUnescape(text); err != nil {
				return e, fmt.Errorf("file %q: the policy in it is no text that IAM encodes: %w", name, err)
			}
		}
		e.Name = name + ", the policy in it"
		if policy, err = value.ParseJSON(e.Name, []byte(text)); err != nil {
			return e, err
		}
	}
	if policy.Kind == value.Object && len(policy.Members) == 0 {
		policy = value.Value{}
	}
	e.json = policy
	return e, nil
}

// document returns the policy as one of what it is attached to.
func (e *Policy) document(on policygen.Target) (policygen.Document, error) {
	if e.json.Kind == value.Absent {
		return policygen.Document{}, nil
	}
	k := kind.ResourcePolicy
	switch on {
	case policygen.OnIdentity:
		k = kind.IdentityPolicy
	case policygen.OnKey:
		k = kind.KeyPolicy
	}
	var problems value.Problems
	d := new(policygen.DocumentReader).Read(e.json, k, false, func(_ int, _ string, p *value.Error) {
		p.File = e.Name
		problems = append(problems, p)
	})
	return d, problems.Err()
}
