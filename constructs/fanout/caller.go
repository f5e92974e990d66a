package fanout

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hopgrant/hopgrant/internal/text"
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
	if parts, ok := text.SplitARN(arn); ok && parts[5] == "root" {
		who.principal = policygen.AccountID(parts[4])
		return nil
	}
	if !strings.Contains(arn, ":") && !text.Unresolved(arn) {
		who.principal = policygen.AccountID(arn)
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
