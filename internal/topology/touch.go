package topology

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Touch is a resource that refers to a topic or queue in a property that does something, and is not read: it may publish, send
// or receive, or do something else altogether.
type Touch struct {
	Element
	What     string // the type of the resource
	Property string // that holds the reference
	Topic    *Topic // one of Topic and Queue is set
	Queue    *Queue
	Callers  []*Caller // the roles of the file that the resource refers to, and those of functions: it may act with them
}

// about returns the topic or queue.
func (x *Touch) about() *Element {
	if x.Topic != nil {
		return &x.Topic.Element
	}
	return &x.Queue.Element
}

// Refers appends a touch of the topic or queue that an ARN or URL names, if it is one and none of found has it.
func (r *Registry) Refers(found []Touch, x Touch, name string, at Position) []Touch {
	x.Topic, x.Queue = r.Mentioned(r.Canonical(name), at)
	if x.Topic == nil && x.Queue == nil || slices.ContainsFunc(found, func(f Touch) bool { return f.about() == x.about() }) {
		return found
	}
	return append(found, x)
}

// A declaration is that a resource publishes to, sends to or receives from a topic or queue.
type declaration struct {
	id, stack, file string
	about           *Element
}

func declare(by, about *Element) declaration { return declaration{by.ID, by.Stack, by.At.File, about} }

// Touch notes what a resource refers to, except where it is read as a publisher or consumer there. All publishers and consumers
// have to be known by then.
func (r *Registry) Touch(x Touch) {
	if r.declared == nil {
		r.declared = map[declaration]bool{}
		for _, p := range r.Publishers {
			if p.Topic != nil {
				r.declared[declare(&p.Element, &p.Topic.Element)] = true
			}
			if p.Queue != nil {
				r.declared[declare(&p.Element, &p.Queue.Element)] = true
			}
		}
		for _, c := range r.Consumers {
			if c.Queue != nil {
				r.declared[declare(&c.Element, &c.Queue.Element)] = true
			}
		}
	}
	if !r.declared[declare(&x.Element, x.about())] {
		r.Touches = append(r.Touches, x)
	}
}

// touches adds a hop that is not judged for each of the topology's touches, unless a role with which the resource may act has a
// hop there.
func (f *finder) touches() {
	if len(f.t.Touches) == 0 {
		return
	}
	type use struct {
		by    *Caller
		about *Element
	}
	uses := map[use]bool{}
	for i := range f.hops {
		if h := &f.hops[i]; h.CallerElement != nil {
			uses[use{h.CallerElement, h.About()}] = true
		}
	}
	for i := range f.t.Touches {
		x := &f.t.Touches[i]
		if !slices.ContainsFunc(x.Callers, func(c *Caller) bool { return uses[use{c, x.about()}] }) {
			f.touch(x)
		}
	}
}

func (f *finder) touch(x *Touch) {
	does := policygen.HopKind(kind.Send)
	if x.Topic != nil {
		does = kind.Publish
	}
	h := f.hop(does, somebody(&x.Element), x.Topic, x.Queue, &x.Element)
	h.What, h.Unfollowed = x.What, true
	h.Uncertain = x.Label() + " (" + x.What + ") refers to " + x.about().Label() + " in " + x.Property + ", and what it does there is not followed"
	f.add(h)
}

// somebody is a caller of which nothing but its resource is known.
func somebody(e *Element) *Caller {
	c := &Caller{Element: *e, Principal: policygen.RoleARN("${whoever acts for " + e.ID + "}")}
	c.Foreign, c.Suppressions = true, nil
	return c
}
