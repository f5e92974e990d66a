// Package policygen writes the smallest IAM policy documents that let a message travel from its publisher through SNS
// topics and SQS queues to its consumer, with or without KMS keys.
//
// A message crosses hops, and each hop is authorized on its own. One table says which calls AWS makes for each kind of
// hop ([Hop.Calls]), and everything in this package derives from it. Describe who does what with struct literals, a
// [Producer], [Publisher], [Consumer], [Delivery], [Redriver] or [Subscriber] each, or describe a whole topology with
// [Fanout]; [Generate] then writes the documents: identity policies, and the policies of topics, queues and keys.
// [Parse] reads documents written elsewhere into the same types, and package eval decides requests and hops with them.
//
// ARNs may be unresolved (CDK tokens, Terraform references, Fn::Sub variables); unresolved text passes through
// untouched. All other input is validated. Every problem is reported at once, as an [*InputError], or as a
// [*LimitError] where AWS would refuse a document for its size.
//
// The package depends on the standard library only.
package policygen
