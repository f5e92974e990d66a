package fanout

import (
	"errors"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
)

// TopicProps are the properties of a [Topic]: those of awssns.TopicProps and what a fan-out needs beside them.
//
// Of awssns.TopicProps, two defaults differ from the CDK's:
//
//   - EnforceSSL: true. The topic policy denies publishing without TLS.
//   - MasterKey, the customer managed key: none. An alias of a key made in this app stands for the key; what is known only
//     by the name of an alias is refused, since no identity policy can grant it. alias/aws/sns stands for [AWSManagedKey].
type TopicProps struct {
	awssns.TopicProps

	// Encryption is the server-side encryption of the topic.
	// Default: none, or the customer managed key if MasterKey is given.
	Encryption TopicEncryption

	// DeliveryLogging logs failed deliveries to queues in CloudWatch Logs, in the log group sns/region/account/topic/Failure.
	// Without it, nothing tells why a message was dropped. An IAM role for SNS is made, which may write to the topic's log
	// groups alone. LoggingConfigs does more, under roles of yours. Default: no logging.
	DeliveryLogging *bool

	// SuppressNag writes suppressions of cdk-nag's rule AwsSolutions-IAM5 into the template: for the wildcard in
	// kms:GenerateDataKey*, which AWS asks for, in the identity policies of publishers, and for the log groups in that of
	// the role of DeliveryLogging. Default: false.
	SuppressNag *bool
}

// TopicEncryption is the [server-side encryption] of a topic.
//
// [server-side encryption]: https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
type TopicEncryption string

// The kinds of encryption of a topic.
const (
	// Unencrypted: no server-side encryption; messages are stored on encrypted disks all the same.
	Unencrypted TopicEncryption = ""
	// CustomerManagedKey: a customer managed key, which [NewKey] makes if MasterKey is not given.
	CustomerManagedKey TopicEncryption = "customer-managed-key"
	// AWSManagedKey: alias/aws/sns. It admits IAM principals of the topic's account, and never an AWS service: a topic
	// with it that a service publishes to is refused.
	AWSManagedKey TopicEncryption = "aws-managed-key"
)

// check returns everything about the props that contradicts itself.
func (p *TopicProps) check() error {
	kinds := []TopicEncryption{Unencrypted, CustomerManagedKey, AWSManagedKey}
	return errors.Join(
		when(!slices.Contains(kinds, p.Encryption), bad("encryption", string(p.Encryption), "unknown", `"customer-managed-key", "aws-managed-key" or none`, "")),
		when(p.Encryption == AWSManagedKey && p.MasterKey != nil, bad("encryption", string(p.Encryption), "there is a MasterKey too", "one of them", "")),
	)
}
