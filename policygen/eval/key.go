package eval

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// What the evaluator knows of condition keys, whose names are in lower case, is what AWS documents:
//
// [AWS global condition context keys], [AWS KMS condition keys]
//
// [AWS global condition context keys]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// [AWS KMS condition keys]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html

// lowerKey returns the name of a key in lower case. Of the keys that policies ask for most, it is the same text for all.
func lowerKey(written string) string {
	if key, ok := usualKeys[written]; ok {
		return key
	}
	return text.Lower(written)
}

var usualKeys = func() map[string]string {
	all := map[string]string{}
	for _, key := range []string{"aws:SourceArn", "aws:SourceAccount", "aws:SourceOwner", "aws:SourceOrgID", "aws:PrincipalArn",
		"aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalIsAWSService", "aws:PrincipalServiceName", "aws:SecureTransport",
		"aws:ResourceAccount", "aws:RequestedRegion", "aws:SourceVpc", "aws:SourceVpce", "aws:SourceIp", "aws:ViaAWSService",
		"kms:ViaService", "kms:CallerAccount", "kms:GrantIsForAWSResource", "kms:EncryptionContext:aws:sqs:arn",
		"kms:EncryptionContext:aws:sns:topicArn"} {
		all[key] = text.Lower(key)
	}
	return all
}()

// multivaluedKeys are the keys that AWS documents as multivalued: those of every service, and those of KMS.
var multivaluedKeys = map[string]bool{
	"aws:calledvia": true, "aws:principalorgpaths": true, "aws:principalservicenameslist": true, "aws:resourceorgpaths": true,
	"aws:sourceorgpaths": true, "aws:tagkeys": true,
	"kms:encryptioncontextkeys": true, "kms:grantoperations": true, "kms:resourcealiases": true,
}

// booleanKeys are the keys of AWS that are true or false and nothing else.
var booleanKeys = map[string]bool{
	"aws:securetransport": true, "aws:multifactorauthpresent": true, "aws:viaawsservice": true,
	"aws:principalisawsservice": true, "kms:grantisforawsresource": true, "kms:bypasspolicylockoutsafetycheck": true,
}

// keyHolds says whether the values of a key are of the type that an operator compares. AWS names keys that hold ARNs and
// account ids by what they hold. An account id is also a number, and so may be a date; of other keys the type is not known.
func keyHolds(key string, op comparison) text.Truth {
	if op <= stringLike {
		return text.Yes
	}
	switch {
	case strings.Contains(key, "/"): // a tag, which may hold anything
	case booleanKeys[key]:
		return text.Of(op == boolean)
	case strings.HasSuffix(key, "arn"):
		return text.Of(op == arnLike)
	case isAccountKey(key) && (op == boolean || op == arnLike || op == ipAddress || op == binaryEquals):
		return text.No
	}
	return text.Maybe
}

// isAccountKey reports whether a key holds account ids.
func isAccountKey(key string) bool {
	return (strings.HasSuffix(key, "account") || key == "aws:sourceowner") && !strings.Contains(key, "/")
}
