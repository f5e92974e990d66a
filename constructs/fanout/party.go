package fanout

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
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
	settled int                    // how many hops are in the policy
	written map[string]bool        // its statements
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
	again := p.settled > 0
	p.settled = len(p.hops)
	if p.written == nil {
		p.written = map[string]bool{}
	}
	missing := d
	missing.Statements = nil
	var policy constructs.IDependable
	for _, s := range d.Statements {
		if s.Effect == policygen.Deny {
			continue // the CDK's
		}
		if again {
			s.Sid = "" // its Sid may be in the policy already
		}
		text, object := p.l.statement(s)
		if p.written[text] {
			continue
		}
		p.written[text] = true
		result := p.add(awsiam.PolicyStatement_FromJson(object))
		if !value(result.StatementAdded) {
			missing.Statements = append(missing.Statements, s)
			continue
		}
		policy = result.PolicyDependable
	}
	if policy != nil {
		for _, c := range p.after {
			c.Node().AddDependency(policy)
		}
		p.after = nil
	}
	if len(missing.Statements) > 0 {
		p.l.pend(p.owner, p, "", missing)
	}
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
