package policygen

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// A LimitError reports a document that AWS would refuse for its size.
type LimitError struct {
	Document Attachment // the document that is too large
	Limit    string     // "bytes", "characters", "statements", "principals", "conditions" or "actions of a statement"
	Value    int        // how many of them the document has
	Max      int        // how many AWS allows
	// Sources is the number of topics or other sources that the document names, and Fit the number of them that would fit.
	// Both are 0 if the sources are not what exceeds the limit.
	Sources, Fit int
}

// Error says which document exceeds which limit, by how much, and what to do.
func (e *LimitError) Error() string {
	name := string(e.Document.Resource)
	if e.Document.On == OnIdentity {
		name = ""
		if e.Document.Principal != nil {
			name = e.Document.Principal.String()
		}
	}
	if name != "" {
		name = ` "` + name + `"`
	}
	s := fmt.Sprintf("%s policy%s: %d %s, want at most %d", e.Document.On, name, e.Value, e.Limit, e.Max)
	switch {
	case e.Sources > 0:
		s += fmt.Sprintf("; %d of its %d sources fit, use more than one queue or key for the rest", e.Fit, e.Sources)
	case e.Document.On == OnIdentity:
		s += "; use several policies, each for a part of the queues and topics"
	default:
		s += "; use more than one " + string(e.Document.On)
	}
	return s
}

// limits are AWS's limits for one kind of document; 0 means no limit.
type limits struct {
	size       int
	unit       string // the unit of size
	statements int
	principals int
	conditions int
	actions    int // per statement
}

// documentLimits are the limits that AWS documents, without white space. Identity policies have the limits of managed
// policies.
//
// [Amazon SQS policy quotas], [Amazon SNS policy quotas], [KMS resource quotas] and [IAM quotas]
//
// [Amazon SQS policy quotas]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
// [Amazon SNS policy quotas]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
// [KMS resource quotas]: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
// [IAM quotas]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
var documentLimits = map[Target]limits{
	OnIdentity: {size: 6144, unit: "characters"},
	OnQueue:    {size: 8192, unit: "bytes", statements: 20, principals: 50, conditions: 10, actions: 7},
	OnTopic:    {size: 30 * 1024, unit: "bytes", statements: 100, principals: 200},
	OnKey:      {size: 32 * 1024, unit: "bytes"},
}

// CheckLimits returns a [*LimitError] for the first of AWS's limits that the document exceeds, or nil if there is none.
// [Generate] checks its own documents; this method is for documents from elsewhere. Identity policies have the limits
// of managed policies. Unresolved text counts as it stands, though its value may be longer.
func (a Attachment) CheckLimits() error {
	most := documentLimits[a.On]
	var e *LimitError
	over := func(limit string, value, max int) bool {
		if max == 0 || value <= max {
			return false
		}
		e = &LimitError{Document: a, Limit: limit, Value: value, Max: max}
		return true
	}
	principals, conditions, actions := 0, 0, 0
	for _, s := range a.Document.Statements {
		if s.Principal != nil && s.Effect == Allow {
			principals += len(s.Principal.AWS) + len(s.Principal.Service)
		}
		for _, keys := range s.Condition {
			conditions += len(keys)
		}
		if s.Effect == Allow {
			actions = max(actions, len(s.Action))
		}
	}
	switch {
	case over("statements", len(a.Document.Statements), most.statements):
	case over("principals", principals, most.principals):
	case over("conditions", conditions, most.conditions):
	case over("actions of a statement", actions, most.actions):
	case a.Document.estimate() > most.size && over(most.unit, a.Document.size(), most.size):
		e.Sources, e.Fit = a.Document.room(most.size)
	default:
		return nil
	}
	return e
}

// estimate returns an upper bound of the document's length without white space, which is expensive to measure. The
// bound holds for text without escapes, which is all that policygen writes.
func (d Document) estimate() int {
	n := 128
	add := func(set []string) {
		for _, v := range set {
			n += len(v) + 3
		}
	}
	for i := range d.Statements {
		s := &d.Statements[i]
		n += 256 + len(s.Sid)
		add(s.Action)
		add(s.Resource)
		if s.Principal != nil {
			add(s.Principal.AWS)
			add(s.Principal.Service)
		}
		for op, keys := range s.Condition {
			n += len(op) + 8
			for k, values := range keys {
				n += len(k) + 8
				add(values)
			}
		}
	}
	return n
}

// size returns the length of the document without white space.
func (d Document) size() int {
	text, err := d.MarshalJSON()
	if err != nil {
		panic("policygen: encoding strings failed: " + err.Error())
	}
	return len(text)
}

// room returns how many sources the statement with the most of them names, and how many of those would fit into max
// bytes.
func (d Document) room(max int) (sources, fit int) {
	d.Statements = slices.Clone(d.Statements)
	longest, operator, key := -1, "", ""
	for i, s := range d.Statements {
		for op, keys := range s.Condition {
			for k, values := range keys {
				if strings.EqualFold(k, "aws:SourceArn") && len(values) > sources {
					longest, operator, key, sources = i, op, k, len(values)
				}
			}
		}
	}
	if longest < 0 {
		return 0, 0
	}
	all := d.Statements[longest].Condition[operator][key]
	return sources, sort.Search(sources, func(n int) bool {
		d.Statements[longest].Condition = Condition{operator: {key: all[:n]}}
		return d.size() > max
	}) - 1
}
