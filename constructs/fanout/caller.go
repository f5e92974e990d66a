package fanout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A caller is a grantee as hops name it.
type caller struct {
	grantee   awsiam.IGrantable
	iam       awsiam.IPrincipal
	principal policygen.Principal
	source    Source // of a service principal
	group     bool   // of IAM
	made      bool   // a role or user of this app
}

// callerOf returns the grantee as a principal of the policies of a topic or queue. It panics if the grantee is everybody, or
// somebody of whom no policy can be made.
func (e *end) callerOf(c constructs.IConstruct, grantee awsiam.IGrantable) *caller {
	if grantee == nil {
		refuse(c, bad("grantee", "", "there is none", "a role, a user, a function or another principal", ""))
	}
	who := &caller{grantee: grantee}
	if who.madeHere(e, grantee) {
		return who
	}
	who.iam = grantee.GrantPrincipal()
	if who.madeHere(e, who.iam) { // a function's role
		return who
	}
	if o, ok := who.iam.(awsiam.OrganizationPrincipal); ok {
		who.principal = policygen.OrganizationID(*o.OrganizationId())
		return who
	}
	_, who.group = who.iam.(awsiam.Group)
	fragment := who.iam.PolicyFragment()
	for kind, values := range *fragment.PrincipalJson() {
		if values == nil || len(*values) != 1 {
			refuse(c, bad("grantee", kind, "it is several principals", "one principal for each grant", ""))
		}
		name := *(*values)[0]
		switch kind {
		case "Service":
			// The CDK writes a service's name as a token, since a few have had others in some Regions.
			if resolved, ok := awscdk.Stack_Of(c).Resolve(name).(string); ok {
				name = resolved
			}
			who.principal = policygen.ServicePrincipal(name)
			refuse(c, who.conditions(*fragment.Conditions()))
		case "AWS":
			refuse(c, who.iamPrincipal(name))
			if conditions := fragment.Conditions(); conditions != nil && len(*conditions) > 0 {
				refuse(c, bad("grantee", name, "it has conditions of its own", "the principal alone", ""))
			}
		default:
			refuse(c, bad("grantee", name, "it is a principal of kind "+kind, "a role that it assumes", ""))
		}
	}
	if who.principal == nil {
		refuse(c, bad("grantee", "", "it names no principal", "a role, a user, a function or another principal", ""))
	}
	return who
}

// madeHere fills in a role or user of this app. Its account does not matter where that of the topic or queue is not known.
func (who *caller) madeHere(e *end, made any) bool {
	account := func() string {
		if text.Unresolved(e.env.account) {
			return e.env.account
		}
		return value(who.iam.PrincipalAccount())
	}
	switch made := made.(type) {
	case awsiam.Role:
		who.iam = made
		who.principal = policygen.RoleARN(standIn(*made.RoleArn(), "iam", "", account(), "role/#"))
	case awsiam.User:
		who.iam = made
		who.principal = policygen.UserARN(standIn(*made.UserArn(), "iam", "", account(), "user/#"))
	default:
		return false
	}
	who.made = true
	return true
}

// iamPrincipal fills in a principal of IAM.
func (who *caller) iamPrincipal(arn string) error {
	if arn == "*" {
		return bad("grantee", arn, "that is everybody in the world", "a role, a user, an account or a service", "")
	}
	if account, ok := who.iam.(awsiam.AccountPrincipal); ok {
		who.principal = policygen.AccountID(fmt.Sprint(account.AccountId()))
		return nil
	}
	account := *cmp.Or(who.iam.PrincipalAccount(), jsii.String("${AWS::AccountId}"))
	switch {
	case strings.HasPrefix(arn, "arn:") && strings.HasSuffix(arn, ":root") || !strings.Contains(arn, ":") && !text.Unresolved(arn):
		who.principal = policygen.AccountID(cmp.Or(text.AccountIn(arn), arn))
	case strings.HasPrefix(arn, "arn:"): // it may hold tokens
		p, err := policygen.ParsePrincipal(arn)
		who.principal = p
		return err
	default:
		if _, isUser := who.grantee.(awsiam.IUser); isUser {
			who.principal = policygen.UserARN(standIn(arn, "iam", "", account, "user/#"))
		} else {
			who.principal = policygen.RoleARN(standIn(arn, "iam", "", account, "role/#"))
		}
	}
	return nil
}

// linkedTo reports whether the caller is a [service-linked role] of the service, or of any if that is "". Nobody but AWS can
// change its policies.
//
// [service-linked role]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
func (who *caller) linkedTo(service string) bool {
	arn, ok := who.principal.(policygen.RoleARN)
	return ok && strings.Contains(string(arn), ":role/aws-service-role/"+service)
}

// allowedByAWS reports whether the caller is a service-linked role whose own policy allows the action on everything.
func (who *caller) allowedByAWS(action string) bool {
	for _, s := range service.All() {
		if s.LinkedPolicy == "" || !who.linkedTo(s.Principal+"/") {
			continue
		}
		p, _ := topology.ManagedPolicy("arn:aws:iam::aws:policy/aws-service-role/"+s.LinkedPolicy, topology.Position{})
		return slices.ContainsFunc(p.Document.Statements, func(s policygen.Statement) bool { return slices.Contains(s.Action, action) })
	}
	return false
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
				who.source.ARN = &text
			case strings.EqualFold(key, "aws:SourceAccount"):
				who.source.Account = &text
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

// canChange reports whether the CDK writes the caller's identity policy, by adding a statement. An immutable role says that it
// was added when it was not; what it returns to depend on is an empty group then, and a policy otherwise.
func (who *caller) canChange(s policygen.Statement) bool {
	if who.made || who.group {
		return true
	}
	s.Sid = ""
	result := who.iam.AddToPrincipalPolicy(awsiam.PolicyStatement_FromJson(object(s)))
	_, nothing := result.PolicyDependable.(constructs.DependencyGroup)
	return value(result.StatementAdded) && !nothing
}
