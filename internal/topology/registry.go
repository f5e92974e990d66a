package topology

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Registry is a topology that is being made: it finds elements by what refers to them. What is referred to and is not in
// the file becomes a Foreign element.
type Registry struct {
	*Topology
	// Verbatim is set where each ARN that is written is an element of its own, so that none is another spelling of one.
	Verbatim bool

	topics  map[string]*Topic  // by ARN
	queues  map[string]*Queue  // by ARN and URL
	keys    map[string]*Key    // by ARN and whatever else names them
	callers map[string]*Caller // by ARN and whatever else names them
	arns    map[string][]string
	// declared says what a resource is known to do, see Touch.
	declared map[declaration]bool
}

// NewRegistry returns a registry of an empty topology.
func NewRegistry(t *Topology) *Registry {
	return &Registry{Topology: t, topics: map[string]*Topic{}, queues: map[string]*Queue{}, keys: map[string]*Key{},
		callers: map[string]*Caller{}, arns: map[string][]string{}}
}

// AddTopic adds a topic.
func (r *Registry) AddTopic(t *Topic) {
	r.topics[string(t.ARN)] = t
	r.Topics = append(r.Topics, t)
	if !t.Foreign {
		r.Own(string(t.ARN))
	}
}

// AddQueue adds a queue; url is its URL, "" if nothing refers to it.
func (r *Registry) AddQueue(q *Queue, url string) {
	r.queues[string(q.ARN)] = q
	if url != "" {
		r.queues[url] = q
	}
	r.Queues = append(r.Queues, q)
	if !q.Foreign {
		r.Own(string(q.ARN))
	}
}

// AddKey adds a key.
func (r *Registry) AddKey(k *Key, names ...string) {
	r.Keys = append(r.Keys, k)
	r.NameKey(k, append(names, string(k.ARN))...)
	if !k.Foreign {
		r.Own(string(k.ARN))
	}
}

// NameKey gives a key names by which it is referred to: its id, an alias.
func (r *Registry) NameKey(k *Key, names ...string) {
	for _, name := range names {
		r.keys[name] = k
	}
}

// AddCaller adds a role, a user or a service.
func (r *Registry) AddCaller(c *Caller, names ...string) {
	r.Callers = append(r.Callers, c)
	for _, name := range append(names, c.Principal.String()) {
		r.callers[name] = c
	}
	if !c.Foreign {
		r.Own(c.Principal.String())
	}
}

// Nickname gives a caller another name by which it is referred to.
func (r *Registry) Nickname(c *Caller, name string) { r.callers[name] = c }

// Topic returns the topic with an ARN; nil if there is none.
func (r *Registry) Topic(arn string) *Topic { return r.topics[r.Canonical(arn)] }

// Queue returns the queue with an ARN or URL; nil if there is none.
func (r *Registry) Queue(name string) *Queue { return r.queues[r.Canonical(name)] }

// Key returns the key with an ARN or another name; nil if there is none.
func (r *Registry) Key(name string) *Key { return r.keys[r.Canonical(name)] }

// Caller returns the caller with an ARN or another name; nil if there is none.
func (r *Registry) Caller(name string) *Caller { return r.callers[r.Canonical(name)] }

// ForeignTopic returns the topic with an ARN, which is foreign if it is not there.
func (r *Registry) ForeignTopic(arn string, at Position) *Topic {
	t := r.Topic(arn)
	if t == nil {
		t = &Topic{Element: Element{ID: arn, At: at, Foreign: true}, ARN: policygen.TopicARN(arn), FIFO: fifoByName(arn)}
		r.AddTopic(t)
	}
	return t
}

// ForeignQueue returns the queue with an ARN, which is foreign if it is not there.
func (r *Registry) ForeignQueue(arn string, at Position) *Queue {
	q := r.Queue(arn)
	if q == nil {
		q = &Queue{Element: Element{ID: arn, At: at, Foreign: true}, ARN: policygen.QueueARN(arn), FIFO: fifoByName(arn)}
		r.AddQueue(q, "")
	}
	return q
}

// ForeignKey returns the key with an ARN, which is foreign if it is not there; id is then how it is referred to.
func (r *Registry) ForeignKey(arn, id string, at Position) *Key {
	k := r.keys[arn]
	if k == nil {
		k = &Key{Element: Element{ID: id, At: at, Foreign: true}, ARN: policygen.KeyARN(arn)}
		r.AddKey(k)
	}
	return k
}

// ForeignCaller returns the caller with an ARN, which is a foreign role if it is not there.
func (r *Registry) ForeignCaller(arn string, at Position) *Caller {
	c := r.Caller(arn)
	if c == nil {
		c = &Caller{Element: Element{ID: arn, At: at, Foreign: true}, Principal: policygen.RoleARN(arn)}
		r.AddCaller(c, arn)
	}
	return c
}

