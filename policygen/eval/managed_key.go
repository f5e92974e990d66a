package eval

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	services "github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// AWSManagedKeyPolicy returns the policy of an AWS managed key, alias/aws/sqs or alias/aws/sns for service "sqs" or "sns".
// Nobody can edit it. It admits principals of the account that come through the service, and so neither AWS services nor
// other accounts.
//
// AWS documents the pattern, and shows the text itself only in the console; the text here was read from public exports of
// accounts.
//
// [AWS managed keys], [auto-sqs-1 in a public report]
//
// [AWS managed keys]: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
// [auto-sqs-1 in a public report]: https://github.com/aws/aws-cdk/issues/14370
func AWSManagedKeyPolicy(owner, account, code string) policygen.Document {
	name := "Simple Queue Service (SQS)"
	actions := []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"}
	if owner == "sns" {
		name = "SNS"
		actions = []string{"kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:ListGrants", "kms:DescribeKey"}
	}
	through := policygen.Statement{
		Sid:    "Allow access through " + name + " for all principals in the account that are authorized to use " + strings.ToUpper(owner),
		Effect: policygen.Allow, Principal: &policygen.Principals{AWS: []string{"*"}}, Action: actions, Resource: []string{"*"},
		Condition: policygen.Condition{"StringEquals": {"kms:CallerAccount": {account}, "kms:ViaService": {services.Via(owner, code)}}},
	}
	metadata := policygen.DefaultKeyPolicy(account, region.Partition(code)).Statements[0]
	metadata.Sid = "Allow direct access to key metadata to the account"
	metadata.Action = []string{"kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"}
	return policygen.Document{Version: policygen.Version, ID: "auto-" + owner + "-1", Statements: []policygen.Statement{through, metadata}}
}

// managedKey returns the policy of the AWS managed key that a call is on, of the account and Region of the queue or topic
// whose messages it encrypts; nil if it is on none.
func managedKey(call policygen.Call) *Compiled {
	if call.On != policygen.OnKey {
		return nil
	}
	name, ok := services.ManagedKey(string(call.Resource))
	if !ok {
		return nil
	}
	owner, _ := text.SplitARN(string(call.Encrypts))
	d := AWSManagedKeyPolicy(name, owner[text.Account], owner[text.Region])
	return Compile(Policies{Resource: &d})
}
