package account

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// readIdentities reads users, groups, roles, and the managed policies that they use.
//
// [GetAccountAuthorizationDetails]
//
// [GetAccountAuthorizationDetails]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
func (s *scope) readIdentities(ctx context.Context, client *iam.Client) {
	pages, _ := list(ctx, s, "", func(token *string) (page[*iam.GetAccountAuthorizationDetailsOutput], error) {
		out, err := client.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{Marker: token})
		if err != nil {
			return page[*iam.GetAccountAuthorizationDetailsOutput]{}, err
		}
		return page[*iam.GetAccountAuthorizationDetailsOutput]{[]*iam.GetAccountAuthorizationDetailsOutput{out}, out.Marker}, nil
	})
	used := map[string]bool{}
	for _, p := range pages {
		for _, u := range p.UserDetailList {
			s.putUser(u, used)
		}
		for _, g := range p.GroupDetailList {
			s.putGroup(g, used)
		}
		for _, r := range p.RoleDetailList {
			s.putRole(r, used)
		}
	}
	for _, p := range pages {
		for _, m := range p.Policies {
			if used[str(m.Arn)] {
				s.putManagedPolicy(m)
			}
		}
	}
}

const details = "iam:GetAccountAuthorizationDetails"

// [AWS::IAM::User]
//
// [AWS::IAM::User]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html
func (s *scope) putUser(u types.UserDetail, used map[string]bool) {
	s.put("AWS::IAM::User", str(u.Arn), properties{
		"UserName": u.UserName, "Path": u.Path, "Groups": u.GroupList,
		"Policies":            s.inline(str(u.Arn), u.UserPolicyList),
		"ManagedPolicyArns":   attached(u.AttachedManagedPolicies, used),
		"PermissionsBoundary": boundary(u.PermissionsBoundary, used),
	}, nil)
}

// [AWS::IAM::Group]
//
// [AWS::IAM::Group]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html
func (s *scope) putGroup(g types.GroupDetail, used map[string]bool) {
	s.put("AWS::IAM::Group", str(g.Arn), properties{
		"GroupName": g.GroupName, "Path": g.Path,
		"Policies":          s.inline(str(g.Arn), g.GroupPolicyList),
		"ManagedPolicyArns": attached(g.AttachedManagedPolicies, used),
	}, nil)
}

// [AWS::IAM::Role]
//
// [AWS::IAM::Role]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
func (s *scope) putRole(r types.RoleDetail, used map[string]bool) {
	s.put("AWS::IAM::Role", str(r.Arn), properties{
		"RoleName": r.RoleName, "Path": r.Path,
		"AssumeRolePolicyDocument": s.document(details, str(r.Arn), "AssumeRolePolicyDocument", decoded(r.AssumeRolePolicyDocument)),
		"Policies":                 s.inline(str(r.Arn), r.RolePolicyList),
		"ManagedPolicyArns":        attached(r.AttachedManagedPolicies, used),
		"PermissionsBoundary":      boundary(r.PermissionsBoundary, used),
	}, nil)
}

// putManagedPolicy puts a managed policy, AWS's own too, in the version that is in force.
//
// [AWS::IAM::ManagedPolicy]
//
// [AWS::IAM::ManagedPolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
func (s *scope) putManagedPolicy(m types.ManagedPolicyDetail) {
	p := properties{"ManagedPolicyName": m.PolicyName, "Path": m.Path}
	for _, v := range m.PolicyVersionList {
		if v.IsDefaultVersion {
			p["PolicyDocument"] = s.document(details, str(m.Arn), "Document", decoded(v.Document))
		}
	}
	s.put("AWS::IAM::ManagedPolicy", str(m.Arn), p, nil)
}

func (s *scope) inline(id string, policies []types.PolicyDetail) []any {
	var all []any
	for _, p := range policies {
		if document := s.document(details, id, "policy "+str(p.PolicyName), decoded(p.PolicyDocument)); document != nil {
			all = append(all, properties{"PolicyName": p.PolicyName, "PolicyDocument": document})
		}
	}
	return all
}

func attached(policies []types.AttachedPolicy, used map[string]bool) []string {
	var arns []string
	for _, p := range policies {
		used[str(p.PolicyArn)] = true
		arns = append(arns, str(p.PolicyArn))
	}
	return arns
}

func boundary(b *types.AttachedPermissionsBoundary, used map[string]bool) string {
	if b == nil {
		return ""
	}
	used[str(b.PermissionsBoundaryArn)] = true
	return str(b.PermissionsBoundaryArn)
}

// decoded returns a policy as IAM means it: it answers with percent-encoded JSON, as RFC 3986 has it.
func decoded(policy *string) string {
	text, err := url.PathUnescape(str(policy))
	if err != nil {
		return str(policy)
	}
	return text
}
