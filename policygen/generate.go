package policygen

import "errors"

// KeyAccess is how IAM principals of a key's own account get access to it.
type KeyAccess string

// The kinds of key access. The zero value is ByIdentityPolicy.
const (
	// ByIdentityPolicy: each caller by its own identity policy; the key policy delegates to the account.
	ByIdentityPolicy KeyAccess = ""
	// ByKeyPolicy: the key policy names each caller, which the hops must therefore name; identity policies grant nothing
	// on the key.
	ByKeyPolicy KeyAccess = "key-policy"
	// AccountWide: whoever in the account may use the queue or topic may use its key through it, as with an AWS managed key.
	AccountWide KeyAccess = "account"
)

// Options choose between ways of granting the same hops. The zero value is the narrowest.
type Options struct {
	KeyAccess KeyAccess
	// TLSOnly adds a statement to queue and topic policies that denies requests without TLS. A queue or topic whose
	// policy no hop needs gets none.
	TLSOnly bool
	// KeyStatementsOnly leaves the account's own statement out of key policies. Such a document is to be merged into
	// another: alone, it leaves nobody able to manage the key.
	KeyStatementsOnly bool
	// Account is the owner of keys whose ARN does not tell (a token), as 12 digits or unresolved text.
	Account string
}

// Generate returns the smallest documents under which every call of every hop is allowed.
//
// An IAM principal is granted a call by its identity policy, and if the resource belongs to another account, by that
// resource's policy too; an AWS service by the resource's policy alone. An account that is not known counts as the same.
// Key policies are whole: they begin with the statement that lets the account manage the key. Statements that differ only
// in resource, source or principal are merged; what is given twice is granted once.
//
// The error joins all problems: an [*InputError] for each hop that cannot work (see [Hop.Check]) and a [*LimitError] for
// each document that AWS would refuse for its size.
//
// [Policy evaluation logic]
//
// [Policy evaluation logic]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func Generate(hops []Hop, o Options) (Policies, error) {
	return nil, errors.New("being written")
}

func identityPolicy(hops []Hop) (Document, error) { return Document{}, errors.New("being written") }

// Check returns everything that is wrong.
func (h Hop) Check() error { return nil }
