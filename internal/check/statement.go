package check

import (
	"iter"
	"strconv"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A statement is one statement of a policy in the file.
type statement struct {
	*policygen.Statement
	policy *topology.Policy
	index  int
}

// statements yields the statements of policies in their order. A nil policy has none.
func statements(policies ...*topology.Policy) iter.Seq[statement] {
	return func(yield func(statement) bool) {
		for _, p := range policies {
			if p == nil {
				continue
			}
			for i := range p.Document.Statements {
				if !yield(statement{&p.Document.Statements[i], p, i}) {
					return
				}
			}
		}
	}
}

// keyStatements yields the statements of a key's policy, unless it is an AWS managed key, whose policy nobody can edit.
func keyStatements(k *topology.Key) iter.Seq[statement] {
	if k.AWSManaged != "" {
		return statements()
	}
	return statements(k.Policy)
}

// name names the statement as its author would look for it.
func (st statement) name() string {
	if st.Sid != "" {
		return `statement "` + st.Sid + `"`
	}
	return "statement " + strconv.Itoa(st.index+1)
}

// admitsService reports whether the statement allows something to an AWS service.
func (st statement) admitsService() bool {
	return st.Effect == policygen.Allow && st.Principal != nil && len(st.Principal.Service) > 0
}

// aboutStatement returns a finding about the statement of a policy that belongs to e.
func (s *subject) aboutStatement(r *Rule, st statement, e *topology.Element, message string) Finding {
	return s.finding(r, message, st.policy.Statement(st.index), e, &st.policy.Element)
}

// statementFix returns the fix that adds a statement to the policy of the topic, queue or key of that id.
func statementFix(on policygen.Target, id string, resource policygen.ARN, st policygen.Statement) Fix {
	return Fix{On: on, Of: id, Attachment: policygen.Attachment{On: on, Resource: resource, Account: resource.Account(),
		Document: policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{st}}}}
}
