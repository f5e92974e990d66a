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
