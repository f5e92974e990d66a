// Package live reads a snapshot of AWS accounts into a topology.
//
// A snapshot says what an account holds in the words of CloudFormation's resource types, so that the reader of templates
// reads it too: nothing that is known of a type is written twice.
package live

import (
	"encoding/json"
	"time"
)

// Version is the version of the snapshot's form. A reader refuses any other.
const Version = 1

// A Snapshot is what was read of one account or more. It holds no messages, no environment variables and no code.
type Snapshot struct {
	// Version is [Version].
	Version int `json:"hopgrantSnapshot"`
	// Scopes holds what was read, in the order of account and Region. What an account has once, such as its roles, is in
	// the scope without a Region.
	Scopes []Scope `json:"scopes"`
}

// A Scope is an account in one Region, or what the account has in all of them.
type Scope struct {
	// Account is the account's number of twelve digits.
	Account string `json:"account"`
	// Partition is the partition of the account, such as "aws".
	Partition string `json:"partition"`
	// Region is the Region, or empty for what the account has once.
	Region string `json:"region,omitempty"`
	// Only holds the ARNs that reading was narrowed to. If it is empty, the whole Region was read; otherwise what is not in
	// Resources may be there nevertheless.
	Only []string `json:"only,omitempty"`
	// ReadAt is when reading ended.
	ReadAt time.Time `json:"readAt"`
	// Resources holds what is there, ordered by type and ID.
	Resources []Resource `json:"resources"`
	// Missing holds what a resource names or a listing had, and AWS says does not exist: ARNs, and names of aliases of keys.
	Missing []string `json:"missing,omitempty"`
	// Gaps holds what was not read, or not wholly. What hangs on a gap is unknown.
	Gaps []Gap `json:"gaps,omitempty"`
	// Evidence holds what was seen of deliveries, beside the configuration.
	Evidence []Evidence `json:"evidence,omitempty"`
}

// A Resource is one resource of an account.
type Resource struct {
	// Type is the type in CloudFormation, such as "AWS::SQS::Queue", or AWS::KMS::Grant, which CloudFormation lacks: its
	// properties are those of [a grant].
	//
	// [a grant]: https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
	Type string `json:"type"`
	// ID is the ARN where the resource has one, else what tells it from others of its type.
	ID string `json:"id"`
	// Properties holds the properties of the type as the resource's own documentation has them; references are ARNs, names and
	// URLs as AWS answered them, and policies are documents.
	Properties json.RawMessage `json:"properties"`
	// Attributes holds what AWS answered beside the properties, by AWS's own name, such as the KeyState of a key or the
	// PendingConfirmation of a subscription. Tags are among them: see [TagAttribute].
	Attributes map[string]string `json:"attributes,omitempty"`
	// ReadAt is when the resource was read, if an earlier reading did so.
	ReadAt *time.Time `json:"readAt,omitempty"`
}

// TagAttribute returns the name of the attribute that has the value of a tag.
func TagAttribute(key string) string { return "tag:" + key }

// A Gap is a call that AWS did not answer, or did not answer to the end.
type Gap struct {
	// Operation is the call, such as "sqs:GetQueueAttributes"; empty if the reason is one for all calls of the scope.
	Operation string `json:"operation"`
	// Resource is the ID of the resource that was asked for, or empty if the call lists resources.
	Resource string `json:"resource,omitempty"`
	// Reason is AWS's answer, such as "AccessDenied: …".
	Reason string `json:"reason"`
	// Evidence says that only evidence is missing, so that no verdict hangs on the call.
	Evidence bool `json:"evidence,omitempty"`
}

// Evidence is one sign that messages arrive or do not.
type Evidence struct {
	// Resource is the ID of the resource that it is about.
	Resource string `json:"resource"`
	// Source is where it was seen, such as "AWS/SNS NumberOfNotificationsFailed" or "CloudTrail".
	Source string `json:"source"`
	// From and To bound the time that was looked at.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Value is a metric's value; what Source says is its unit.
	Value float64 `json:"value"`
	// Text is the event or log line, without the message that it is about.
	Text string `json:"text,omitempty"`
}
