package cli

import (
	"math"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A simulated is one request of the input.
type simulated struct {
	id       string // as JSON; empty if there is none
	request  eval.Request
	policies []value.Member
}

// A requestParser reads one request and collects everything that is wrong with it.
type requestParser struct {
	file     string
	problems value.Problems
	scratch  *requestScratch // nil: each request has memory of its own
}

// A requestScratch is the memory of a request's context and documents, for the next one to use again.
type requestScratch struct {
	context   map[string][]string
	values    []string
	documents policygen.DocumentReader
}

func (p *requestParser) add(at value.Place, what, given, got, want string) {
	p.problems.Add(at, &value.Error{File: p.file, What: what, Value: given, Got: got, Want: want, Cause: value.ErrShape})
}

// fail notes an error that says itself what is wrong.
func (p *requestParser) fail(at value.Place, err error) {
	if err != nil {
		p.problems.Add(at, &value.Error{File: p.file, Cause: err})
	}
}

// object returns the members of an object which are among names.
func (p *requestParser) object(v value.Value, what string, names ...string) []value.Member {
	if v.Kind != value.Object {
		p.add(v.At, what, "", "it is "+v.Kind.String(), "an object")
	}
	unknown := func(m value.Member) bool { return !slices.Contains(names, m.Key) }
	if !slices.ContainsFunc(v.Members, unknown) {
		return v.Members
	}
	return slices.DeleteFunc(slices.Clone(v.Members), func(m value.Member) bool {
		if unknown(m) {
			p.add(m.At, "field", m.Key, "unknown in "+what, value.Or(names))
		}
		return unknown(m)
	})
}

// requestFields are the fields of a line; those that hold policies are the last.
var requestFields = func() []string {
	all := []string{"id", "request", "contextComplete"}
	for _, f := range policyFields {
		all = append(all, f.name)
	}
	return all
}()

func (p *requestParser) simulated(v value.Value) *simulated {
	s := &simulated{}
	for _, m := range p.object(v, "the request", requestFields...) {
		p.member(s, m)
	}
	if v.Kind == value.Object && !v.Has("request") {
		p.add(v.At, "field", "request", "it is missing", "an object with principal, action and resource")
	}
	return s
}

// member reads one field of a request.
func (p *requestParser) member(s *simulated, m value.Member) {
	switch m.Key {
	case "id":
		if m.Value.Kind != value.Text && m.Value.Kind != value.Number {
			p.add(m.Value.At, "id", "", "it is "+m.Value.Kind.String(), "a string")
		}
		s.id = m.Value.JSON(math.MaxInt)
	case "request":
		complete := s.request.ContextComplete
		s.request = p.request(m.Value)
		s.request.ContextComplete = s.request.ContextComplete || complete
	case "contextComplete":
		s.request.ContextComplete = p.boolean(m) || s.request.ContextComplete
	default:
		if m.Value.There() {
			s.policies = append(s.policies, m)
		}
	}
}

func (p *requestParser) request(v value.Value) eval.Request {
	var r eval.Request
	for _, m := range p.object(v, "request", "principal", "action", "resource", "resourceAccount", "context", "contextComplete") {
		optional := m.Key == "context" || m.Key == "contextComplete" || m.Key == "resourceAccount"
		switch {
		case optional && m.Value.Kind == value.Null:
		case m.Key == "context":
			r.Context = p.context(m.Value)
		case m.Key == "contextComplete":
			r.ContextComplete = p.boolean(m)
		case m.Value.Kind != value.Text:
			p.add(m.Value.At, m.Key, "", "it is "+m.Value.Kind.String(), "a string")
		default:
			p.field(&r, m)
		}
	}
	for _, name := range []string{"principal", "action", "resource"} {
		if v.Kind == value.Object && !v.Has(name) {
			p.add(v.At, "field", name, "it is missing in request", "a string")
		}
	}
	assumeTLS(&r)
	if owner := r.Resource.Account(); owner != "" && r.ResourceAccount != "" && owner != r.ResourceAccount && !text.Unresolved(r.ResourceAccount) {
		p.add(v.Get("resourceAccount").At, "resourceAccount", r.ResourceAccount, "the resource's ARN says "+owner, "the same or nothing")
	}
	return r
}

// boolean returns what a member says, true or false.
func (p *requestParser) boolean(m value.Member) bool {
	if m.Value.Kind != value.Boolean {
		p.add(m.Value.At, m.Key, "", "it is "+m.Value.Kind.String(), "true or false")
	}
	return m.Value.Kind == value.Boolean && m.Value.Text == "true"
}

// assumeTLS sets aws:SecureTransport to true if the request does not say: AWS's SDKs and command line use TLS unless they are
// told not to.
func assumeTLS(r *eval.Request) {
	for key := range r.Context {
		if strings.EqualFold(key, "aws:SecureTransport") {
			return
		}
	}
	if r.Context == nil {
		r.Context = map[string][]string{}
	}
	r.Context["aws:SecureTransport"] = overTLS
}

var overTLS = []string{"true"}

// field sets one field of a request, which is a string.
func (p *requestParser) field(r *eval.Request, m value.Member) {
	at, given := m.Value.At, m.Value.Text
	switch m.Key {
	case "principal":
		var err error
		r.Principal, err = policygen.ParsePrincipal(given)
		p.fail(at, err)
	case "action":
		r.Action = given
		service, action, ok := strings.Cut(given, ":")
		switch {
		case !ok || service == "" || action == "":
			p.add(at, m.Key, given, "not an action", "a service and an action such as service:Action")
		case text.IsPattern(given):
			p.add(at, m.Key, given, "it has a wildcard", "one action")
		}
	case "resource":
		r.Resource = policygen.ARN(given)
		_, managed := service.ManagedKey(given)
		if given != "*" && !strings.HasPrefix(given, "arn:") && !managed && !text.Unresolved(given) {
			p.add(at, m.Key, given, "not an ARN", `one, or "*" for an action without a resource`)
		}
	case "resourceAccount":
		r.ResourceAccount = given
		if !text.IsAccount(given) && !text.Unresolved(given) {
			p.add(at, m.Key, given, "not an account id", "12 digits")
		}
	}
}

// context reads a context. An empty list means that the request does not have the key.
func (p *requestParser) context(v value.Value) map[string][]string {
	if v.Kind != value.Object {
		p.add(v.At, "context", "", "it is "+v.Kind.String(), "an object")
	}
	ctx, all := p.contextMemory(v)
	var keys keySet
	for i, m := range v.Members {
		if first, ok := keys.add(m.Key, v.Members[:i]); ok {
			p.add(m.At, "context key", m.Key, `"`+value.Excerpt(first)+`" is the same key`, "each once")
		}
		items := v.Members[i].Value.Items
		if m.Value.Kind != value.List {
			items = []value.Value{m.Value}
		}
		start := len(all)
		for _, item := range items {
			if !item.Scalar() {
				p.add(item.At, "context key", m.Key, "it is "+item.Kind.String(), "a string, a boolean, a number or a list of them")
			}
			all = append(all, item.Text)
		}
		ctx[m.Key] = all[start:len(all):len(all)]
	}
	if p.scratch != nil {
		p.scratch.values = all
	}
	return ctx
}

// contextMemory returns where a context and its values go.
func (p *requestParser) contextMemory(v value.Value) (ctx map[string][]string, values []string) {
	if s := p.scratch; s != nil && s.context != nil {
		clear(s.context)
		return s.context, s.values[:0]
	}
	ctx, values = make(map[string][]string, len(v.Members)+1), make([]string, 0, len(v.Members))
	if p.scratch != nil {
		p.scratch.context = ctx
	}
	return ctx, values
}

// A keySet finds context keys that differ in nothing but case: those of small contexts by comparing, those of large ones with
// a map.
type keySet map[string]string

// add notes the key that follows the members, and returns that which is the same.
func (k *keySet) add(key string, members []value.Member) (first string, found bool) {
	const small = 16
	if len(members) < small {
		for i := len(members) - 1; i >= 0; i-- {
			if text.EqualFold(members[i].Key, key) {
				return members[i].Key, true
			}
		}
		return "", false
	}
	if *k == nil {
		*k = make(keySet, 2*small)
		for _, m := range members {
			(*k)[text.Lower(m.Key)] = m.Key
		}
	}
	first, found = (*k)[text.Lower(key)]
	(*k)[text.Lower(key)] = key
	return first, found
}
