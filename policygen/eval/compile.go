package eval

import (
	"github.com/hopgrant/hopgrant/policygen"
)

// A Compiled holds policies prepared for many decisions: [Policies] with documents that are. Nothing here changes it or its
// documents, so any number of goroutines may use it at once.
type Compiled struct {
	Identity        []*CompiledDocument
	Resource        *CompiledDocument
	Boundary        *CompiledDocument
	Session         []*CompiledDocument
	ServiceControl  [][]*CompiledDocument
	ResourceControl [][]*CompiledDocument

	UnknownIdentity, UnknownResource *Unknown
}

// A CompiledDocument is a document prepared for many decisions. It never changes.
type CompiledDocument struct {
	statements []statement
}

// CompileDocument prepares a document as a policy of a kind. It keeps no reference to it, but to its strings.
func CompileDocument(d policygen.Document, kind PolicyKind) *CompiledDocument {
	c := &CompiledDocument{make([]statement, len(d.Statements))}
	actions := 0
	for i := range d.Statements {
		actions += len(d.Statements[i].Action) + len(d.Statements[i].NotAction)
	}
	room := make([]pattern, 0, actions)
	for i := range d.Statements {
		c.statements[i] = newStatement(&d.Statements[i], d.Version, kind, &room)
	}
	return c
}

// Compile prepares policies. It keeps no reference to the lists and documents.
func Compile(p Policies) *Compiled {
	c := &Compiled{UnknownIdentity: p.UnknownIdentity, UnknownResource: p.UnknownResource}
	c.Identity = compileList(p.Identity, IdentityPolicy)
	c.Session = compileList(p.Session, SessionPolicy)
	if p.Resource != nil {
		c.Resource = CompileDocument(*p.Resource, ResourcePolicy)
	}
	if p.Boundary != nil {
		c.Boundary = CompileDocument(*p.Boundary, PermissionsBoundary)
	}
	for _, docs := range p.ServiceControl {
		c.ServiceControl = append(c.ServiceControl, compileList(docs, ServiceControlPolicy))
	}
	for _, docs := range p.ResourceControl {
		c.ResourceControl = append(c.ResourceControl, compileList(docs, ResourceControlPolicy))
	}
	return c
}

func compileList(docs []policygen.Document, kind PolicyKind) []*CompiledDocument {
	if len(docs) == 0 {
		return nil
	}
	list := make([]*CompiledDocument, len(docs))
	for i, d := range docs {
		list[i] = CompileDocument(d, kind)
	}
	return list
}

// statements returns how many there are.
func (c *Compiled) statements() int {
	n := 0
	c.eachDocument(func(d *CompiledDocument) { n += len(d.statements) })
	return n
}

// eachDocument visits every document.
func (c *Compiled) eachDocument(visit func(*CompiledDocument)) {
	lists := func(lists ...[]*CompiledDocument) {
		for _, list := range lists {
			for _, d := range list {
				visit(d)
			}
		}
	}
	lists(c.Identity, c.Session)
	for _, d := range []*CompiledDocument{c.Resource, c.Boundary} {
		if d != nil {
			visit(d)
		}
	}
	lists(c.ServiceControl...)
	lists(c.ResourceControl...)
}

// WithResourceOf returns policies that are c's, but for the resource policy and the resource control policies, which are
// those of other. Neither changes, so that a caller with many pairs of principal and resource prepares each document once.
func (c *Compiled) WithResourceOf(other *Compiled) *Compiled {
	combined := *c
	combined.Resource, combined.UnknownResource = other.Resource, other.UnknownResource
	combined.ResourceControl = other.ResourceControl
	return &combined
}
