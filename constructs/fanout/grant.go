package fanout

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// grant adds to the policies what lets the caller make the hops' calls. Keys are those of the hops, nil for none.
func (l *ledger) grant(c constructs.Construct, who *caller, hops []policygen.Hop, key *party) awsiam.Grant {
	o := policygen.Options{KeyStatementsOnly: true}
	if key != nil {
		o.KeyAccess, o.Account = key.access, key.env.account
	}
	if _, isGroup := who.iam.(awsiam.Group); isGroup && o.KeyAccess == policygen.ByKeyPolicy {
		refuse(c, bad("grantee", "", "it is a group, and a key policy cannot name groups", "a role or user", ""))
	}
	l.warnOfAccount(c, who)
	policies, err := policygen.Generate(o, policygen.Hops(hops))
	refuse(c, err)
	var grant awsiam.Grant
	for _, a := range policies {
		if a.On == policygen.OnIdentity {
			grant = l.attach(c, who, a.Document)
			continue
		}
		if p, ok := l.byARN[string(a.Resource)]; ok {
			p.enlist(c, hops...)
		}
	}
	if grant == nil {
		grant = awsiam.Grant_Drop(who.grantee, jsii.String("allowed by the resource's policy"))
	}
	return grant
}

// warnOfAccount says that a caller of a known account counts as one of the stack's own, where that is not known.
func (l *ledger) warnOfAccount(c constructs.Construct, who *caller) {
	account := policygen.AccountOf(who.principal)
	if account == "" || !text.Unresolved(l.envOf(c).account) {
		return
	}
	warn(c, "@hopgrant/fanout:unknownAccount",
		who.principal.String()+" is of account "+account+", and the account of this stack is not known: it is taken to be the same; "+
			"if it is another, give the stack an env")
}

// attach adds the statements to the caller's identity policy, or to what is pending if the CDK would drop them.
func (l *ledger) attach(c constructs.Construct, who *caller, d policygen.Document) awsiam.Grant {
	missing := d
	missing.Statements = nil
	var grant awsiam.Grant
	for _, s := range d.Statements {
		_, object := l.statement(s)
		delete(object, "Sid") // those of several grants would not be unique
		if !who.canChange(object) {
			missing.Statements = append(missing.Statements, s)
			continue
		}
		o := &awsiam.GrantOnPrincipalOptions{Grantee: who.grantee, Actions: jsii.Strings(s.Action...), ResourceArns: jsii.Strings(l.fillAll(s.Resource)...)}
		g := awsiam.Grant_AddToPrincipal(o)
		if grant == nil {
			grant = g
		} else {
			grant = grant.Combine(g)
		}
		who.explain(s.Action)
	}
	if len(missing.Statements) > 0 {
		l.pend(c, who.party, who.principal.String(), missing)
		if grant == nil {
			grant = awsiam.Grant_Drop(who.grantee, jsii.String("not this app's policy"))
		}
	}
	return grant
}

// explain tells cdk-nag, which has no wildcards in identity policies, about the one that AWS asks for.
func (who *caller) explain(actions []string) {
	made, ok := who.iam.(constructs.Construct)
	wild := slices.IndexFunc(actions, func(a string) bool { return strings.HasSuffix(a, "*") })
	if !ok || wild < 0 {
		return
	}
	policy, ok := made.Node().TryFindChild(jsii.String("DefaultPolicy")).(awsiam.Policy)
	if !ok {
		return
	}
	if l1 := policy.Node().DefaultChild().(awsiam.CfnPolicy); l1.GetMetadata(jsii.String(nag)) == nil {
		l1.AddMetadata(jsii.String(nag), accept("AwsSolutions-IAM5", "SNS asks for "+actions[wild]+" of publishers to a topic with a customer managed key.", "Action::"+actions[wild]))
	}
}

func (l *ledger) fillAll(texts []string) []string {
	all := make([]string, len(texts))
	for i, s := range texts {
		all[i] = l.fill(s, func(p *party) string { return p.token() })
	}
	return all
}
