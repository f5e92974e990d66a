package eval

import (
	"strings"

	services "github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A run is the evaluation of one request.
type run struct {
	req        Request
	caller     caller
	resource   text.ARN
	owner      string // the account of the resource, may be unresolved; empty if not known
	isKMS      bool   // the action is one of KMS
	isTrust    bool   // the action is to assume a role, which the role's trust policy decides
	managed    bool   // the resource is an AWS managed key
	bounded    bool   // the caller has a permissions boundary
	service    string // of the action, in lower case
	actionOpen bool   // the action is unresolved
	standsFor  string // what resource stands for, since the request's is none of its action: a key, queue or role

	compared *text.ARN // the unresolved value of the context that an operator for ARNs compared last

	trial map[string]contextValue // values of keys that are not known, as refine tries them
	trace *trace                  // where statements are noted; nil if nowhere
}

// start fills in the zero run.
func (r *run) start(req *Request) {
	r.req, r.actionOpen = *req, text.Unresolved(req.Action)
	r.resource.Set(string(req.Resource))
	r.resource.Prepare()
	r.caller.set(req.Principal, r.resource.Parts[1])
	service := req.Action[:max(0, strings.IndexByte(req.Action, ':'))]
	service = text.Lower(service)
	r.service = service
	if r.caller.iam() && r.caller.account == "" {
		r.caller.account = only(given(req.Context, "aws:principalaccount", "aws:PrincipalAccount"))
	}
	switch {
	case req.ResourceAccount != "":
		r.owner = req.ResourceAccount
	case r.resource.OK() && r.resource.Parts[4] != "":
		r.owner = r.resource.Parts[4]
	default:
		r.owner = only(given(req.Context, "aws:resourceaccount", "aws:ResourceAccount"))
	}
	r.isKMS = service == "kms"
	if r.isKMS && !strings.HasPrefix(r.resource.Parts[5], "key/") {
		_, r.managed = services.ManagedKey(string(req.Resource))
	}
	if req.Resource == "*" || r.isAlias() {
		r.standIn()
	}
	r.isTrust = service == "sts" && (strings.HasPrefix(r.resource.Parts[5], "role/") || r.resource.Unresolved && !r.resource.OK())
}

// only returns the one value that there is, else nothing.
func only(values []string, _ bool) string {
	if len(values) == 1 {
		return values[0]
	}
	return ""
}

// hasService reports whether the action is one of the service.
func hasService(action, service string) bool {
	return len(action) > len(service) && action[len(service)] == ':' && text.EqualFold(service, action[:len(service)])
}

// explicit reports whether the resource's own policy has to allow the request, even to the principals of its own account:
// so it is for keys and for assuming roles.
//
// [Key policies], [Evaluating resource-based policies]
//
// [Key policies]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
// [Evaluating resource-based policies]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
func (r *run) explicit() bool {
	if r.isTrust {
		return true
	}
	// Aliases and actions on no key, such as listing keys, have no resource policy of their own.
	return r.isKMS && r.resource.Text != "*" && (r.managed || !strings.HasPrefix(r.resource.Parts[5], "alias/"))
}

// sameAccount says whether caller and resource belong to the same account.
func (r *run) sameAccount() text.Truth {
	switch {
	case r.resource.Text == "*" && r.owner == "":
		return text.Yes // an action without a resource is one on the own account
	case r.owner == "aws":
		return text.Maybe // who may use what AWS itself owns, such as a managed policy, the service decides
	}
	return sameText(r.caller.account, r.owner)
}

// totals is what all the policies say together, before they are weighed against each other.
type totals struct {
	deny            text.Truth
	identity        text.Truth
	boundary        text.Truth
	session         text.Truth
	serviceControl  text.Truth
	resourceControl text.Truth
	resource        grant
}

// sum applies every policy that counts for the caller.
func (c *Compiled) sum(r *run) totals {
	t := totals{deny: text.No, identity: text.No, boundary: text.Yes, session: text.Yes, serviceControl: text.Yes, resourceControl: text.Yes, resource: noGrant}
	r.bounded = c.boundary != nil && r.caller.iam() && r.caller.kind != root
	if r.caller.iam() {
		c.sumIdentity(r, &t)
	}
	if c.resource != nil {
		t.resource = c.resource.grants(r, &t.deny)
	}
	if u := c.unknownResource; u != nil {
		t.resource = t.resource.or(grant{text.Maybe, text.Maybe, text.Maybe, text.Maybe})
		u.deny(&t.deny)
	}
	if len(c.resourceControl) > 0 {
		c.sumResourceControl(r, &t)
	}
	return t
}

// sumResourceControl applies the resource control policies. AWS attaches its RCPFullAWSAccess to every level, so a level
// whose documents allow nothing is one that only denies.
func (c *Compiled) sumResourceControl(r *run, t *totals) {
	counts := r.resourceControlled()
	if counts == text.No {
		return
	}
	allow, deny := text.Yes, text.No
	for i, level := range c.resourceControl {
		if allowed := eachOf(level, place{policy: ResourceControlPolicy, level: i}, r, &deny); hasAllow(level) {
			allow = min(allow, allowed)
		}
	}
	t.resourceControl, t.deny = max(allow, counts.Not()), max(t.deny, min(deny, counts))
}

func (u *Unknown) deny(t *text.Truth) {
	if !u.OnlyAllows {
		*t = max(*t, text.Maybe)
	}
}

func hasAllow(docs []*document) bool {
	for i := range docs {
		for j := range docs[i].statements {
			if !docs[i].statements[j].deny {
				return true
			}
		}
	}
	return false
}

// sumIdentity applies the policies that are attached to the caller or its account. The root user has none of its own, and
// may do everything in its account that is not denied.
func (c *Compiled) sumIdentity(r *run, t *totals) {
	if r.caller.kind == root {
		t.identity = text.Yes
	} else {
		t.identity = eachOf(c.identity, place{policy: IdentityPolicy}, r, &t.deny)
		if u := c.unknownIdentity; u != nil {
			t.identity = max(t.identity, text.Maybe)
			u.deny(&t.deny)
		}
		if c.boundary != nil {
			t.boundary = c.boundary.allows(text.No, place{policy: PermissionsBoundary}, r, &t.deny)
		}
		if len(c.session) > 0 {
			t.session = eachOf(c.session, place{policy: SessionPolicy}, r, &t.deny)
		}
	}
	if len(c.serviceControl) > 0 && !r.caller.serviceLinked() {
		for i, level := range c.serviceControl {
			t.serviceControl = min(t.serviceControl, eachOf(level, place{policy: ServiceControlPolicy, level: i}, r, &t.deny))
		}
	}
}

// A place is where a document stands among the policies.
type place struct {
	policy       PolicyKind
	level, index int
}

// eachOf applies documents, of which the first stands in a place, and says whether one of them allows the request. Denies are
// added to deny.
func eachOf(docs []*document, at place, r *run, deny *text.Truth) text.Truth {
	t := text.No
	for i := range docs {
		at.index = i
		t = docs[i].allows(t, at, r, deny)
	}
	return t
}

// allows applies the document, and says whether it allows the request; t is what was found so far.
func (d *document) allows(t text.Truth, at place, r *run, deny *text.Truth) text.Truth {
	for i := range d.statements {
		s := &d.statements[i]
		if r.trace == nil && (s.otherService(r) || s.settled(t, *deny)) {
			continue
		}
		a := s.apply(r, false)
		if s.deny {
			*deny = max(*deny, a.truth)
		} else {
			t = max(t, a.truth)
		}
		if r.trace != nil {
			r.note(at, i, s, a)
		}
	}
	return t
}

// grants applies a resource policy, and says what it gives to the caller.
func (d *document) grants(r *run, deny *text.Truth) grant {
	g := noGrant
	for i := range d.statements {
		s := &d.statements[i]
		// A grant that is direct is not made larger by any other.
		if r.trace == nil && (s.otherService(r) || s.settled(g.direct, *deny) || s.otherCaller(r)) {
			continue
		}
		a := s.apply(r, true)
		if s.deny {
			*deny = max(*deny, a.truth)
		} else {
			g = g.or(a.grant)
		}
		if r.trace != nil {
			r.note(place{policy: ResourcePolicy}, i, s, a)
		}
	}
	return g
}
