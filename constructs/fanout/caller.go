package fanout

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/policygen"
)

// A caller is a grantee as hops name it.
type caller struct {
	grantee   awsiam.IGrantable
	iam       awsiam.IPrincipal
	principal policygen.Principal
	party     *party // of an IAM principal

	// source and sourceAccount are the conditions of a service principal.
	source        policygen.ARN
	sourceAccount string

	probed, reachable bool // whether the CDK can add to the identity policy
	blind             bool // made when no account was known
}

// callerOf returns the grantee as a principal of policies. It panics if the grantee is everybody, or somebody of whom no
// policy can be made.
func (l *ledger) callerOf(c constructs.Construct, grantee awsiam.IGrantable) *caller {
	if grantee == nil {
		panic(misuse(c, bad("grantee", "", "there is none", "a role, a user, a function or another principal", "")))
	}
	if known, ok := l.callers[grantee]; ok && !(known.blind && l.accounts) {
		return known
	}
	who := &caller{grantee: grantee}
	if who.madeHere(l, grantee) {
		l.callers[grantee] = who
		return who
	}
	who.iam = grantee.GrantPrincipal()
	if who.madeHere(l, who.iam) { // a function's role
		l.callers[grantee] = who
		return who
	}
	fragment := who.iam.PolicyFragment()
	for kind, values := range *fragment.PrincipalJson() {
		if values == nil || len(*values) != 1 {
			panic(misuse(c, bad("grantee", kind, "it is several principals", "one principal for each grant", "")))
		}
		name := *(*values)[0]
		switch kind {
		case "Service":
			// The CDK writes a service's name as a token, since a few have had others in some Regions.
			if resolved, ok := l.envOf(c).stack.Resolve(name).(string); ok {
				name = resolved
			}
			who.principal = policygen.ServicePrincipal(name)
			refuse(c, who.conditions(*fragment.Conditions()))
		case "AWS":
			refuse(c, who.iamPrincipal(l, name))
			if conditions := fragment.Conditions(); conditions != nil && len(*conditions) > 0 {
				panic(misuse(c, bad("grantee", name, "it has conditions of its own", "the principal alone", "")))
			}
		default:
			panic(misuse(c, bad("grantee", name, "it is a principal of kind "+kind, "a role that it assumes", "")))
		}
	}
	if who.principal == nil {
		panic(misuse(c, bad("grantee", "", "it names no principal", "a role, a user, a function or another principal", "")))
	}
	l.callers[grantee] = who
	return who
}

// madeHere fills in a role or user of this app. Its account is its stack's; as long as that is not known, neither is that
// of anything it could be compared with.
func (who *caller) madeHere(l *ledger, made any) bool {
	var arn func() *string
	resource := "role/#"
	switch made := made.(type) {
	case awsiam.Role:
		who.iam, arn = made, made.RoleArn
	case awsiam.User:
		who.iam, arn, resource = made, made.UserArn, "user/#"
	default:
		return false
	}
	e := env{account: unknownAccount}
	who.blind = !l.accounts
	if l.accounts {
		e.account = value(who.iam.PrincipalAccount())
	}
	who.probed, who.reachable = true, true
	who.party = l.newMade(nil, policygen.OnIdentity, arn, e, resource)
	if resource == "user/#" {
		who.principal = policygen.UserARN(who.party.arn)
	} else {
		who.principal = policygen.RoleARN(who.party.arn)
	}
	return true
}

// unknownAccount stands for the account of a stack that may be deployed to any.
const unknownAccount = "${AWS::AccountId}"

// iamPrincipal fills in a principal of IAM. An ARN that is not known yet gets a stand that tells the account.
func (who *caller) iamPrincipal(l *ledger, arn string) error {
	if arn == "*" {
		return bad("grantee", arn, "that is everybody in the world", "a role, a user, an account or a service", "")
	}
	if account, ok := who.iam.(awsiam.AccountPrincipal); ok {
		who.principal = policygen.AccountID(fmt.Sprint(account.AccountId()))
		return nil
	}
	e := env{account: unknownAccount}
	if account := who.iam.PrincipalAccount(); account != nil {
		e.account = *account
	}
	if strings.HasPrefix(arn, "arn:") && strings.HasSuffix(arn, ":root") || !strings.Contains(arn, ":") && !policygen.Unresolved(arn) {
		account := strings.TrimSuffix(arn, ":root")
		account = account[strings.LastIndex(account, ":")+1:]
		who.principal = policygen.AccountID(account)
		return nil
	}
	if strings.HasPrefix(arn, "arn:") { // an ARN that holds tokens, or none
		p, err := policygen.ParsePrincipal(arn)
		if err != nil {
			return err
		}
		who.principal = p
		return nil
	}
	_, isUser := who.grantee.(awsiam.IUser)
	if isUser {
		who.party = l.newParty(nil, policygen.OnIdentity, arn, e, "user/#")
		who.principal = policygen.UserARN(who.party.arn)
	} else {
		who.party = l.newParty(nil, policygen.OnIdentity, arn, e, "role/#")
		who.principal = policygen.RoleARN(who.party.arn)
	}
	return nil
}

// conditions reads the conditions that a service principal came with, as in awsiam.NewServicePrincipal.
func (who *caller) conditions(all map[string]any) error {
	for operator, keys := range all {
		m, ok := keys.(map[string]any)
		for key, v := range m {
			text, isText := v.(string)
			switch {
			case !isText:
				ok = false
			case strings.EqualFold(key, "aws:SourceArn"):
				who.source = policygen.ARN(text)
			case strings.EqualFold(key, "aws:SourceAccount"):
				who.sourceAccount = text
			default:
				ok = false
			}
		}
		if !ok {
			return bad("grantee", who.principal.String(), "it has conditions on "+operator+" that are no source", "aws:SourceArn or aws:SourceAccount", "")
		}
	}
	return nil
}

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
	policies, err := policygen.Generate(hops, o)
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
	if account == "" || !policygen.Unresolved(l.envOf(c).account) {
		return
	}
	awscdk.Annotations_Of(c).AddWarningV2(jsii.String("@hopgrant/fanout:unknownAccount"), jsii.String(
		who.principal.String()+" is of account "+account+", and the account of this stack is not known: it is taken to be the same; "+
			"if it is another, give the stack an env"))
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

// canChange reports whether the CDK writes the caller's identity policy. An immutable role says that a statement was added
// when it was not; what it returns to depend on is an empty group then, and a policy otherwise.
func (who *caller) canChange(statement any) bool {
	if who.probed {
		return who.reachable
	}
	who.probed = true
	if _, ok := who.iam.(awsiam.Group); ok {
		who.reachable = true
		return true
	}
	result := who.iam.AddToPrincipalPolicy(awsiam.PolicyStatement_FromJson(statement))
	_, nothing := result.PolicyDependable.(constructs.DependencyGroup)
	who.reachable = value(result.StatementAdded) && !nothing
	return who.reachable
}
