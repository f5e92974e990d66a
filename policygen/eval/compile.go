package eval

import "github.com/hopgrant/hopgrant/policygen"

// A Compiled holds policies prepared for many decisions. It is never changed, so any number of goroutines may use it at once.
type Compiled struct {
	identity, session                []document
	resource, boundary               *document
	serviceControl, resourceControl  [][]document
	unknownIdentity, unknownResource *Unknown
	statements                       int
}

type document struct {
	kind         PolicyKind
	level, index int
	statements   []statement
}

// Compile prepares policies. It keeps no reference to the lists, but the documents' statements must not change afterwards.
func Compile(p Policies) *Compiled {
	c := &Compiled{unknownIdentity: p.UnknownIdentity, unknownResource: p.UnknownResource}
	c.identity = c.list(p.Identity, IdentityPolicy, 0)
	c.session = c.list(p.Session, SessionPolicy, 0)
	if p.Resource != nil {
		c.resource = &c.list([]policygen.Document{*p.Resource}, ResourcePolicy, 0)[0]
	}
	if p.Boundary != nil {
		c.boundary = &c.list([]policygen.Document{*p.Boundary}, PermissionsBoundary, 0)[0]
	}
	for level, docs := range p.ServiceControl {
		c.serviceControl = append(c.serviceControl, c.list(docs, ServiceControlPolicy, level))
	}
	for level, docs := range p.ResourceControl {
		c.resourceControl = append(c.resourceControl, c.list(docs, ResourceControlPolicy, level))
	}
	return c
}

func (c *Compiled) list(docs []policygen.Document, kind PolicyKind, level int) []document {
	list := make([]document, len(docs))
	for i, d := range docs {
		list[i] = document{kind: kind, level: level, index: i, statements: make([]statement, len(d.Statements))}
		for j := range d.Statements {
			list[i].statements[j] = newStatement(&d.Statements[j], d.Version, kind)
		}
		c.statements += len(d.Statements)
	}
	return list
}

// WithResourceOf returns policies that are c's, but for the resource policy and the resource control policies, which are
// those of other. Neither changes, so that a caller with many pairs of principal and resource prepares each document once.
func (c *Compiled) WithResourceOf(other *Compiled) *Compiled {
	combined := *c
	combined.resource, combined.unknownResource = other.resource, other.unknownResource
	combined.resourceControl = other.resourceControl
	combined.statements = c.statements + other.statements
	return &combined
}
