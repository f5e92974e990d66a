package policygen

import (
	"cmp"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// Check returns everything that makes the hop impossible, joined, each problem an [*InputError]; it returns nil if
// there is none. Unresolved values are assumed to be right. Queues and keys may be ARN patterns if identity policies
// grant all of the hop's calls.
func (h Hop) Check() error { return errors.Join(h.check(newCheckMemo(1))...) }

// check returns what [Hop.Check] joins.
func (h *Hop) check(memo *checkMemo) []error {
	c := hopCheck{hop: h, patterns: h.identityOnly(), memo: memo}
	c.encoding()
	c.caller()
	k := h.record()
	if k.Name == "" {
		c.add(nil, "hop", string(h.Kind), "unknown", kindNames(), "")
		return c.errs
	}
	for _, end := range []kind.Part{k.From, k.To} {
		c.end(end)
	}
	if k.CallsOn(kind.SourceKeys) {
		c.sourceKeys()
	}
	if k.By == kind.IAMOrService {
		c.source()
	}
	c.ends(k)
	if k.Leaves() && h.Client != "" && h.Client != Poller && h.Client != LambdaTrigger {
		c.add(nil, "client", string(h.Client), "unknown", value.QuotedOr([]string{string(Poller), string(LambdaTrigger)}), "")
	}
	return c.errs
}

// kindNames lists the names of the kinds of hop.
func kindNames() string {
	var names []string
	for _, k := range kind.All() {
		names = append(names, k.Name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// A hopCheck collects the problems of a hop.
type hopCheck struct {
	hop      *Hop
	patterns bool
	memo     *checkMemo
	errs     []error
}

func (c *hopCheck) add(cause error, what, value, got, want, fix string) {
	e := inputError(what, value, got, want, fix)
	e.Cause = cause
	c.errs = append(c.errs, e)
}

func (c *hopCheck) err(err error) {
	if err != nil {
		c.errs = append(c.errs, err)
	}
}

// A checkMemo keeps the results of checks of ARNs and principals, because hops share many of them.
type checkMemo struct {
	arns       map[checkedARN]error
	principals map[Principal]error
}

type checkedARN struct {
	form     *arnForm
	arn      string
	patterns bool
}

func newCheckMemo(hops int) *checkMemo {
	return &checkMemo{arns: make(map[checkedARN]error, hops), principals: make(map[Principal]error, hops)}
}

// arn checks an ARN's form.
func (c *hopCheck) arn(f *arnForm, s string, patterns bool) error {
	k := checkedARN{f, s, patterns}
	err, ok := c.memo.arns[k]
	if !ok {
		err = f.check(s, patterns)
		c.memo.arns[k] = err
	}
	return err
}

// principal checks the caller's form.
func (c *hopCheck) principal(p Principal) error {
	err, ok := c.memo.principals[p]
	if !ok {
		err = checkPrincipal(p)
		c.memo.principals[p] = err
	}
	return err
}

// identityOnly reports whether identity policies grant all of the hop's calls, because the caller is an IAM principal
// and no resource is known to belong to another account.
func (h *Hop) identityOnly() bool {
	if h.record().BySNS() || IsService(h.Caller) {
		return false
	}
	if _, ok := h.Caller.(OrganizationID); ok {
		return false
	}
	only, account := true, AccountOf(h.Caller)
	h.each(func(_ *row, resource ARN) { only = only && !foreign(account, resource) })
	return only
}

// foreign reports whether the resource is known to belong to another account. It is false if account is "", which stands for
// an unknown one.
func foreign(account string, resource ARN) bool {
	if account == "" {
		return false
	}
	its := resource.Account()
	return its != "" && its != account && !text.IsPattern(its)
}

func (c *hopCheck) caller() {
	h := c.hop
	c.err(c.principal(h.Caller))
	service, isService := h.Caller.(ServicePrincipal)
	switch {
	case h.record().BySNS():
		if h.Caller != nil && !(isService && strings.HasPrefix(string(service), "sns.")) {
			c.add(ErrCaller, "caller", h.Caller.String(), "SNS delivers itself", "sns.amazonaws.com or none", "")
		}
	case h.Caller == Principal(Anyone{}):
		c.add(ErrCaller, "principal", "*", "that is everybody in the world", "a role, a user, an account or a service", "")
	case isService && h.record().By != kind.IAMOrService:
		c.add(ErrCaller, "principal", string(service), "AWS services do not "+string(h.Kind), "a role or user",
			"name the role under which it is done, such as a Lambda function's execution role")
	}
	if _, ok := h.Caller.(OrganizationID); ok && h.record().FromDeadLetters() {
		c.add(ErrCaller, "principal", h.Caller.String(), "messages are moved by callers of the queues' own account", "a role or user", "")
	}
	if !isService && (h.Source != "" || h.SourceAccount != "" || h.SourceOrganization != "") {
		c.add(ErrCaller, "source", cmp.Or(string(h.Source), h.SourceAccount, string(h.SourceOrganization)), "only AWS services act for a source", "no source", "name the service as principal, or leave the source out")
	}
	if h.SourceAccount != "" && !text.Unresolved(h.SourceAccount) && !text.IsAccount(h.SourceAccount) {
		c.add(ErrCaller, "source account", h.SourceAccount, "no account id", "12 digits", "")
	}
}

// encoding checks that the hop's texts are UTF-8.
func (c *hopCheck) encoding() {
	h := c.hop
	caller := ""
	if h.Caller != nil {
		caller = h.Caller.String()
	}
	check := func(what, s string) {
		if !utf8.ValidString(s) {
			c.add(nil, what, strings.ToValidUTF8(s, "\ufffd"), "it is not valid UTF-8", "UTF-8 text", "")
		}
	}
	check("principal", caller)
	check("topic arn", string(h.Topic.ARN))
	check("key", string(h.Topic.Key))
	check("scope", string(h.Topic.Scope))
	check("source", string(h.Source))
	check("source account", h.SourceAccount)
	check("source organization", string(h.SourceOrganization))
	for _, q := range []Queue{h.Queue, h.Destination} {
		check("queue arn", string(q.ARN))
		check("key", string(q.Key))
	}
	for _, k := range h.SourceKeys {
		check("source key", string(k))
	}
}

// everyAccount reports whether the source is a pattern of accounts, and no condition on the source's account limits it.
func (h *Hop) everyAccount(can service.Keys) bool {
	source, isARN := text.SplitARN(string(h.Source))
	return isARN && text.IsPattern(source[text.Account]) && h.SourceOrganization == "" && (h.SourceAccount == "" || !can.Account && !can.Owner)
}

// source checks that a service can make the hop's calls, and that the hop limits it to a source wherever that is
// possible.
func (c *hopCheck) source() {
	h := c.hop
	p, ok := h.Caller.(ServicePrincipal)
	if !ok || text.Unresolved(string(p)) {
		return
	}
	known, ok := service.LookUp(p)
	before := len(c.errs)
	if c.service(known); len(c.errs) > before {
		return
	}
	if h.SourceOrganization != "" {
		c.sourceOrganization(known)
	}
	on, given := h.record().Resource(), h.Source != "" || h.SourceAccount != "" || h.SourceOrganization != ""
	switch scopes := sourceKeys(known, on).Scopes(); {
	case !given && scopes:
		c.add(ErrCaller, "principal", string(p), "nothing says for whom it acts, so it would act for every AWS account",
			"the ARN of its source, or the source's account", "")
	case scopes && h.everyAccount(sourceKeys(known, on)):
		c.add(ErrCaller, "source", string(h.Source), "its account is a pattern, so the service would act for accounts that nobody named",
			"an ARN with the account", "")
	case !given || !ok || !scopes || h.SourceOrganization != "" || h.sourceCondition(known, on) != nil:
	case h.SourceAccount == "":
		c.add(ErrCaller, "source", string(h.Source), known.Name+" passes the account of its source only, and this does not tell it",
			"the source's account", "")
	default:
		c.add(ErrCaller, "source account", h.SourceAccount, known.Name+" passes the ARN of its source and not the account, so it would act for every AWS account",
			"the ARN of its source", "a pattern will do, such as arn:aws:"+known.Source.Service+":*:"+h.SourceAccount+":"+known.Source.Resource+"*")
	}
	if _, ok := text.SplitARN(string(h.Source)); h.Source != "" && !ok && !text.Unresolved(string(h.Source)) {
		c.add(ErrCaller, "source", string(h.Source), "no ARN", "arn:partition:service:region:account:resource", "")
	}
}
