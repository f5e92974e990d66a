package fanout

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/internal/cdkcalls"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// A party is a topic, queue, key or principal that hops name.
type party struct {
	l     *ledger
	on    policygen.Target
	arn   string         // as policygen sees it
	text  string         // as the template has it
	ask   func() *string // for text
	known func() string  // what is known of the ARN before it is deployed; nil if nothing is
	env   env
	owner constructs.Construct // whose problem it is when the policy cannot be written
	made  bool                 // by this app, so that its policy can be written

	add    func(awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult
	access policygen.KeyAccess // of a key
	tls    bool                // whether the CDK adds the statement that refuses requests without TLS

	hops       []policygen.Hop
	seen       map[string]bool
	settled    int // how many hops are in the policy
	subscribed int // how many statements came with subscriptions
	written    map[string]writtenStatement
	sids       map[string]bool
	policy     constructs.IDependable
	l2         awssqs.Queue           // a queue that this package made
	after      []constructs.Construct // what must not be made before the policy is
	problem    error
}

// unknown reports whether the ARN is a token.
func (p *party) unknown() bool { return p.ask != nil || p.arn != p.text }

// token returns the party's ARN as the template has it.
func (p *party) token() string {
	if p.text == "" {
		p.text = *p.ask()
	}
	return p.text
}

// enlist notes that the party's policy must allow the hops. It panics when the policy becomes too large.
func (p *party) enlist(c constructs.Construct, hops ...policygen.Hop) {
	for _, h := range hops {
		id := p.same(h)
		if p.seen[id] {
			continue
		}
		if p.seen == nil {
			p.seen = map[string]bool{}
		}
		p.seen[id] = true
		p.hops = append(p.hops, h)
	}
	if p.owner == nil {
		p.owner = c
	}
	// Measuring is dear, and small policies cannot be too large.
	if len(p.hops) > 16 {
		_, err := p.document()
		refuse(c, err)
	}
}

// same returns what hops have in common that need the same of the party. A key policy does not tell one queue from another.
func (p *party) same(h policygen.Hop) string {
	if p.on == policygen.OnKey && kind.Of(h.Kind).BySNS() {
		return fmt.Sprint("sns ", h.Topic.ARN, h.Topic.Scope, policygen.ARN(h.Queue.ARN).Region())
	}
	return fmt.Sprint(h)
}

// document returns what the party's policy must say.
func (p *party) document() (policygen.Document, error) {
	o := policygen.Options{KeyAccess: p.access, KeyStatementsOnly: true, TLSOnly: p.tls, Account: p.env.account}
	all, err := policygen.Generate(o, policygen.Hops(p.hops))
	if err != nil {
		return policygen.Document{}, err
	}
	d, _ := all.Of(policygen.ARN(p.arn))
	return d, nil
}

// A writtenStatement is a statement in the party's policy.
type writtenStatement struct {
	policygen.Statement
	handle func() awsiam.PolicyStatement // nil if it could not be written
}

// A lack is a statement that the party's policy does not have yet.
type lack struct {
	policygen.Statement
	text   string
	object map[string]any // text, as the CDK reads it
}

// lacks returns what is to be written into the party's policy. A statement that is there but for the values of a condition
// gets those.
func (p *party) lacks() []lack {
	if len(p.hops) == p.settled {
		return nil
	}
	d, err := p.document()
	if err != nil {
		p.problem = misuse(p.owner, err)
		cdkcalls.Complain(p.l)
		return nil
	}
	p.settled = len(p.hops)
	if p.written == nil {
		p.written = map[string]writtenStatement{}
		p.sids = map[string]bool{}
	}
	var all []lack
	for _, s := range d.Statements {
		if s.Effect == policygen.Deny {
			continue // the CDK's
		}
		text, object := p.l.statement(s)
		if p.extend(s, text, object) {
			continue
		}
		if p.sids[s.Sid] {
			s.Sid = ""
			text, object = p.l.statement(s)
			if _, ok := p.written[text]; ok {
				continue
			}
		}
		all = append(all, lack{s, text, object})
	}
	return all
}

func objects(lacks []lack) []any {
	all := make([]any, len(lacks))
	for i, s := range lacks {
		all[i] = s.object
	}
	return all
}

// write notes that the statement is in the policy, or, if it has no handle, that it could not be written.
func (p *party) write(s lack, handle func() awsiam.PolicyStatement) {
	p.written[s.text] = writtenStatement{s.Statement, handle}
	if handle != nil {
		p.sids[s.Sid] = true
	}
}

// wrote notes that the statements came into the policy with a subscription.
func (p *party) wrote(lacks []lack) {
	for _, s := range lacks {
		i := p.subscribed
		p.subscribed++
		s.text = strings.ReplaceAll(s.text, notMade, p.text)
		p.write(s, func() awsiam.PolicyStatement { return cdkcalls.Statements(p.l2)[i] })
	}
}

// settle writes into the party's policy what is not there yet.
func (p *party) settle() {
	if p.text == notMade {
		return // making it failed
	}
	var missing []policygen.Statement
	for _, s := range p.lacks() {
		handle := awsiam.PolicyStatement_FromJson(s.object)
		result := p.add(handle)
		if !value(result.StatementAdded) {
			p.write(s, nil)
			missing = append(missing, s.Statement)
			continue
		}
		p.write(s, func() awsiam.PolicyStatement { return handle })
		p.policy = result.PolicyDependable
	}
	p.order()
	if len(missing) > 0 {
		p.l.pend(p.owner, p, "", policygen.Document{Version: policygen.Version, Statements: missing})
	}
}

// extend reports whether the statement is there already, or is one that is there with more values in its condition, which
// then get them. After a synthesis statements cannot be changed any more. Text and object are the statement's.
func (p *party) extend(s policygen.Statement, text string, object map[string]any) bool {
	if _, ok := p.written[text]; ok {
		return true
	}
	condition, ok := object["Condition"].(map[string]any)
	if !ok || p.l.synthesized || !p.made {
		return false
	}
	for old, w := range p.written {
		if w.handle == nil || !alike(w.Statement, s) {
			continue
		}
		handle := w.handle()
		for operator, keys := range condition {
			handle.AddCondition(jsii.String(operator), keys)
		}
		delete(p.written, old)
		p.written[text] = writtenStatement{s, w.handle}
		return true
	}
	return false
}

// alike reports whether statements differ in nothing but the values of their conditions.
func alike(a, b policygen.Statement) bool {
	if len(a.Condition) != len(b.Condition) {
		return false
	}
	for operator, keys := range a.Condition {
		others, ok := b.Condition[operator]
		if !ok || len(keys) != len(others) {
			return false
		}
		for key := range keys {
			if _, ok := others[key]; !ok {
				return false
			}
		}
	}
	a.Condition, b.Condition = nil, nil
	return reflect.DeepEqual(a, b)
}

// subscribe makes a subscription of the party, a queue. It is not made before the queue's policy is. The first one writes
// the policy, what later ones need waits for the synthesis: then statements are merged once.
func (p *party) subscribe(c constructs.Construct, id *string, props *awssns.CfnSubscriptionProps) awssns.CfnSubscription {
	if p.l2 != nil {
		var lacks []lack
		if p.settled == 0 {
			lacks = p.lacks()
		}
		cdkcalls.Subscribe(p.l2, c, cdkcalls.Subscription{Statements: objects(lacks), ID: *id, Props: props})
		p.wrote(lacks)
		return c.Node().FindChild(id).(awssns.CfnSubscription)
	}
	s := awssns.NewCfnSubscription(c, id, props)
	p.after = append(p.after, s)
	if p.made && p.settled == 0 {
		p.settle()
	}
	p.order()
	return s
}

// order sees to it that what waits for the policy is not made before it.
func (p *party) order() {
	if p.policy == nil {
		return
	}
	for _, c := range p.after {
		c.Node().AddDependency(p.policy)
	}
	p.after = nil
}

// statement returns a statement as the template has it, and as the CDK reads it.
func (l *ledger) statement(s policygen.Statement) (string, map[string]any) {
	text := l.fill(marshal(s), func(p *party) string { return p.token() })
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		panic("fanout: " + err.Error() + " in " + text)
	}
	return text, object
}

func marshal(v json.Marshaler) string {
	text, err := v.MarshalJSON()
	if err != nil {
		panic("fanout: encoding strings failed: " + err.Error())
	}
	return string(text)
}
