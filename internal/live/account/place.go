package account

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A place is an account in one Region.
type place struct{ account, region string }

// placeOf returns where a topic, queue or key is; ok is false if the ARN is of something else.
func placeOf(arn string) (p place, service string, ok bool) {
	parts, ok := text.SplitARN(arn)
	if !ok || parts[3] == "" || parts[4] == "" || parts[2] != "sns" && parts[2] != "sqs" && parts[2] != "kms" {
		return place{}, "", false
	}
	return place{parts[4], parts[3]}, parts[2], true
}

// nameIn returns the last part of an ARN, such as the name of a topic or queue.
func nameIn(arn string) string {
	parts, _ := text.SplitARN(arn)
	return parts[5]
}

// queueAt returns the ARN of the queue with a URL. The URL ends with the account and the name, whatever host it begins with.
//
// [Queue URL]
//
// [Queue URL]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func queueAt(url, partition, region string) string {
	segments := strings.Split(url, "/")
	if len(segments) < 2 {
		return ""
	}
	return strings.Join([]string{"arn", partition, "sqs", region, segments[len(segments)-2], segments[len(segments)-1]}, ":")
}

// named returns the ARNs of topics ("sns") or queues ("sqs") that a user names, in each of the Regions if a name says none.
func (s *session) named(service, kind string, names, regions []string) ([]string, error) {
	var arns []string
	for _, n := range names {
		switch p, of, ok := placeOf(n); {
		case ok && of == service:
			if p.account != s.account {
				return nil, fmt.Errorf("%s %q: in account %s, want one of account %s, which the credentials are of", kind, n, p.account, s.account)
			}
			arns = append(arns, n)
		case strings.HasPrefix(n, "arn:"):
			return nil, fmt.Errorf("%s %q: want the ARN of a %s", kind, n, kind)
		case service == "sqs" && strings.Contains(n, "://"):
			arns = append(arns, queueAt(n, s.partition, regionIn(n, regions[0])))
		case strings.ContainsAny(n, "/: "):
			return nil, fmt.Errorf("%s %q: want a name or an ARN", kind, n)
		default:
			for _, r := range regions {
				arns = append(arns, strings.Join([]string{"arn", s.partition, service, r, s.account, n}, ":"))
			}
		}
	}
	return arns, nil
}

// regionIn returns the Region in the host of a queue's URL, or else other.
func regionIn(url, other string) string {
	for label := range strings.SplitSeq(url, ".") {
		if region.Is(label) {
			return label
		}
	}
	return other
}
