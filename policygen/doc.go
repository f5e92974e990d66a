// Package policygen writes the smallest IAM policy documents under which a message gets from its publisher through SNS
// topics and SQS queues to its consumer, also where KMS keys encrypt them.
//
// A message crosses hops, each authorized on its own. Which calls AWS makes for a hop is in one table ([Hop.Calls]);
// everything here derives from it. Describe roles with struct literals, [Producer], [Publisher], [Consumer], [Delivery],
// [Redriver] or [Subscriber], or a whole topology with [Fanout], and let [Generate] write the documents: identity policies, and
// the policies of topics, queues and keys. [Parse] reads documents by others into the same types, and package eval decides
// requests and hops with them.
//
// ARNs may be unresolved (CDK tokens, Terraform references, Fn::Sub variables): those pass through untouched. All other
// input is validated, and every problem is reported at once as an [*InputError]; documents that AWS would refuse for their
// size are a [*LimitError].
//
// The package imports the standard library only.
package policygen
