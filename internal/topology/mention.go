package topology

import (
	"github.com/hopgrant/hopgrant/internal/text"
)

// Mentioned returns the topic or queue that an ARN or URL names: one of the file, or a foreign one if it is sure to be a topic
// or queue; nil if it is neither.
func (r *Registry) Mentioned(name string, at Position) (*Topic, *Queue) {
	if t := r.Topic(name); t != nil {
		return t, nil
	}
	if q := r.Queue(name); q != nil {
		return nil, q
	}
	if arn := QueueOfURL(name); arn != "" {
		name = r.Canonical(string(arn))
	}
	parts, ok := text.SplitARN(name)
	if !ok || text.IsPattern(name) || parts[text.Resource] == "" ||
		text.Index(parts[text.Resource], ':') >= 0 || text.Index(parts[text.Resource], '/') >= 0 {
		return nil, nil
	}
	switch parts[text.Service] {
	case "sns":
		return r.ForeignTopic(name, at), nil
	case "sqs":
		return nil, r.ForeignQueue(name, at)
	}
	return nil, nil
}
