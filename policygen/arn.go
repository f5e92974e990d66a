package policygen

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// An ARN names one AWS resource, in the form arn:partition:service:region:account:resource.
//
// An ARN may be unresolved: hold a CDK token, a Terraform reference or an Fn::Sub variable ("${…}") anywhere in it.
// Unresolved text passes through policygen untouched; the methods below return "" for a part that holds any.
//
// [ARN format]
//
// [ARN format]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type ARN string

// TopicARN is the ARN of an SNS topic, arn:aws:sns:region:account:name.
type TopicARN string

// QueueARN is the ARN of an SQS queue, arn:aws:sqs:region:account:name. In identity policies only, it may be a pattern.
type QueueARN string

// KeyARN is the ARN of a KMS key, arn:aws:kms:region:account:key/id. Key ids and aliases are not key ARNs: IAM does not
// match them in a Resource element.
//
// [Specifying KMS keys in IAM policy statements]
//
// [Specifying KMS keys in IAM policy statements]: https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
type KeyARN string

// Region returns the Region code, or "" if the ARN has none or it is not known.
func (a ARN) Region() string { return a.part(text.Region) }

// Account returns the 12-digit account id, or "" if the ARN has none or it is not known.
func (a ARN) Account() string { return a.part(text.Account) }

func (a ARN) part(i int) string { return text.Known(string(a), i) }

// isFIFO reports whether a queue's or topic's ARN names a FIFO one; ok is false where the name is not known.
func isFIFO(arn string) (fifo, ok bool) {
	if text.Unresolved(arn) {
		return strings.HasSuffix(arn, ".fifo"), strings.HasSuffix(arn, ".fifo")
	}
	return strings.HasSuffix(arn, ".fifo"), !strings.HasSuffix(arn, "*")
}
