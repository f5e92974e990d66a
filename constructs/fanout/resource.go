package fanout

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A resource is a topic, queue or key whose policy must allow hops.
type resource struct {
	on    policygen.Target
	arn   string        // as policygen sees it
	text  string        // as the template has it
	known func() string // what others' policies can call the topic or queue
	env   env
	owner constructs.IConstruct // whose problem it is when the policy cannot be written
	made  bool                  // in this app, so that its policy can be written
	tls   bool                  // whether the CDK adds the statement that refuses requests without TLS
	add   func(awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult

	hops   []policygen.Hop       // that are not in the policy yet
	others []policygen.Statement // likewise, that no hop of policygen's needs
	seen   map[string]bool       // all of both
	sids   map[string]bool
	policy constructs.IDependable
	after  []constructs.IConstruct // what must not be made before the policy is
}

// add registers a resource.
func (r *registry) add(p *resource) *resource {
	p.seen, p.sids = map[string]bool{}, map[string]bool{}
	r.resources = append(r.resources, p)
	return p
}

// standIn returns an ARN as policygen is to see it. One that is a token gets around it what is known of its parts; restored
// takes them away again. The name holds # where the token belongs.
func standIn(arn, service, region, account, name string) string {
	if !text.Unresolved(arn) || strings.HasPrefix(arn, "arn:") {
		return arn
	}
	return "arn:${AWS::Partition}:" + service + ":" + region + ":" + account + ":" + strings.Replace(name, "#", "${="+arn+"=}", 1)
}

// restored returns a text in which every stand-in is the token that it stands in for.
func restored(text string) string {
	for {
		before, rest, ok := strings.Cut(text, "${=")
		token, after, closed := strings.Cut(rest, "=}")
		if !ok || !closed {
			return text
		}
		text = before[:max(strings.LastIndex(before, "arn:${AWS::Partition}:"), 0)] + token + strings.TrimPrefix(after, ".fifo")
	}
}

// isToken reports whether the ARN is known to CloudFormation alone.
func (p *resource) isToken() bool { return p.arn != p.text }

// enlist notes that the policy must allow the hops. It panics when the policy becomes too large.
func (p *resource) enlist(c constructs.IConstruct, hops ...policygen.Hop) {
	for _, h := range hops {
		id := fmt.Sprint(h)
		if p.on == policygen.OnKey && kind.Of(h.Kind).BySNS() { // a key policy does not tell one queue from another
			id = fmt.Sprint("sns ", h.Topic.ARN, h.Topic.Scope, policygen.ARN(h.Queue.ARN).Region())
		}
		if !p.seen[id] {
			p.seen[id] = true
			p.hops = append(p.hops, h)
			p.owner = cmp.Or(p.owner, c)
		}
	}
	if len(p.hops) > 16 { // measuring takes long, and small policies are not too large
		_, err := p.document()
		refuse(c, err)
	}
}

// admit notes statements of the policy that no hop of policygen's needs.
func (p *resource) admit(c constructs.IConstruct, statements []policygen.Statement) {
	for _, s := range statements {
		if id := marshal(s); !p.seen[id] {
			p.seen[id] = true
			p.others = append(p.others, s)
			p.owner = cmp.Or(p.owner, c)
		}
	}
}

// document returns what the policy must say and does not yet.
func (p *resource) document() (policygen.Document, error) {
	d := policygen.Document{Version: policygen.Version}
	if len(p.hops) > 0 {
		o := policygen.Options{KeyStatementsOnly: true, TLSOnly: p.tls, Account: p.env.account}
		all, err := policygen.Generate(o, policygen.Hops(p.hops))
		if err != nil {
			return d, err
		}
		mine, _ := all.Of(policygen.ARN(p.arn))
		for _, s := range mine.Statements {
			if s.Effect == policygen.Allow { // the CDK writes the statement about TLS
				d.Statements = append(d.Statements, s)
			}
		}
	}
	d.Statements = append(d.Statements, p.others...)
	return d, nil
}

// write writes into the policy what is not there yet.
func (p *resource) write() {
	if !p.made {
		return
	}
	d, err := p.document()
	if err != nil {
		awscdk.Annotations_Of(p.owner).AddError(jsii.String(misuse(p.owner, err).Error()))
		return
	}
	for _, s := range d.Statements {
		if p.sids[s.Sid] {
			s.Sid = ""
		}
		p.sids[s.Sid] = true
		result := p.add(awsiam.PolicyStatement_FromJson(object(s)))
		if !value(result.StatementAdded) {
			p.made = false // it is reported
			return
		}
		p.policy = result.PolicyDependable
	}
	p.hops, p.others = nil, nil
	if p.policy != nil {
		for _, c := range p.after {
			c.Node().AddDependency(p.policy)
		}
		p.after = nil
	}
}

// object returns a statement as the CDK reads it.
func object(s policygen.Statement) map[string]any {
	var decoded map[string]any
	if err := json.Unmarshal([]byte(restored(marshal(s))), &decoded); err != nil {
		panic("fanout: " + err.Error())
	}
	return decoded
}

func marshal(v json.Marshaler) string {
	text, err := v.MarshalJSON()
	if err != nil {
		panic("fanout: encoding strings failed: " + err.Error())
	}
	return string(text)
}