// Whoever adds a caller for a managed policy of the file that nobody in the file has: others may.
func (r *Registry) Whoever(p *Policy) {
	for _, c := range r.Callers {
		if slices.Contains(c.Identity, p) || c.Boundary == p {
			return
		}
	}
	r.AddCaller(&Caller{Element: Element{ID: "whoever has " + p.ID, Stack: p.Stack, At: p.At, Foreign: true},
		Principal: policygen.RoleARN("${whoever has " + p.ID + "}"), Identity: []*Policy{p}})
}

// LinkedCaller returns the service-linked role with an ARN, whose only policy is the one of AWS's with that name.
func (r *Registry) LinkedCaller(arn, policy string, at Position) *Caller {
	c := r.Caller(arn)
	if c == nil {
		c = &Caller{Element: Element{ID: arn[strings.LastIndexByte(arn, '/')+1:], At: at}, Principal: policygen.RoleARN(arn), Linked: true}
		p, _ := ManagedPolicy("arn:aws:iam::aws:policy/aws-service-role/"+policy, at)
		c.Identity = []*Policy{p}
		r.AddCaller(c)
	}
	return c
}

// fifoByName reads from an ARN whether it names a FIFO queue or topic.
func fifoByName(arn string) text.Truth {
	if strings.HasSuffix(arn, ".fifo") {
		return text.Yes
	}
	if text.Known(arn, text.Resource) != "" {
		return text.No
	}
	return text.Maybe
}

// Own makes the ARN of a resource of the file known to [Registry.Canonical].
func (r *Registry) Own(arn string) {
	if p, ok := text.SplitARN(arn); ok {
		key := p[2] + ":" + p[5]
		r.arns[key] = append(r.arns[key], arn)
	}
}

// Canonical returns the ARN that a resource of the file has, where the text is another spelling of it, else the text. A
// literal ARN with the name of a resource, and with its partition, Region and account or where these are not known, is taken for
// that resource's; [Elsewhere] says where it is.
func (r *Registry) Canonical(arn string) string { return r.canonical(arn, Fits) }

// Respelled returns the ARN that a resource of the file has, where the text is another spelling of it for the same account and
// Region, else the text. A document keeps the account and Region that it names: whether they are those of the resource decides.
func (r *Registry) Respelled(arn string) string {
	return r.canonical(arn, func(written, known string) bool { return written == known })
}

func (r *Registry) canonical(arn string, fits func(written, known string) bool) string {
	p, ok := text.SplitARN(arn)
	if !ok || r.Verbatim || text.IsPattern(arn) {
		return arn
	}
	found := ""
	for _, candidate := range r.arns[p[2]+":"+p[5]] {
		if candidate == arn {
			return arn
		}
		if c, _ := text.SplitARN(candidate); Fits(p[1], c[1]) && fits(p[3], c[3]) && fits(p[4], c[4]) {
			if found != "" && found != candidate {
				return arn
			}
			found = candidate
		}
	}
	if found == "" {
		return arn
	}
	return found
}

// Fits reports whether a part of an ARN may be the part of a resource's ARN: the same, or not known of the resource.
func Fits(written, known string) bool {
	return written == known || strings.HasPrefix(known, "${AWS::") && !text.Unresolved(written)
}

// UnplacedQueuePolicy notes a queue policy of which it is not known whose it is.
func (r *Registry) UnplacedQueuePolicy(p *Policy) {
	for _, q := range r.Queues {
		if !q.Foreign && p.MayBeOf(string(q.ARN)) {
			q.Possible = append(q.Possible, p)
		}
	}
}

// UnplacedTopicPolicy notes a topic policy of which it is not known whose it is.
func (r *Registry) UnplacedTopicPolicy(p *Policy) {
	for _, t := range r.Topics {
		if !t.Foreign && p.MayBeOf(string(t.ARN)) {
			t.Possible = append(t.Possible, p)
		}
	}
}

// UnplacedKeyPolicy notes a key policy of which it is not known whose it is.
func (r *Registry) UnplacedKeyPolicy(p *Policy) {
	for _, k := range r.Keys {
		if !k.Foreign && k.AWSManaged == "" {
			k.Possible = append(k.Possible, p)
		}
	}
}

// UnplacedIdentityPolicy notes a policy of which it is not known what roles and users it is attached to.
func (r *Registry) UnplacedIdentityPolicy(p *Policy) {
	for _, c := range r.Callers {
		if !c.Foreign && !policygen.IsService(c.Principal) {
			c.Possible = append(c.Possible, p)
		}
	}
}
