// Package eval decides whether AWS would allow a request under given policies, and says why (not).
//
//	d := eval.Evaluate(eval.Request{
//		Principal: policygen.ServicePrincipal("sns.amazonaws.com"),
//		Action:    "sqs:SendMessage",
//		Resource:  "arn:aws:sqs:us-east-2:111122223333:orders",
//		Context:   map[string][]string{"aws:SourceArn": {"arn:aws:sns:us-east-2:111122223333:events"}},
//	}, eval.Policies{Resource: &queuePolicy})
//	if d.Outcome != eval.Allowed {
//		log.Print(d.Explain())
//	}
//
// It follows AWS's documented evaluation logic for identity policies, the policies of queues, topics, keys and other
// resources, permissions boundaries, session policies, service control policies and resource control policies, within an
// account and across accounts, for IAM principals, AWS services, federated and anonymous callers. Grants of KMS, VPC
// endpoint policies and access control lists are not part of it.
//
// What is not known stays unknown: unresolved text (a CDK token, a Terraform reference), a condition key that the request
// does not mention, an account, a policy that cannot be read. Where that could tip the outcome, it is [Undecided]; it never
// counts as success, and never as failure where it makes no difference.
//
// [Compile] prepares policies for many decisions, which then need about half a microsecond each and no memory
// ([Compiled.Decide]). [Hop] decides all calls of a hop of a message at once. Everything here may be used by several
// goroutines at the same time.
//
// [Policy evaluation logic]
//
// [Policy evaluation logic]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
package eval
