package topology

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Caller is who makes the calls of a hop: a role or user of the file with its policies, a service, or a foreign principal.
type Caller struct {
	// Element's ID is the logical id of the role or user; the service principal of a service; the ARN of a foreign principal.
	Element
	Principal policygen.Principal
	// Identity are the documents attached to a role or user: inline, managed ones of the file, and those that AWS manages
	// (see [ManagedPolicy]). A policy that is attached but cannot be seen is one with Unknown set. Empty for a service. A
	// Foreign principal has others too, which are not known.
	Identity []*Policy
	// Possible are policies of which it is not known whether they are attached too.
	Possible []*Policy
	// Boundary is the permissions boundary; nil if there is none.
	Boundary *Policy
	// Calls are single calls made under a role that are not followed, with who makes them. What else such a role may do may be
	// for somebody else, so that a hop which its policies imply and whose calls they do not all allow is not certain.
	Calls []string
	// Linked is set for a service-linked role, whose policy AWS owns: only resource policies can grant it more.
	Linked bool
	// Trust is the trust policy of a role, at its document; nil if the file has none.
	Trust *Policy
	// Runners are the services that run code of the file under the role, as Lambda runs functions. What the code calls is known by
	// the policies alone.
	Runners []policygen.ServicePrincipal
}

// Service returns the caller that an AWS service is.
func Service(name policygen.ServicePrincipal) *Caller {
	return &Caller{Element: Element{ID: string(name)}, Principal: name}
}

// RunBy notes that a service runs code of the file under the role.
func (c *Caller) RunBy(service string) {
	c.Runners = appendNew(c.Runners, policygen.ServicePrincipal(service))
}

// A Publisher is somebody who puts messages into a topic or straight into a queue, and of whom the file says so: an
// EventBridge rule, an S3 notification, a CloudWatch alarm, a pipe, a principal of fanout.yaml. Roles that merely have a
// policy which names a topic or queue need no Publisher: [Topology.Hops] finds them.
type Publisher struct {
	// Element is the rule, bucket, alarm…: whoever refers to the topic or queue.
	Element
	// What says what the element is, such as "EventBridge rule" or "CloudWatch alarm".
	What   string
	Caller *Caller // the service, or the role with which it acts; nil if it is not known
	// CallerUnknown says why Caller is not known, or why it may be another one than that service; empty if it is known.
	CallerUnknown string
	// Service is what the element is of. It assumes Caller if that is a role; empty if nothing does that is known.
	Service policygen.ServicePrincipal
	Topic   *Topic // one of Topic and Queue is set; both nil if the target is not known
	Queue   *Queue
	URL     bool // the target is the queue's URL where AWS takes an ARN
	ByARN   bool // the target is the queue's ARN where AWS takes the URL
	// DeadLetter is set where Queue takes what could not be delivered elsewhere, as the DeadLetterConfig of a rule's target.
	DeadLetter bool
	Disabled   bool // the rule, schedule or pipe is switched off
	// StandardOnly is set where, as AWS documents, the target must be no FIFO topic or queue. Grouped tells whether messages have
	// a message group, which FIFO topics and queues want: No if a property names it that is not set, Maybe if AWS documents none.
	StandardOnly bool
	Grouped      text.Truth
	// Content is set where messages have no deduplication id, so that a FIFO queue must tell them apart by their content.
	Content bool
	// Source is what AWS passes as aws:SourceArn: the rule's, bucket's, alarm's ARN. Empty if not known. SourceAccount is its
	// account where the ARN does not tell, as a bucket's.
	Source        policygen.ARN
	SourceAccount string
	// SourceRef is how a policy in the same file refers to Source, in CloudFormation as Fn::Sub has it; empty if it cannot, as a
	// queue's policy cannot refer to a bucket that has to wait for the policy.
	SourceRef string

	ReadAttributes, LookUpURL bool // of a producer, see [policygen.Hop]
	// Late are policies of the target that need not be there when the service tests whether it is admitted; LateForSure is set
	// if they are made after that.
	Late        []*Policy
	LateForSure bool
}

// A Consumer is somebody who receives from a queue, and of whom the file says so: an event source mapping, a pipe, a
// principal of fanout.yaml. Roles that merely have a policy which names a queue need no Consumer: [Topology.Hops] finds them.
type Consumer struct {
	// Element is the event source mapping, the pipe…
	Element
	What   string  // what the element is, such as "event source mapping"
	Queue  *Queue  // nil if not known
	URL    bool    // the source is the queue's URL where AWS takes an ARN
	Caller *Caller // nil if not known
	// CallerUnknown says why Caller is not known; empty if it is.
	CallerUnknown string
	Service       policygen.ServicePrincipal // see [Publisher]
	// Client is LambdaTrigger for an event source mapping and everything else that AWS polls with.
	Client policygen.Client
	// Function is the label of the function that the queue triggers, Timeout its timeout in seconds with Lambda's default
	// (3) filled in by the reader, nil if not known or not a function.
	Function string
	Timeout  *int
	Disabled bool // the mapping or pipe is switched off

	ExtendVisibility, ReadAttributes, LookUpURL bool // see [policygen.Hop]
}

// A Redriver is somebody who moves messages of a dead-letter queue back (StartMessageMoveTask), as fanout.yaml may say.
type Redriver struct {
	Element
	Caller      *Caller
	Queue       *Queue // the dead-letter queue
	Destination *Queue // nil: each message back to the queue it came from
}

// Publishing returns the first of some roles that may publish to a topic, by their ARNs, which all resources of a type name. If there
// is none, why says why one may publish nevertheless; it is empty if none does.
func (r *Registry) Publishing(roles []string, typ string) (c *Caller, why string) {
	if len(roles) == 0 {
		return nil, "no " + typ + " of its account and Region is in these files, and the role of one may publish"
	}
	for _, arn := range roles {
		c := r.Caller(arn)
		switch {
		case strings.Contains(arn, ":role/aws-service-role/"):
			// The service acts as itself.
		case c == nil:
			why = "the role of the " + typ + " is not in this file, and may publish"
		default:
			switch c.publishes() {
			case text.Yes:
				return c, ""
			case text.Maybe:
				why = "not all policies of " + c.Label() + ", the role of the " + typ + ", are known, and it may publish"
			}
		}
	}
	return nil, why
}

// publishes reports whether a policy of the caller lets it publish to a topic.
func (c *Caller) publishes() text.Truth {
	may := text.No
	if len(c.Possible) > 0 {
		may = text.Maybe
	}
	for _, p := range c.Identity {
		for _, s := range p.Document.Statements {
			if s.Effect == policygen.Allow && slices.ContainsFunc(uses(s.Action), func(u use) bool { return u.kind == kind.Publish }) {
				return text.Yes
			}
		}
		if p.Unknown != "" {
			may = text.Maybe
		}
	}
	return may
}
