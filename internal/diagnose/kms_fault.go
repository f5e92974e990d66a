package diagnose

import (
	"regexp"

	"github.com/hopgrant/hopgrant/internal/text"
)

// A kmsFault is what KMS answered when a service used a key for the caller: a row of the table below by its name; empty if the call
// was none on a key.
type kmsFault string

// kmsDenied is the only fault that policies cause, and kmsHidden the answer that KMS gives where it does not tell whether the key
// is there.
const (
	kmsDenied kmsFault = "AccessDenied"
	kmsHidden kmsFault = "hidden"
)

// A faultRow is one answer of KMS.
type faultRow struct {
	fault kmsFault
	code  func() *regexp.Regexp // of the error, as SNS (KMSAccessDenied) and SQS (KMS.AccessDeniedException) write it
	means string                // empty for a denial
	mend  string
}

// faults are the answers of KMS that SQS and SNS pass on.
//
// [SNS], [SQS]
//
// [SNS]: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
// [SQS]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
var faults = []faultRow{
	{kmsDenied, faultCode("AccessDenied"), "", ""},
	{"Disabled", faultCode("Disabled"), "the key is disabled", "enable the key, or use another one"},
	{"InvalidState", faultCode("InvalidState"), "the key is in a state in which it cannot be used, such as pending deletion", "cancel its deletion and enable it, or use another key"},
	{"NotFound", faultCode("NotFound"), "there is no such key in the Region and account", "set a key that is there"},
	{"OptInRequired", faultCode("OptInRequired"), "the account has not subscribed to KMS", "enable KMS for the account"},
	{"InvalidKeyUsage", faultCode("InvalidKeyUsage"), "the key is not one for symmetric encryption", "use a symmetric encryption key"},
	{"Throttling", faultCode("Throttling|Throttled"), "KMS throttles the account's requests", "raise the reuse period of data keys, or the quota of KMS"},
}

// faultCode returns an expression for the codes of an answer. None of them is a word of another text.
func faultCode(name string) func() *regexp.Regexp {
	return text.WhenUsed(`(?i)\b(?:KMS\.?(?:` + name + `)(?:Exception)?\b|(?:Service: (?:AWSKMS|Kms)[;,] Status Code: \d+[;,] Error Code: (?:KMS\.?)?(?:` + name + `)(?:Exception)?))`)
}

// faultIn returns the first answer of KMS of which a text has the code; empty if there is none.
func faultIn(s string) kmsFault {
	for _, f := range faults {
		if f.code().MatchString(s) {
			return f.fault
		}
	}
	return ""
}

// rowOf returns the row of a fault.
func (f kmsFault) row() faultRow {
	for _, r := range faults {
		if r.fault == f {
			return r
		}
	}
	return faultRow{}
}
