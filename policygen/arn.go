package policygen

import (
	"regexp"
	"strings"
)

// An ARN names one AWS resource, in the form arn:partition:service:region:account:resource.
//
// An ARN may be unresolved: hold a CDK token, a Terraform reference or an Fn::Sub variable ("${…}") anywhere in it.
// Unresolved text passes through policygen untouched; the methods below return "" for a part that holds any.
//
// [ARN format]
//
// [ARN format]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type ARN string

// TopicARN is the ARN of an SNS topic, arn:aws:sns:region:account:name.
type TopicARN string

// QueueARN is the ARN of an SQS queue, arn:aws:sqs:region:account:name. In identity policies only, it may be a pattern.
type QueueARN string

// KeyARN is the ARN of a KMS key, arn:aws:kms:region:account:key/id. Key ids and aliases are not key ARNs: IAM does not
// match them in a Resource element.
//
// [Specifying KMS keys in IAM policy statements]
//
// [Specifying KMS keys in IAM policy statements]: https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
type KeyARN string

// Unresolved reports whether s holds text that is known only later: a CDK token, a Terraform reference, an Fn::Sub
// variable or an IAM policy variable.
func Unresolved(s string) bool {
	return strings.Contains(s, "${") || strings.Contains(s, "#{Token[")
}

// Unresolved reports whether any part of the ARN is known only later.
func (a ARN) Unresolved() bool { return Unresolved(string(a)) }

// Partition returns "aws", "aws-cn", "aws-us-gov"…, or "" if it is not known.
func (a ARN) Partition() string { return a.part(1) }

// Service returns the service, such as "sqs", or "" if it is not known.
func (a ARN) Service() string { return a.part(2) }

// Region returns the Region code, or "" if the ARN has none or it is not known.
func (a ARN) Region() string { return a.part(3) }

// Account returns the 12-digit account id, or "" if the ARN has none or it is not known.
func (a ARN) Account() string { return a.part(4) }

// Resource returns what stands after the account, such as a queue's name or key/1234abcd-…, or "" if it is not known.
func (a ARN) Resource() string { return a.part(5) }

// IsPattern reports whether the ARN holds a wildcard, * or ?.
func (a ARN) IsPattern() bool { return strings.ContainsAny(string(a), "*?") }

func (a ARN) part(i int) string {
	p, ok := splitARN(string(a))
	if !ok || Unresolved(p[i]) {
		return ""
	}
	return p[i]
}

// splitARN cuts s at its first five colons that stand outside of ${…}.
func splitARN(s string) (p [6]string, ok bool) {
	if strings.IndexByte(s, '{') < 0 {
		return splitResolvedARN(s)
	}
	n, depth, start := 0, 0, 0
	for i := 0; i < len(s) && n < 5; i++ {
		switch c := s[i]; {
		case (c == '$' || c == '#') && i+1 < len(s) && s[i+1] == '{':
			depth++
			i++
		case c == '{' && depth > 0:
			depth++
		case c == '}' && depth > 0:
			depth--
		case c == ':' && depth == 0:
			p[n] = s[start:i]
			n++
			start = i + 1
		}
	}
	if n < 5 || p[0] != "arn" {
		return p, false
	}
	p[5] = s[start:]
	return p, true
}

// splitResolvedARN is [splitARN] for text that holds no ${…}, which is most of it.
func splitResolvedARN(s string) (p [6]string, ok bool) {
	if !strings.HasPrefix(s, "arn:") {
		return p, false
	}
	for n := range 5 {
		i := strings.IndexByte(s, ':')
		if i < 0 {
			return p, false
		}
		p[n], s = s[:i], s[i+1:]
	}
	p[5] = s
	return p, true
}

// arnForm says what a valid ARN of one service looks like.
type arnForm struct {
	what     string // "queue", as error messages name it
	service  string
	resource *regexp.Regexp
	pattern  *regexp.Regexp // the same with wildcards
	most     int            // characters of the resource part; 0 if the expressions say so
	want     string         // the resource part in words
}

