// Package fanout makes SNS topics that fan out to SQS queues with the AWS CDK, with exactly the permissions that each hop
// of a message needs.
//
//	topic := fanout.NewTopic(stack, jsii.String("Orders"), nil)
//	topic.GrantPublish(shop)
//	topic.AddQueue(jsii.String("Billing"), nil).GrantConsumeMessages(biller)
//
// A [Topic] is an awssns.Topic and a [Queue] an awssqs.Queue, with other defaults and other grants: they fit wherever the CDK
// takes one, and its integrations grant through them. With the same scope and id they have the same logical ids, so that an
// app may move to them and keep its queues. [Subscribe], [GrantPublish], [GrantSend] and [GrantConsume] do the same for topics
// and queues of any making.
//
// [TopicProps] and [QueueProps] embed the CDK's props:
//
//	fanout.NewQueue(stack, jsii.String("Billing"), &fanout.QueueProps{
//		QueueProps: awssqs.QueueProps{EncryptionMasterKey: key},
//	})
//
// A message is lost without a word when one of up to four policies of a hop is missing: the caller's identity policy, the
// topic policy, the queue policy, the key policy. The statements here are those of package policygen, in which each rests on
// a page of AWS's documentation. What they allow does not depend on the feature flags in cdk.json.
//
// # Encryption
//
// Queues are encrypted with SSE-SQS unless they are given a customer managed key: it costs nothing, and nobody needs a grant.
// The AWS managed key, alias/aws/sqs, with which SNS never delivers, is refused in every spelling; what sets it later is found
// by package guard.
//
// A customer managed key is EncryptionMasterKey in [QueueProps] and MasterKey in [TopicProps]; one key may serve topics and
// queues of several stacks, since its policy ties SNS to the topics without referring to them. [NewKey] makes one that is
// rotated and kept.
//
// # Whose policies
//
// Grants go where AWS looks for them: to the identity policy of a role, user or group of the same account; to the topic,
// queue or key policy for AWS services; to both for other accounts. Statements of several topics, queues and grants are
// merged, so that they fit SQS's 20 statements.
//
// The CDK drops statements silently where a policy is not the app's: of imported queues and keys, of roles that must not be
// changed, of other accounts. Here each is an error annotation that holds the statements to add, [Pending] returns them all
// as documents, and [Acknowledge] says that they were added.
//
// Misuse panics with a [*Misuse], as the CDK does in Go; problems of the environment are annotations, with ids that
// awscdk.Annotations.AcknowledgeWarning takes.
//
// # Logical ids
//
// The ids of topics, queues, their policies, keys and subscriptions are those of the CDK's constructs. What stands beside them
// is named DeadLetterQueue and DeliveryLogging, within its topic or queue. They are a contract.
package fanout
