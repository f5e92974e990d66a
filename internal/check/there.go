package check

import (
	"fmt"
	"slices"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// inlineName is the name of the inline policies that commands of package snippet write.
const inlineName = "hopgrant"

// there notes with each fix of a finding in an account the policy that the statements are to be added to, and says when the fix of a key
// shows.
func (s *subject) there(f *Finding) {
	if f.Hop != nil && slices.ContainsFunc(f.Fix, func(fix Fix) bool { return fix.On == policygen.OnKey }) {
		f.advise(keyReuse(f.Hop))
	}
	for i := range f.Fix {
		fix := &f.Fix[i]
		switch fix.On {
		case policygen.OnQueue:
			for _, q := range s.Queues {
				if q.Label() == fix.Of && !q.Foreign {
					fix.There = only(q.Policies)
				}
			}
		case policygen.OnTopic:
			for _, t := range s.Topics {
				if t.Label() == fix.Of && !t.Foreign {
					fix.There = only(t.Policies)
				}
			}
		case policygen.OnKey:
			for _, k := range s.Keys {
				if k.Label() == fix.Of && k.Policy != nil {
					fix.There = only([]*topology.Policy{k.Policy})
				}
			}
		default:
			for _, c := range s.Callers {
				if c.Label() == fix.Of && !c.Foreign && !c.Linked {
					fix.There = inline(c)
				}
			}
		}
	}
}

// keyReuse says for how long a data key that is cached may hide a change of what a key allows.
//
// [Data key reuse]
//
// [Data key reuse]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
func keyReuse(h *Hop) string {
	const hides = ", so that a change may show only after that time"
	switch q := h.QueueElement; {
	case h.Record().Resource() == kind.Topic:
		return "SNS uses a data key again for up to 5 minutes" + hides
	case q != nil && q.KeyReuse != nil:
		return fmt.Sprintf("SQS uses a data key again for up to %d s (KmsDataKeyReusePeriodSeconds of queue %s)%s", *q.KeyReuse, q.Label(), hides)
	}
	return ""
}

// only returns the one policy that is there, or an empty document if there is none; nil if not all of it is known.
func only(policies []*topology.Policy) *policygen.Document {
	switch {
	case len(policies) == 0:
		return &policygen.Document{}
	case len(policies) > 1 || policies[0].Unknown != "" || len(policies[0].Refused) > 0:
		return nil
	}
	return &policies[0].Document
}

// inline returns the inline policy of a caller that a command would replace.
func inline(c *topology.Caller) *policygen.Document {
	for _, p := range c.Identity {
		if p.Name == inlineName && p.Group == "" {
			return only([]*topology.Policy{p})
		}
	}
	return &policygen.Document{}
}
