package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A function is a Lambda function of the templates.
type function struct {
	id      string
	caller  *topology.Caller // its execution role; nil if not known
	timeout *int
}

// defaultTimeout is that of a Lambda function, in seconds.
const defaultTimeout = 3

// function makes a function known.
func (b *builder) function(r *resource) {
	role := r.get(r.form().Role)
	f := &function{id: r.ID, timeout: r.number("Timeout", defaultTimeout), caller: b.callerRef(r.stack, role.Text, role.At)}
	b.functions[r.Environment()+r.name()] = f
	b.functions[r.arn()] = f
	b.Own(r.arn())
}

// functionRef returns the function with a name or ARN, whatever its version or alias; nil if it is not in the templates.
func (b *builder) functionRef(s stack, written string) *function {
	for _, name := range []string{written, withoutQualifier(written)} {
		if f := b.functions[b.Canonical(name)]; f != nil {
			return f
		}
		if f := b.functions[s.Environment()+name]; f != nil {
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
	queue := b.queueByURL(r.stack, b.Canonical(source.Text), source.At)
	if queue == nil {
		queue = b.queueRef(r.stack, source.Text, source.At)
	}
	c := &topology.Consumer{Element: r.element(), What: r.row.Name, Queue: queue, URL: b.byURL(queue, source.Text),
		Client: policygen.LambdaTrigger, Disabled: r.tri("Enabled", text.Yes) == text.No}
	name := r.text(r.form().RoleOf)
	if f := b.functionRef(r.stack, name); f != nil {
		c.Function, c.Timeout, c.Caller = f.id, f.timeout, f.caller
	}
	if c.Caller == nil {
		c.CallerUnknown = "the function or its role is not in the template: " + value.Excerpt(name)
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
	c := &topology.Consumer{Element: r.element(), What: r.row.Name, Queue: b.queueRef(r.stack, arn, source.At), URL: b.byURL(b.Queue(arn), arn),
		Caller: b.callerRef(r.stack, role.Text, role.At), Client: policygen.LambdaTrigger, Disabled: r.text("DesiredState") == "STOPPED"}
	if c.Caller == nil {
		c.CallerUnknown = "the role with which pipe " + c.Label() + " acts is not known"
	}
	b.Consumers = append(b.Consumers, c)
}
