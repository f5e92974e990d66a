package eval

import (
	"cmp"
	"slices"

	"github.com/hopgrant/hopgrant/policygen"
)

// A Compiled holds policies prepared for many decisions: [Policies] with documents that are. The zero value has none. It never
// changes, so any number of goroutines may use it at once.
type Compiled struct {
	identity        []*document
	resource        *document
	boundary        *document
	session         []*document
	serviceControl  [][]*document
	resourceControl [][]*document

	unknownIdentity, unknownResource *Unknown

	distinct func(a, b string) bool
}

// A document is a policy document prepared for many decisions.
type document struct {
	statements []statement
}

func compile(d *policygen.Document, kind PolicyKind) *document {
	if d == nil {
		return nil
	}
	c := &document{make([]statement, len(d.Statements))}
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

// Compile prepares policies. It keeps no reference to the lists and documents, but to their strings.
func Compile(p Policies) *Compiled {
	return &Compiled{
		identity:        compileList(p.Identity, IdentityPolicy),
		resource:        compile(p.Resource, ResourcePolicy),
		boundary:        compile(p.Boundary, PermissionsBoundary),
		session:         compileList(p.Session, SessionPolicy),
		serviceControl:  compileLevels(p.ServiceControl, ServiceControlPolicy),
		resourceControl: compileLevels(p.ResourceControl, ResourceControlPolicy),
		unknownIdentity: p.UnknownIdentity,
		unknownResource: p.UnknownResource,
		distinct:        p.Distinct,
	}
}

func compileList(docs []policygen.Document, kind PolicyKind) []*document {
	if len(docs) == 0 {
		return nil
	}
	list := make([]*document, len(docs))
	for i := range docs {
		list[i] = compile(&docs[i], kind)
	}
	return list
}

func compileLevels(levels [][]policygen.Document, kind PolicyKind) [][]*document {
	if len(levels) == 0 {
		return nil
	}
	all := make([][]*document, len(levels))
	for i, docs := range levels {
		all[i] = compileList(docs, kind)
	}
	return all
}

// With returns c's policies and those of others, which stay as they are: one after the other where policies are a list, else
// the last. So programs that need the same documents beside different ones prepare each document once.
func (c *Compiled) With(others ...*Compiled) *Compiled {
	all := *c
	all.identity, all.session = slices.Clip(c.identity), slices.Clip(c.session)
	all.serviceControl, all.resourceControl = slices.Clip(c.serviceControl), slices.Clip(c.resourceControl)
	for _, other := range others {
		all.identity = append(all.identity, other.identity...)
		all.resource = cmp.Or(other.resource, all.resource)
		all.boundary = cmp.Or(other.boundary, all.boundary)
		all.session = append(all.session, other.session...)
		all.serviceControl = append(all.serviceControl, other.serviceControl...)
		all.resourceControl = append(all.resourceControl, other.resourceControl...)
		all.unknownIdentity = cmp.Or(other.unknownIdentity, all.unknownIdentity)
		all.unknownResource = cmp.Or(other.unknownResource, all.unknownResource)
		if all.distinct == nil {
			all.distinct = other.distinct
		}
	}
	return &all
}

// statements returns how many there are.
func (c *Compiled) statements() int {
	n := 0
	c.eachDocument(func(d *document) { n += len(d.statements) })
	return n
}

// eachDocument visits every document.
func (c *Compiled) eachDocument(visit func(*document)) {
	lists := func(lists ...[]*document) {
		for _, list := range lists {
			for _, d := range list {
				visit(d)
			}
		}
	}
	lists(c.identity, c.session)
	for _, d := range []*document{c.resource, c.boundary} {
		if d != nil {
			visit(d)
		}
	}
	lists(c.serviceControl...)
	lists(c.resourceControl...)
}

// onManagedKey returns the policies with those of an AWS managed key in place of what they have of the resource.
func (c *Compiled) onManagedKey(key *Compiled) *Compiled {
	all := *c
	all.resource, all.unknownResource, all.resourceControl = key.resource, key.unknownResource, key.resourceControl
	return &all
}
