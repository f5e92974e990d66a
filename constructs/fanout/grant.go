package fanout

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// ConsumeProps say what a consumer does beside receiving and deleting messages.
type ConsumeProps struct {
	// ExtendVisibility: it changes the visibility timeout of messages that it works on. Default: false.
	ExtendVisibility *bool
	// ReadAttributes: it asks for the queue's attributes, such as how many messages there are. Default: false, or true for
	// a Lambda function, whose event source mapping does.
	ReadAttributes *bool
	// LookUpURL: it looks up the queue's URL by its name. Default: false, it is told the URL.
	LookUpURL *bool
}

// SendProps say what a producer does beside sending messages.
type SendProps struct {
	// ReadAttributes: it asks for the queue's attributes. Default: false.
	ReadAttributes *bool
	// LookUpURL: it looks up the queue's URL by its name. Default: false, it is told the URL.
	LookUpURL *bool
}

// GrantPublish is [Topic.GrantPublish] for any topic: ours, the CDK's or an imported one.
func GrantPublish(topic awssns.ITopic, grantee awsiam.IGrantable) awsiam.Grant {
	t := topicEnd(topic, topic)
	t.warnOfEncryption(topic)
	return t.grantEntry(topic, grantee, SendProps{})
}

// GrantSend is [Queue.GrantSendMessages] for any queue, ours, the CDK's or an imported one, and for a client that does more
// than send. Props may be nil.
func GrantSend(queue awssqs.IQueue, grantee awsiam.IGrantable, props *SendProps) awsiam.Grant {
	return queueEnd(queue, queue).grantEntry(queue, grantee, value(props))
}

func (e *end) grantEntry(c constructs.IConstruct, grantee awsiam.IGrantable, p SendProps) awsiam.Grant {
	who := e.callerOf(c, grantee)
	if policygen.IsService(who.principal) {
		e.admit(c, who.principal.String(), who.source)
		return who.admitted()
	}
	h := e.entry(who.principal)
	h.ReadAttributes, h.LookUpURL = value(p.ReadAttributes), value(p.LookUpURL)
	return grant(c, who, []policygen.Hop{h}, e)
}

// GrantConsume is [Queue.GrantConsumeMessages] for any queue, ours, the CDK's or an imported one, and for a client that does more than
// receive and delete, such as with ExtendVisibility: the method has the CDK's signature, without props. Props may be nil.
func GrantConsume(queue awssqs.IQueue, grantee awsiam.IGrantable, props *ConsumeProps) awsiam.Grant {
	q := queueEnd(queue, queue)
	q.readers = append(q.readers, func() { q.grantConsume(queue, grantee, value(props)) })
	return q.grantConsume(queue, grantee, value(props))
}

func (e *end) grantConsume(queue awssqs.IQueue, grantee awsiam.IGrantable, p ConsumeProps) awsiam.Grant {
	c := policygen.Consumer{Queues: []policygen.Queue{e.asQueue()}, ExtendVisibility: value(p.ExtendVisibility),
		ReadAttributes: value(p.ReadAttributes), LookUpURL: value(p.LookUpURL)}
	for _, from := range e.feeders {
		c.SourceKeys = append(c.SourceKeys, policygen.KeyARN(from.key.arn))
	}
	if _, ok := grantee.(awslambda.IFunction); ok {
		c.Client = policygen.LambdaTrigger
	}
	who := e.callerOf(queue, grantee)
	c.Principal = who.principal
	return grant(queue, who, c.Hops(), append([]*end{e}, e.feeders...)...)
}

// grant adds to the policies what lets the caller make the hops' calls. The ends are those of the hops.
func grant(c constructs.IConstruct, who *caller, hops []policygen.Hop, ends ...*end) awsiam.Grant {
	resources := map[policygen.ARN]*resource{}
	for _, e := range ends {
		resources[policygen.ARN(e.arn)] = e.resource
		if e.key != nil {
			resources[policygen.ARN(e.key.arn)] = e.key
		}
	}
	if who.linkedTo("") {
		for arn, p := range resources {
			p.admit(c, who.statements(arn, p.on, hops))
		}
		return who.admitted()
	}
	_, organization := who.principal.(policygen.OrganizationID) // the identity policies of its callers are their own
	if !organization {
		who.admitAnyway(c, hops, resources)
	}
	policies, err := policygen.Generate(policygen.Options{KeyStatementsOnly: true}, policygen.Hops(hops))
	refuse(c, err)
	var grant awsiam.Grant
	for _, a := range policies {
		if p, ok := resources[a.Resource]; ok {
			p.enlist(c, hops...)
		} else if a.On == policygen.OnIdentity && !organization {
			grant = who.attach(c, a.Document, ends[0])
		}
	}
	if grant == nil {
		return who.admitted()
	}
	return grant
}

