package cfn

import (
	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A builder makes a topology of the stacks of one world. Keys are known by environment and id or alias too, roles and users by
// account and name.
type builder struct {
	*topology.Registry
	// deployed says that nothing but gaps is missing of what was read: it is no file, but what accounts have.
	deployed  bool
	groups    map[string]*group             // by account and name
	managed   map[string]*topology.Policy   // by ARN
	functions map[string]*function          // by name and ARN
	profiles  map[string][]*topology.Caller // roles of instance profiles, by name and ARN
	stacks    []*template.Stack
}

func newBuilder(t *topology.Topology) *builder {
	b := &builder{topology.NewRegistry(t), t.Kind == template.DeployedKind, map[string]*group{}, map[string]*topology.Policy{}, map[string]*function{}, map[string][]*topology.Caller{}, nil}
	b.Verbatim = b.deployed
	return b
}

// absent says that something is named and not there.
func (b *builder) absent() string {
	if b.deployed {
		return "was not read"
	}
	return "is not in the template"
}

type step func(*builder, *resource)

const passes = 4

// steps are how resources of a kind are read, in passes over all stacks, each in the order of the files: what a topology
// holds comes first, then who acts, then what refers to both. Targets of any kind come last.
var steps = map[catalog.Kind][passes]step{
	catalog.Topic:              {0: (*builder).topic, 2: (*builder).topicProperties},
	catalog.TopicPolicy:        {2: (*builder).topicPolicy},
	catalog.Queue:              {0: (*builder).queue, 2: (*builder).queueProperties},
	catalog.QueuePolicy:        {2: (*builder).queuePolicy},
	catalog.Subscription:       {2: (*builder).subscription},
	catalog.Key:                {0: (*builder).key, 2: (*builder).keyPolicy},
	catalog.KeyAlias:           {1: (*builder).alias},
	catalog.Role:               {0: (*builder).role, 1: (*builder).ownPolicies},
	catalog.User:               {0: (*builder).user, 1: (*builder).userPolicies},
	catalog.Group:              {0: (*builder).group, 1: (*builder).groupPolicies},
	catalog.Membership:         {2: (*builder).membership},
	catalog.ManagedPolicy:      {0: (*builder).managedPolicy, 2: (*builder).attachManagedPolicy},
	catalog.InlinePolicy:       {2: (*builder).inlinePolicy},
	catalog.Function:           {1: (*builder).function},
	catalog.FunctionAlias:      {},
	catalog.EventSourceMapping: {2: (*builder).eventSourceMapping},
	catalog.Pipe:               {3: (*builder).pipe},
	catalog.Publisher:          {},
	catalog.Runner:             {1: (*builder).runner},
	catalog.Named:              {},
	catalog.NestedStack:        {},
	catalog.Serverless:         {},
}

func (b *builder) build(w *template.World) {
	b.stacks = w.Stacks
	var all []*resource // those that have a part
	for _, s := range w.Stacks {
		s := stack{s}
		b.Strays = append(b.Strays, topology.Commented(s.File(), s.StrayNotes())...)
		for _, o := range s.Strange {
			b.unknown(s, o.ID, o.What, o.Why, o.At)
		}
		for _, r := range s.Resources {
			r := newResource(s, r)
			if matters(r.Resource) && r.exists() == text.Maybe {
				b.unknown(s, r.ID, "condition "+r.Condition, s.WhyUndecided(r.Condition), r.At)
			}
			b.mayHide(r)
			if r.row != nil && r.exists() != text.No {
				all = append(all, r)
			}
		}
	}
	for pass := range passes {
		for _, r := range all {
			if read := steps[r.row.Kind][pass]; read != nil {
				read(b, r)
			}
			if pass == passes-1 && len(r.form().Targets) > 0 {
				b.targets(r)
			}
		}
	}
	b.distributeGroups()
	b.DoubtForeign()
	for _, r := range all {
		if r.Type == "AWS::IAM::InstanceProfile" {
			b.instanceProfile(r)
		}
	}
	for _, s := range w.Stacks {
		for _, r := range s.Resources {
			r := newResource(stack{s}, r)
			b.touches(r)
			if r.row != nil && r.exists() != text.No {
				b.unreadDefinitions(r)
			}
		}
	}
	for _, r := range all {
		if p := b.managed[r.arn()]; p != nil && !b.deployed && !b.ofGroup(p) {
			b.Whoever(p)
		}
	}
	for _, s := range w.Stacks {
		b.unseen(stack{s})
	}
}

func (b *builder) unknown(s stack, id, what, why string, at value.Place) {
	u := topology.Unknown{ID: id, Stack: s.Shown, What: what, Why: why, At: s.position(at)}
	if r := s.Resource(id); r != nil {
		u.Path = s.ConstructPath(r)
	}
	b.Unknowns = append(b.Unknowns, u)
}

// objects returns the objects of a list, and notes everything else in it as unknown.
func (b *builder) objects(r *resource, what string, n value.Value) []value.Value {
	var all []value.Value
	for _, v := range n.OneOrMany() {
		switch {
		case v.Kind == value.Object:
			all = append(all, v)
		case v.Kind == value.List:
			all = append(all, b.objects(r, what, v)...)
		case v.There():
			b.unknown(r.stack, r.ID, what, "it is not known: "+value.Excerpt(v.Text), v.At)
		}
	}
	return all
}
