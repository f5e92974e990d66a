package fanout

import "github.com/aws/aws-cdk-go/awscdk/v2/awssns"

// TopicProps are the properties of a [Topic]: those of awssns.TopicProps and what a fan-out needs beside them.
//
// Of awssns.TopicProps, two defaults differ from the CDK's:
//
//   - EnforceSSL: true. The topic policy denies publishing without TLS.
//   - MasterKey, the customer managed key: none. An alias of a key made in this app stands for the key; what is known only
//     by the name of an alias is refused, since no identity policy can grant it. alias/aws/sns, the AWS managed key, admits
//     IAM principals of the topic's account, and never an AWS service: a topic with it that a service publishes to is refused.
type TopicProps struct {
	awssns.TopicProps

	// NewMasterKey makes the topic's customer managed key with [NewKey]. Default: false; without MasterKey too, the topic has
	// no [server-side encryption], and its messages are stored on encrypted disks all the same.
	//
	// [server-side encryption]: https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
	NewMasterKey *bool

	// DeliveryLogging logs failed deliveries to queues in CloudWatch Logs, in the log group sns/region/account/topic/Failure.
	// Without it, nothing tells why a message was dropped. An IAM role for SNS is made, which may write to the topic's log
	// groups alone. LoggingConfigs does more, under roles of yours. Default: no logging.
	DeliveryLogging *bool

	// SuppressNag writes suppressions of cdk-nag's rule AwsSolutions-IAM5 into the template: for the wildcard in
	// kms:GenerateDataKey*, which AWS asks for, in the identity policies of publishers, and for the log groups in that of
	// the role of DeliveryLogging. Default: false.
	SuppressNag *bool
}
