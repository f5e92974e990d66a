package policygen

import "strings"

// AWSManagedKey reports whether key names the AWS managed key of a service, and which service's ("sqs", "sns"): as alias
// (alias/aws/sqs) or alias ARN, also one with unresolved Region or account.
//
// [AWS managed keys]
//
// [AWS managed keys]: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
func AWSManagedKey(key string) (service string, ok bool) {
	i := strings.LastIndex(key, "alias/aws/")
	if i < 0 || i > 0 && key[i-1] != ':' {
		return "", false
	}
	return key[i+len("alias/aws/"):], true
}

// DefaultKeyPolicy returns the policy that KMS gives a key that is made without one: it delegates to the account. The
// account is 12 digits or unresolved text, the partition "aws", "aws-cn" or "aws-us-gov".
//
// [Default key policy]
//
// [Default key policy]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func DefaultKeyPolicy(account, partition string) Document {
	return Document{Version: Version, ID: "key-default-1",
		Statements: []Statement{accountStatement(account, partition, "Enable IAM User Permissions")}}
}

// AWSManagedKeyPolicy returns the policy of an AWS managed key, alias/aws/sqs or alias/aws/sns for service "sqs" or "sns".
// Nobody can edit it. It admits principals of the account that come through the service, and so neither AWS services nor
// other accounts.
//
// AWS documents the pattern, and shows the text itself only in the console; what stands here was read from public exports
// of accounts.
//
// [AWS managed keys], [auto-sqs-1 in a public report]
//
// [AWS managed keys]: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
// [auto-sqs-1 in a public report]: https://github.com/aws/aws-cdk/issues/14370
func AWSManagedKeyPolicy(service, account, region string) Document {
	name := "Simple Queue Service (SQS)"
	actions := []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"}
	if service == "sns" {
		name = "SNS"
		actions = []string{"kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:ListGrants", "kms:DescribeKey"}
	}
	through := Statement{
		Sid:    "Allow access through " + name + " for all principals in the account that are authorized to use " + strings.ToUpper(service),
		Effect: Allow, Principal: &Principals{AWS: []string{"*"}}, Action: actions, Resource: []string{"*"},
		Condition: Condition{"StringEquals": {"kms:CallerAccount": {account}, "kms:ViaService": {viaService(service, region)}}},
	}
	metadata := accountStatement(account, PartitionOf(region), "Allow direct access to key metadata to the account")
	metadata.Action = []string{"kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"}
	return Document{Version: Version, ID: "auto-" + service + "-1", Statements: []Statement{through, metadata}}
}