// The lengths are not in the expressions: each program takes its start time to compile them, and {1,256} is a large one.
var (
	queueForm = arnForm{"queue", "sqs", regexp.MustCompile(`^[A-Za-z0-9_-]+(\.fifo)?$`),
		regexp.MustCompile(`^[A-Za-z0-9_.*?-]+$`), 80, "a queue name of 1 to 80 letters, digits, - and _, with .fifo if it is FIFO"}
	topicForm = arnForm{"topic", "sns", regexp.MustCompile(`^[A-Za-z0-9_-]+(\.fifo)?$`),
		regexp.MustCompile(`^[A-Za-z0-9_.*?-]+$`), 256, "a topic name of 1 to 256 letters, digits, - and _, with .fifo if it is FIFO"}
	keyForm = arnForm{"key", "kms", regexp.MustCompile(`^key/(mrk-)?[0-9a-fA-F-]{32,36}$`),
		regexp.MustCompile(`^key/[A-Za-z0-9*?-]+$`), 0, "key/ and the key's id"}

	partitionOK = map[string]bool{"aws": true, "aws-cn": true, "aws-us-gov": true}
	regionForm  = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`)
	accountForm = regexp.MustCompile(`^[0-9]{12}$`)
)

// check returns an error for every resolved part of s that is not of the form. With patterns, wildcards may stand in
// Region, account and resource.
func (f arnForm) check(s string, patterns bool) error {
	what := f.what + " arn"
	if s == "" {
		return inputError(what, s, "it is empty", "", "")
	}
	p, ok := splitARN(s)
	if !ok {
		if Unresolved(s) && !strings.HasPrefix(s, "arn:") {
			return nil
		}
		return inputError(what, s, "no ARN", "arn:partition:"+f.service+":region:account:…", "")
	}
	wild := func(v string) bool { return patterns && strings.ContainsAny(v, "*?") }
	known := func(v string) bool { return !Unresolved(v) && !wild(v) }
	switch {
	case !Unresolved(p[2]) && p[2] != f.service: // IAM has no wildcards here
		return inputError(what, s, `service is "`+p[2]+`"`, `"`+f.service+`"`, "")
	case known(p[1]) && !partitionOK[p[1]]:
		return inputError(what, s, `partition is "`+p[1]+`"`, "aws, aws-cn or aws-us-gov", "")
	case known(p[3]) && !regionForm.MatchString(p[3]):
		return inputError(what, s, `region is "`+p[3]+`"`, "a Region code such as us-east-1", "")
	case known(p[1]) && known(p[3]) && p[1] != PartitionOf(p[3]):
		return inputError(what, s, "Region "+p[3]+" is not in partition "+p[1], "partition "+PartitionOf(p[3]), "")
	case known(p[4]) && !accountForm.MatchString(p[4]):
		return inputError(what, s, `account is "`+p[4]+`"`, "12 digits", "")
	}
	if Unresolved(p[5]) {
		return nil
	}
	form := f.resource
	if patterns {
		form = f.pattern
	}
	if !form.MatchString(p[5]) || f.most > 0 && len(p[5]) > f.most {
		return inputError(what, s, `resource is "`+p[5]+`"`, f.want, "")
	}
	return nil
}

// PartitionOf returns the partition of a Region: aws-cn for China's, aws-us-gov for GovCloud's, else aws.
func PartitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// isFIFO reports whether a queue's or topic's ARN names a FIFO one; ok is false where the name is not known.
func isFIFO(arn string) (fifo, ok bool) {
	if Unresolved(arn) {
		return strings.HasSuffix(arn, ".fifo"), strings.HasSuffix(arn, ".fifo")
	}
	return strings.HasSuffix(arn, ".fifo"), !strings.HasSuffix(arn, "*")
}
