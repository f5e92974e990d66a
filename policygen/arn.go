package policygen

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
)

// An ARN names one AWS resource, in the form arn:partition:service:region:account:resource.
//
// An ARN may be unresolved: it may hold a CDK token, a Terraform reference or an Fn::Sub variable ("${…}") anywhere.
// Unresolved text passes through policygen untouched, and the methods below return "" for a part that holds any.
//
// [ARN format]
//
// [ARN format]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type ARN string

// TopicARN is the ARN of an SNS topic, arn:aws:sns:region:account:name.
type TopicARN string

// QueueARN is the ARN of an SQS queue, arn:aws:sqs:region:account:name. It may be a pattern, but in identity policies
// only.
type QueueARN string

// KeyARN is the ARN of a KMS key, arn:aws:kms:region:account:key/id. Key ids and aliases are not key ARNs, and IAM does
// not match them in a Resource element.
//
// [Specifying KMS keys in IAM policy statements]
//
// [Specifying KMS keys in IAM policy statements]: https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
type KeyARN string

// Region returns the Region code, or "" if the ARN has none or it is unresolved.
func (a ARN) Region() string { return a.part(text.Region) }

// Account returns the 12-digit account id, or "" if the ARN has none or it is unresolved.
func (a ARN) Account() string { return a.part(text.Account) }

func (a ARN) part(i int) string { return text.Known(string(a), i) }

// isFIFO reports whether a queue or topic is FIFO; ok is false if its name is not known.
func isFIFO(arn string) (fifo, ok bool) {
	fifo = strings.HasSuffix(arn, ".fifo")
	return fifo, fifo || !text.Unresolved(arn) && !strings.HasSuffix(arn, "*")
}

// arnForm says what a valid ARN of one service looks like.
type arnForm struct {
	what     string // "queue", as error messages name it
	service  string
	resource func(string) bool
	pattern  func(string) bool // the same, with wildcards
	want     string            // the resource part, in words
}

// The forms are functions: regular expressions would be compiled at the start of every program that imports the package.
var (
	queueForm = arnForm{"queue", "sqs", nameOf(80, false), nameOf(80, true),
		"a queue name of 1 to 80 letters, digits, - and _, with .fifo if it is FIFO"}
	topicForm = arnForm{"topic", "sns", nameOf(256, false), nameOf(256, true),
		"a topic name of 1 to 256 letters, digits, - and _, with .fifo if it is FIFO"}
	keyForm = arnForm{"key", "kms", isKeyResource, isKeyPattern, "key/ and the key's id"}

	partitionOK = map[string]bool{"aws": true, "aws-cn": true, "aws-us-gov": true}
)

// nameOf returns a function that reports whether its argument is the name of a queue or topic of at most that many
// characters.
func nameOf(most int, patterns bool) func(string) bool {
	return func(s string) bool {
		if len(s) > most {
			return false
		}
		if patterns {
			return s != "" && only(s, "-_.*?")
		}
		s = strings.TrimSuffix(s, ".fifo")
		return s != "" && only(s, "-_")
	}
}

// only reports whether s consists of ASCII letters, digits and the other characters given.
func only(s, others string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte(others, c) < 0:
			return false
		}
	}
	return true
}

func isKeyResource(s string) bool {
	id, ok := strings.CutPrefix(s, "key/")
	id = strings.TrimPrefix(id, "mrk-")
	return ok && len(id) >= 32 && len(id) <= 36 && strings.Trim(id, "0123456789abcdefABCDEF-") == ""
}

func isKeyPattern(s string) bool {
	id, ok := strings.CutPrefix(s, "key/")
	return ok && id != "" && only(id, "-*?")
}

// check returns an error for the first resolved part of s that is wrong. With patterns, Region, account and resource
// may hold wildcards.
func (f *arnForm) check(s string, patterns bool) error {
	what := f.what + " arn"
	if s == "" {
		return inputError(what, s, "it is empty", "", "")
	}
	p, ok := text.SplitARN(s)
	if !ok {
		if text.Unresolved(s) && !strings.HasPrefix(s, "arn:") {
			return nil
		}
		return inputError(what, s, "no ARN", "arn:partition:"+f.service+":region:account:…", "")
	}
	partition, service, code, account, resource := p[text.Partition], p[text.Service], p[text.Region], p[text.Account], p[text.Resource]
	wild := func(v string) bool { return patterns && text.IsPattern(v) }
	known := func(v string) bool { return !text.Unresolved(v) && !wild(v) }
	switch {
	case !text.Unresolved(service) && service != f.service: // IAM has no wildcards here
		return inputError(what, s, `service is "`+service+`"`, `"`+f.service+`"`, "")
	case known(partition) && !partitionOK[partition]:
		return inputError(what, s, `partition is "`+partition+`"`, "aws, aws-cn or aws-us-gov", "")
	case known(code) && !region.Is(code):
		return inputError(what, s, `region is "`+code+`"`, "a Region code such as us-east-1", "")
	case known(partition) && known(code) && partition != region.Partition(code):
		return inputError(what, s, "Region "+code+" is not in partition "+partition, "partition "+region.Partition(code), "")
	case known(account) && !text.IsAccount(account):
		return inputError(what, s, `account is "`+account+`"`, "12 digits", "")
	}
	if text.Unresolved(resource) {
		return nil
	}
	form := f.resource
	if patterns {
		form = f.pattern
	}
	if !form(resource) {
		return inputError(what, s, `resource is "`+resource+`"`, f.want, "")
	}
	return nil
}