// admitted is the grant of a caller whom policies of resources allow everything.
func (who *caller) admitted() awsiam.Grant {
	return awsiam.Grant_Drop(who.grantee, jsii.String("allowed by the resource's policy"))
}

// admitAnyway sees to it that a grant holds whichever accounts the caller and a resource are in, where that of one is known and
// that of the other is not. The policies of the app admit the caller, which changes nothing if both are in one account. What
// the policies of others need, and no error tells since it may be nothing, is a warning.
func (who *caller) admitAnyway(c constructs.IConstruct, hops []policygen.Hop, resources map[policygen.ARN]*resource) {
	account, stack := policygen.AccountOf(who.principal), awscdk.Stack_Of(c)
	if who.group || policygen.IsService(who.principal) {
		return
	}
	known, lacking := "", ""
	for _, arn := range slices.Sorted(maps.Keys(resources)) {
		p := resources[arn]
		if (account == "") == text.Unresolved(p.env.account) {
			continue
		}
		name := string(p.on) + " " + readable(stack, p.text)
		if account == "" && known == "" {
			known = name + " is of account " + p.env.account + ", and that of its caller is not known: if it is another, more statements are needed"
		} else if known == "" {
			known = who.principal.String() + " is of account " + account + ", and the account of this stack is not known: if it is another, the caller's own policy must allow the calls too"
		}
		statements := who.statements(arn, p.on, hops)
		if p.made {
			p.admit(c, statements)
			continue
		}
		for _, s := range statements {
			lacking += ", in the policy of " + name + ": " + readable(stack, restored(marshal(s)))
		}
	}
	if known != "" {
		warn(c, "@hopgrant/fanout:unknownAccount", known+lacking+"; give the stack an env, or acknowledge this")
	}
}

// statements returns those in the policy of a resource that let the caller make the hops' calls on it, whichever its account.
func (who *caller) statements(arn policygen.ARN, on policygen.Target, hops []policygen.Hop) []policygen.Statement {
	var all []policygen.Statement
	for _, h := range hops {
		s := policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{AWS: []string{who.principal.String()}}, Resource: []string{string(arn)}}
		if on == policygen.OnKey {
			s.Resource = []string{"*"}
		}
		for _, call := range h.Calls() {
			if call.Resource == arn && !(on != policygen.OnKey && who.allowedByAWS(call.Grant)) {
				s.Action = append(s.Action, call.Grant)
			}
		}
		if len(s.Action) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// attach adds the statements to the caller's identity policy, or to what is pending if the CDK would drop them. Their Sids stay
// behind: those of several grants would not be unique.
func (who *caller) attach(c constructs.IConstruct, d policygen.Document, e *end) awsiam.Grant {
	if !who.canChange(d.Statements[0]) {
		r := registryOf(c)
		r.lacking = append(r.lacking, PendingDocument{owner: c, On: policygen.OnIdentity, Principal: who.principal.String(), Document: d})
		return awsiam.Grant_Drop(who.grantee, jsii.String("not this app's policy"))
	}
	var all awsiam.Grant
	for _, s := range d.Statements {
		resources := make([]string, len(s.Resource))
		for i, arn := range s.Resource {
			resources[i] = restored(arn)
		}
		grant := awsiam.Grant_AddToPrincipal(&awsiam.GrantOnPrincipalOptions{Grantee: who.grantee, Actions: jsii.Strings(s.Action...), ResourceArns: jsii.Strings(resources...)})
		if all != nil {
			grant = all.Combine(grant)
		}
		all = grant
		e.acceptWildcard(who, s.Action)
	}
	return all
}

// acceptWildcard tells cdk-nag, which has no wildcards in identity policies, about the one that AWS asks for.
func (e *end) acceptWildcard(who *caller, actions []string) {
	made, ok := who.iam.(constructs.Construct)
	wild := slices.IndexFunc(actions, func(a string) bool { return strings.HasSuffix(a, "*") })
	if !e.nag || !ok || wild < 0 {
		return
	}
	if policy, ok := made.Node().TryFindChild(jsii.String("DefaultPolicy")).(awsiam.Policy); ok {
		e.accept(policy.Node().DefaultChild().(awsiam.CfnPolicy), "AwsSolutions-IAM5",
			"SNS asks for "+actions[wild]+" of publishers to a topic with a customer managed key.", "Action::"+actions[wild])
	}
}
