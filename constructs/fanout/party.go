package fanout

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
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

	hops    []policygen.Hop
	seen    map[string]bool
	settled int // how many hops are in the policy
	written map[string]writtenStatement
	sids    map[string]bool
	policy  constructs.IDependable
	grant   awsiam.Grant           // in place of policy, of a queue made by this app
	l2      awssqs.Queue           // such a queue
	after   []constructs.Construct // what must not be made before the policy is
	problem error
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
	if p.on == policygen.OnKey && (h.Kind == policygen.Deliver || h.Kind == policygen.DeadLetter) {
		return fmt.Sprint("sns ", h.Topic.ARN, h.Topic.Scope, policygen.ARN(h.Queue.ARN).Region())
	}
	return fmt.Sprint(h)
}

// document returns what the party's policy must say.
func (p *party) document() (policygen.Document, error) {
	switch p.on {
	case policygen.OnQueue:
		return policygen.QueuePolicy{Queue: policygen.QueueARN(p.arn), Hops: p.hops, TLSOnly: p.tls}.Document()
	case policygen.OnTopic:
		return policygen.TopicPolicy{Topic: policygen.TopicARN(p.arn), Hops: p.hops, TLSOnly: p.tls}.Document()
	}
	all, err := policygen.Generate(p.hops, policygen.Options{KeyAccess: p.access, KeyStatementsOnly: true, Account: p.env.account})
	if err != nil {
		return policygen.Document{}, err
	}
	d, _ := all.Of(policygen.ARN(p.arn))
	return d, nil
}

// A writtenStatement is a statement in the party's policy.
type writtenStatement struct {
	policygen.Statement
	handle awsiam.PolicyStatement // nil if it could not be written
}

// settle writes into the party's policy what is not there yet.
func (p *party) settle() {
	if len(p.hops) == p.settled {
		return
	}
	d, err := p.document()
	if err != nil {
		p.problem = misuse(p.owner, err)
		return
	}
	p.settled = len(p.hops)
	if p.written == nil {
		p.written = map[string]writtenStatement{}
		p.sids = map[string]bool{}
	}
	missing := d
	missing.Statements = nil
	for _, s := range d.Statements {
		if s.Effect == policygen.Deny || p.extend(s) {
			continue // a denial is the CDK's
		}
		if p.sids[s.Sid] {
			s.Sid = ""
		}
		text, object := p.l.statement(s)
		if _, ok := p.written[text]; ok {
			continue
		}
		handle := awsiam.PolicyStatement_FromJson(object)
		if p.l2 != nil {
			p.grant = p.l.grantOn(p.l2, handle)
			p.written[text], p.sids[s.Sid] = writtenStatement{s, handle}, true
			continue
		}
		result := p.add(handle)
		if !value(result.StatementAdded) {
			p.written[text] = writtenStatement{s, nil} // reported
			missing.Statements = append(missing.Statements, s)
			continue
		}
		p.written[text], p.sids[s.Sid] = writtenStatement{s, handle}, true
		p.policy = result.PolicyDependable
	}
	after := p.after
	p.after = nil
	for _, c := range after {
		p.makeAfter(c)
	}
	if len(missing.Statements) > 0 {
		p.l.pend(p.owner, p, "", missing)
	}
}

// extend reports whether the statement is there already, or is one that is there with more values in its condition, which
// then get them. After a synthesis statements cannot be changed any more.
func (p *party) extend(s policygen.Statement) bool {
	text, object := p.l.statement(s)
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
		for operator, keys := range condition {
			w.handle.AddCondition(jsii.String(operator), keys)
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

// makeAfter sees to it that c is not made before the policy is. Waiting for the synthesis with it would make that slower:
// during one, each call of the CDK is dear.
func (p *party) makeAfter(c constructs.Construct) {
	if p.made && p.settled == 0 {
		p.settle()
	}
	switch {
	case p.grant != nil:
		p.grant.ApplyBefore(c)
	case p.policy != nil:
		c.Node().AddDependency(p.policy)
	default:
		p.after = append(p.after, c)
	}
}

// grantOn adds a statement to the policy of a queue that has one. What it returns can be waited for in one round trip to
// the CDK, and the result of AddToResourcePolicy in three.
func (l *ledger) grantOn(queue awssqs.Queue, statement awsiam.PolicyStatement) awsiam.Grant {
	if l.grantee == nil {
		l.grantee = awsiam.NewAnyPrincipal() // a grant has one; it is written nowhere
	}
	return awsiam.Grant_AddStatementToResourcePolicy(&awsiam.GrantPolicyWithResourceOptions{
		Grantee: l.grantee, Actions: &[]*string{}, ResourceArns: &[]*string{}, Resource: queue, Statement: statement,
	})
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
