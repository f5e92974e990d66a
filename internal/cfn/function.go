package cfn

import (
	"cmp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A function is a Lambda function of the templates.
type function struct {
	topology.Element
	arn     string
	caller  *topology.Caller // its execution role; nil if not known
	timeout *int
}

// defaultTimeout is that of a Lambda function, in seconds.
const defaultTimeout = 3

// function makes a function known.
func (b *builder) function(r *resource) {
	role := r.get(r.form().Role)
	f := &function{Element: r.element(), arn: r.arn(), timeout: r.number("Timeout", defaultTimeout)}
	f.caller = b.callerRef(r.stack, &f.Element, role.Text, role.At)
	if b.deployed && !r.get("Timeout").There() {
		f.timeout = nil
	}
	if c := f.caller; c != nil && f.Doubts[&c.Element] == "" {
		c.RunBy(r.row.Service)
	}
	b.functions[r.Environment()+r.name()] = f
	b.functions[f.arn] = f
	b.Own(f.arn)
}

// runner notes the service that runs code under the roles that a resource names, each by its ARN or its name.
func (b *builder) runner(r *resource) {
	path := strings.Split(r.form().Role, ".")
	for _, role := range texts(r.get(path[0]).Path(path[1:]...)) {
		arn := b.Canonical(role)
		c := b.Caller(arn)
		if c == nil {
			c = b.Caller("role " + r.Account + "/" + role)
		} else if topology.Elsewhere(role, &c.Element, arn) != "" {
			continue
		}
		if c != nil {
			c.RunBy(r.row.Service)
		}
	}
}

// functionRef returns the function to which an element refers by its name or ARN, whatever its version or alias; nil if it is not
// in the templates. Whatever leaves open which function it is, or which role the function has, leaves open who acts.
func (b *builder) functionRef(s stack, by *topology.Element, written string) *function {
	for _, name := range []string{written, withoutQualifier(written)} {
		if f := b.functions[b.Canonical(name)]; f != nil {
			if c := f.caller; c != nil {
				by.Doubt(&c.Element, cmp.Or(topology.Elsewhere(name, &f.Element, f.arn), f.Doubts[&c.Element]))
			}
			return f
		}
		if f := b.functions[s.Environment()+name]; f != nil {
			if c := f.caller; c != nil {
				by.Doubt(&c.Element, f.Doubts[&c.Element])
			}
			return f
		}
	}
	return nil
}

// withoutQualifier cuts the version or alias off a function's name or ARN.
func withoutQualifier(written string) string {
	at := 0
	if p, ok := text.SplitARN(written); ok {
		at = len(written) - len(strings.TrimPrefix(p[5], "function:"))
	}
	if i := text.Index(written[at:], ':'); i >= 0 {
		return written[:at+i]
	}
	return written
}

// eventSourceMapping reads what triggers a function.
func (b *builder) eventSourceMapping(r *resource) {
	source := r.get(r.form().On)
	if !b.queueSource(r, source) {
		return
	}
	c := &topology.Consumer{Element: r.element(), What: r.row.Name, Service: policygen.ServicePrincipal(r.row.Service), Client: policygen.LambdaTrigger, Disabled: r.off()}
	if c.Queue = b.queueByURL(r.stack, &c.Element, source.Text, source.At); c.Queue == nil {
		c.Queue = b.queueRef(r.stack, &c.Element, source.Text, source.At)
	}
	c.URL = b.byURL(c.Queue, source.Text)
	name := r.text(r.form().RoleOf)
	if f := b.functionRef(r.stack, &c.Element, name); f != nil {
		c.Function, c.Timeout, c.Caller = f.Label(), f.timeout, f.caller
	}
	if c.Caller == nil {
		c.CallerUnknown = "the function or its role " + b.absent() + ": " + value.Excerpt(name)
	}
	b.Consumers = append(b.Consumers, c)
}

// queueSource reports whether the source of an event source mapping is, or may be, a queue.
func (b *builder) queueSource(r *resource, source value.Value) bool {
	if !source.Scalar() {
		return false
	}
	for _, p := range []string{"StartingPosition", "SelfManagedEventSource", "Queues", "Topics", "AmazonManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig"} {
		if r.Properties.Has(p) {
			return false
		}
	}
	arn := b.Canonical(source.Text)
	return r.mayBe(arn, "sqs") || topology.QueueOfURL(arn) != ""
}

// pipe reads what an EventBridge pipe polls.
func (b *builder) pipe(r *resource) {
	source := r.get(r.form().On)
	arn := b.Canonical(source.Text)
	if !r.mayBe(arn, "sqs") && b.Queue(arn) == nil {
		return
	}
	if _, known := text.SplitARN(arn); !known && b.Queue(arn) == nil {
		b.unknown(r.stack, r.ID, "pipe source", "it is not known whether it is a queue: "+value.Excerpt(source.Text), source.At)
		return
	}
	role := r.get(r.form().Role)
	c := &topology.Consumer{Element: r.element(), What: r.row.Name, Service: policygen.ServicePrincipal(r.row.Service), Client: policygen.LambdaTrigger, Disabled: r.off()}
	c.Queue = b.queueRef(r.stack, &c.Element, source.Text, source.At)
	c.URL = b.byURL(c.Queue, arn)
	c.Caller = b.callerRef(r.stack, &c.Element, role.Text, role.At)
	if c.Caller == nil {
		c.CallerUnknown = "the role with which pipe " + c.Label() + " acts is not known"
	}
	b.Consumers = append(b.Consumers, c)
}
