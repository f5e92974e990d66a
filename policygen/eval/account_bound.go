package eval

import "strings"

// accountBound are the actions of SQS that no policy opens to another account.
//
// [Limitations of Amazon SQS custom policies]
//
// [Limitations of Amazon SQS custom policies]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limitations-of-custom-policies.html
var accountBound = []string{
	"sqs:AddPermission", "sqs:CancelMessageMoveTask", "sqs:CreateQueue", "sqs:DeleteQueue", "sqs:ListMessageMoveTask",
	"sqs:ListMessageMoveTasks", "sqs:ListQueues", "sqs:ListQueueTags", "sqs:RemovePermission", "sqs:SetQueueAttributes",
	"sqs:StartMessageMoveTask", "sqs:TagQueue", "sqs:UntagQueue",
}

// acrossAccounts are the actions of KMS that work across accounts; all others do not. The list is that of KMS's permissions
// reference under "Cross-account use: Yes".
//
// [AWS KMS permissions], [Allowing users in other accounts to use a KMS key]
//
// [AWS KMS permissions]: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
// [Allowing users in other accounts to use a KMS key]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
var acrossAccounts = []string{
	"kms:CreateGrant", "kms:Decrypt", "kms:DeriveSharedSecret", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
	"kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext", "kms:GenerateDataKeyWithoutPlaintext",
	"kms:GenerateMac", "kms:GetKeyRotationStatus", "kms:GetPublicKey", "kms:ListGrants", "kms:ReEncryptFrom",
	"kms:ReEncryptTo", "kms:RetireGrant", "kms:RevokeGrant", "kms:Sign", "kms:Verify", "kms:VerifyMac",
}

// isAccountBound reports whether an action of SQS or KMS works for principals of the resource's own account only, whatever
// policies say. Action is one action, its letters in any case; of other services it is always false.
func isAccountBound(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	switch {
	case strings.EqualFold(service, "sqs"):
		return containsFold(accountBound, action)
	case strings.EqualFold(service, "kms"):
		return !containsFold(acrossAccounts, action)
	}
	return false
}

// outsideResourceControl are the actions that no resource control policy affects.
//
// [Resource control policies and AWS KMS]
//
// [Resource control policies and AWS KMS]: https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
var outsideResourceControl = []string{"kms:RetireGrant"}

// isOutsideResourceControl reports whether resource control policies leave an action alone. Action is one action, its letters
// in any case.
func isOutsideResourceControl(action string) bool {
	return containsFold(outsideResourceControl, action)
}

func containsFold(list []string, s string) bool {
	for _, v := range list {
		if strings.EqualFold(v, s) {
			return true
		}
	}
	return false
}
