package check

import (
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A memo holds documents that were prepared for evaluation: each is needed for many calls.
type memo struct {
	callers   map[*topology.Caller][]*eval.Compiled
	resources map[*topology.Element][]*eval.Compiled // by the holder of the policies
	pairs     map[memoPair][]*eval.Compiled
	documents map[memoDocument]*eval.Compiled
	refusals  map[*topology.Element]string // why AWS refuses the policies that an element holds; "" if it does not
	measures  measures
	trust     map[trusting]text.Truth
}

// A memoDocument is a document, which many callers or resources may have: its statements are where they are.
type memoDocument struct {
	kind       eval.PolicyKind
	version    string
	statements *policygen.Statement // the first
	count      int
}

type memoPair struct {
	caller *topology.Caller
	holder *topology.Element
}

func newMemo() *memo {
	return &memo{map[*topology.Caller][]*eval.Compiled{}, map[*topology.Element][]*eval.Compiled{}, map[memoPair][]*eval.Compiled{},
		map[memoDocument]*eval.Compiled{}, map[*topology.Element]string{}, newMeasures(), map[trusting]text.Truth{}}
}

// compile prepares policies, and each of their documents once.
func (m *memo) compile(p eval.Policies) *eval.Compiled {
	var documents []*eval.Compiled
	for _, d := range p.Identity {
		documents = append(documents, m.document(d, eval.IdentityPolicy, eval.Policies{Identity: []policygen.Document{d}}))
	}
	if p.Boundary != nil {
		documents = append(documents, m.document(*p.Boundary, eval.PermissionsBoundary, eval.Policies{Boundary: p.Boundary}))
	}
	if p.Resource != nil {
		documents = append(documents, m.document(*p.Resource, eval.ResourcePolicy, eval.Policies{Resource: p.Resource}))
	}
	return eval.Compile(eval.Policies{UnknownIdentity: p.UnknownIdentity, UnknownResource: p.UnknownResource, Distinct: p.Distinct,
		ServiceControl: p.ServiceControl, ResourceControl: p.ResourceControl}).With(documents...)
}

func documentOf(d policygen.Document, kind eval.PolicyKind) memoDocument {
	k := memoDocument{kind: kind, version: d.Version, count: len(d.Statements)}
	if k.count > 0 {
		k.statements = &d.Statements[0]
	}
	return k
}

// document returns policies that are one document, which stands alone in them.
func (m *memo) document(d policygen.Document, kind eval.PolicyKind, alone eval.Policies) *eval.Compiled {
	k := documentOf(d, kind)
	c := m.documents[k]
	if c == nil {
		c = eval.Compile(alone)
		m.documents[k] = c
	}
	return c
}

// compiled returns the prepared documents of a caller and of what d is about, one for each way they may be; [Call.Why] says
// which way decides otherwise than the first.
func (m *memo) compiled(caller *topology.Caller, d *topology.Documents) []*eval.Compiled {
	k := memoPair{caller, d.Holder}
	if all, ok := m.pairs[k]; ok {
		return all
	}
	who, ok := m.callers[caller]
	if !ok {
		for _, a := range identities(d) {
			who = append(who, m.compile(a.policies))
		}
		m.callers[caller] = who
	}
	on, ok := m.resources[d.Holder]
	if !ok {
		for i := range resources(d) {
			on = append(on, m.compile(resourcePolicy(d, i)))
		}
		m.resources[d.Holder] = on
	}
	all := make([]*eval.Compiled, 0, len(who)*len(on))
	for i := range who {
		for j := range on {
			all = append(all, who[i].With(on[j]))
		}
	}
	m.pairs[k] = all
	return all
}
