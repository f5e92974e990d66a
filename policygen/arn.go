package policygen

import "strings"

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

func hasWildcard(s string) bool {
	return strings.IndexByte(s, '*') >= 0 || strings.IndexByte(s, '?') >= 0
}

func (a ARN) part(i int) string {
	if strings.IndexByte(string(a), '{') < 0 {
		p, _ := splitResolvedARN(string(a))
		return p[i]
	}
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
	rest := s
	for n := range 5 {
		i := strings.IndexByte(rest, ':')
		if i < 0 {
			return [6]string{}, false
		}
		p[n], rest = rest[:i], rest[i+1:]
	}
	p[5] = rest
	return p, true
}

// isFIFO reports whether a queue's or topic's ARN names a FIFO one; ok is false where the name is not known.
func isFIFO(arn string) (fifo, ok bool) {
	if Unresolved(arn) {
		return strings.HasSuffix(arn, ".fifo"), strings.HasSuffix(arn, ".fifo")
	}
	return strings.HasSuffix(arn, ".fifo"), !strings.HasSuffix(arn, "*")
}
