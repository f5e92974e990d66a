package service

import "strings"

// Via returns the value of kms:ViaService for a service ("sqs", "sns") in a Region. Its suffix is .amazonaws.com in every
// partition, China's too.
//
// [kms:ViaService]
//
// [kms:ViaService]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func Via(name, region string) string { return name + "." + region + ".amazonaws.com" }

// ManagedKey reports whether key names the AWS managed key of a service, and which service's ("sqs", "sns"): as alias
// (alias/aws/sqs) or alias ARN, also one with unresolved Region or account.
//
// [AWS managed keys]
//
// [AWS managed keys]: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
func ManagedKey(key string) (name string, ok bool) {
	i := strings.LastIndex(key, "alias/aws/")
	if i < 0 || i > 0 && key[i-1] != ':' {
		return "", false
	}
	return key[i+len("alias/aws/"):], true
}
