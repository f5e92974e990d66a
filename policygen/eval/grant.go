package eval

import "github.com/hopgrant/hopgrant/internal/text"

// A grant says how a Principal element names the caller. What a statement gives depends on it: to the caller's account (which
// may pass it on with identity policies), to the role or user of the caller, or to the caller's session itself.
//
// [Evaluating resource-based policies]
//
// [Evaluating resource-based policies]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
type grant struct {
	account text.Truth // nobody but the root user has it by this alone
	role    text.Truth // within what boundary and session policies allow
	user    text.Truth // a user by name: within what session policies allow
	direct  text.Truth // limited by nothing but explicit denies
}

// noGrant is what a statement gives that does not name the caller.
var noGrant = grant{text.No, text.No, text.No, text.No}

func (g grant) any() text.Truth { return max(g.account, g.role, g.user, g.direct) }

func (g grant) and(t text.Truth) grant {
	return grant{min(g.account, t), min(g.role, t), min(g.user, t), min(g.direct, t)}
}

func (g grant) or(h grant) grant {
	return grant{max(g.account, h.account), max(g.role, h.role), max(g.user, h.user), max(g.direct, h.direct)}
}
