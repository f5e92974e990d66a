package topology

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// misnames begins a Resource element, or a value of aws:SourceArn, that is no ARN, and so matches nothing, but means what has the ARN that follows. It is no ARN
// itself, whatever is not known of that one.
const misnames = "no ARN, but another name of "

// statedARN returns a Resource element or a value of aws:SourceArn as the topology has it: the ARN respelled, or what is no ARN and yet names
// a topic, queue or key of the file: the URL of a queue, a name, the id of a key, or the ARN or URL that stands where an ARN has the name.
//
// [IAM JSON policy elements: Resource], [aws:SourceArn]
//
// [aws:SourceArn]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
// [IAM JSON policy elements: Resource]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func (r *Registry) statedARN(written string) string {
	name := written
	if p, isARN := text.SplitARN(written); isARN {
		name = p[text.Resource]
		if p[text.Service] != "sqs" && p[text.Service] != "sns" || !strings.HasPrefix(name, "arn:") && !strings.HasPrefix(name, "https://") {
			return r.Respelled(written)
		}
	}
	if text.IsPattern(name) {
		return r.Respelled(written)
	}
	if q := r.Queue(name); q != nil {
		return misnames + string(q.ARN)
	}
	if arn := QueueOfURL(name); arn != "" {
		return misnames + r.Respelled(string(arn))
	}
	if name != written {
		return misnames + r.Respelled(name)
	}
	for _, resource := range []string{"sqs:", "sns:", "kms:key/"} {
		arns := r.arns[resource+name]
		if name != "" && len(arns) > 0 && !slices.ContainsFunc(arns, func(arn string) bool { return arn != arns[0] }) {
			return misnames + arns[0]
		}
	}
	if k := r.keys[name]; k != nil && !strings.Contains(name, "alias/") {
		return misnames + string(k.ARN)
	}
	return written
}
