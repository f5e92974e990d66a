package eval

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// A contextValue is what a request holds under one condition key.
type contextValue struct {
	known text.Truth // yes: it holds values; no: it has no such key; maybe: not known
	one   string
	many  []string // if not nil, in place of one
}

func (c *contextValue) len() int {
	switch {
	case c.known != text.Yes:
		return 0
	case c.many != nil:
		return len(c.many)
	}
	return 1
}

func (c *contextValue) at(i int) string {
	if c.many != nil {
		return c.many[i]
	}
	return c.one
}

var absent = contextValue{known: text.No}

func valueOf(s string) contextValue {
	if s == "" {
		return contextValue{known: text.Maybe}
	}
	return contextValue{known: text.Yes, one: s}
}

// lookUp returns what is known about a condition key, whose name is in lower case: what the request's context says of it,
// or else what follows from the rest of the request.
func (r *run) lookUp(key, written string) contextValue {
	if values, ok := given(r.req.Context, key, written); ok {
		if len(values) == 0 {
			return absent
		}
		return contextValue{known: text.Yes, many: values}
	}
	return r.derived(key)
}

// given returns the values of a key, by its name in lower case and as a policy writes it. Of several spellings in the
// context that of the policy counts, else the first in byte order.
func given(ctx map[string][]string, key, written string) (values []string, ok bool) {
	if values, ok = ctx[written]; ok {
		return values, ok
	}
	found := ""
	for k, v := range ctx {
		if text.EqualFold(key, k) && (!ok || k < found) {
			found, values, ok = k, v, true
		}
	}
	return values, ok
}

// derived returns what a condition key holds by what AWS documents of it, given principal, action and resource.
//
// [AWS global condition context keys], [Principal key values], [AWS KMS condition keys]
//
// [AWS global condition context keys]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// [Principal key values]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
// [AWS KMS condition keys]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
func (r *run) derived(key string) contextValue {
	switch c := &r.caller; key {
	case "aws:principalarn":
		return r.principalARN()
	case "aws:principalaccount":
		return c.principalAccount()
	case "aws:principaltype":
		return c.principalType()
	case "aws:principalisawsservice":
		return c.isAWSService()
	case "aws:principalservicename":
		if c.kind == service {
			return valueOf(c.name)
		}
		return absent
	case "aws:sourceaccount":
		if c.kind != service {
			return absent
		}
		if account := r.sourceAccount(); account != "" {
			return valueOf(account)
		}
	case "aws:principalservicenameslist", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths":
		if c.kind != service {
			return absent
		}
	case "aws:principalorgid", "aws:principalorgpaths":
		if !c.iam() {
			return absent
		}
	case "aws:username":
		if c.kind == user && c.isARN {
			return valueOf(lastElement(c.name))
		}
		if c.kind != user {
			return absent
		}
	case "aws:userid":
		switch c.kind {
		case root:
			return valueOf(c.account)
		case nobody:
			return valueOf("anonymous")
		}
	case "aws:resourceaccount":
		return valueOf(r.owner)
	case "aws:requestedregion":
		if r.resource.OK() {
			return valueOf(r.resource.Parts[3])
		}
	case "aws:securetransport":
		// AWS services and KMS use nothing but TLS.
		if c.kind == service || r.isKMS {
			return valueOf("true")
		}
	case "kms:calleraccount":
		if !r.isKMS || !c.iam() {
			return absent
		}
		return valueOf(c.account)
	case "kms:viaservice":
		if !r.isKMS {
			return absent
		}
	default:
		if !c.iam() && strings.HasPrefix(key, "aws:principaltag/") {
			return absent
		}
	}
	if r.req.ContextComplete {
		return absent
	}
	return contextValue{known: text.Maybe}
}

// sourceAccount returns the account of the only aws:SourceArn of the request, or "" if it has none.
func (r *run) sourceAccount() string {
	source, _ := given(r.req.Context, "aws:sourcearn", "aws:SourceArn")
	if len(source) != 1 {
		return ""
	}
	account := text.AccountIn(source[0])
	if text.IsPattern(account) {
		return ""
	}
	return account
}

// unknownPath stands in a role's ARN for a path that its session does not tell; it may be empty.
const unknownPath = "${path of the role}"

func (r *run) principalARN() contextValue {
	switch c := &r.caller; c.kind {
	case role, user, federatedUser:
		return valueOf(c.name)
	case root:
		if c.partition == "" {
			return contextValue{known: text.Maybe}
		}
		return valueOf("arn:" + c.partition + ":iam::" + c.account + ":root")
	case session:
		if !c.isARN {
			return contextValue{known: text.Maybe}
		}
		return valueOf("arn:" + c.partition + ":iam::" + c.account + ":role/" + unknownPath + c.role())
	}
	return absent
}

func (c *caller) principalAccount() contextValue {
	switch {
	case c.iam():
		return valueOf(c.account)
	case c.kind == nobody:
		return valueOf("anonymous")
	}
	return absent
}

func (c *caller) isAWSService() contextValue {
	switch c.kind {
	case service:
		return valueOf("true")
	case nobody:
		return absent
	}
	return valueOf("false")
}

func (c *caller) principalType() contextValue {
	switch c.kind {
	case role, session:
		return valueOf("AssumedRole")
	case user:
		return valueOf("User")
	case root:
		return valueOf("Account")
	case federatedUser:
		return valueOf("FederatedUser")
	case nobody:
		return valueOf("Anonymous")
	}
	return contextValue{known: text.Maybe}
}
