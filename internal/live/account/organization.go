package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

// readOrganization reads the service and resource control policies of an account, of the organizational units above it and of the
// root. A policy's targets are those of them that it is attached to, and an account or unit says what is above it.
//
// [SCP evaluation], [AWS::Organizations::Policy]
//
// [SCP evaluation]: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
// [AWS::Organizations::Policy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
func (s *scope) readOrganization(ctx context.Context, client *organizations.Client) {
	targets := map[string][]string{} // of policies, by id
	summaries := map[string]types.PolicySummary{}
	for at, depth := s.account, 0; at != "" && depth < 8; depth++ { // a root, at most five levels of units, an account
		for _, kind := range []types.PolicyType{types.PolicyTypeServiceControlPolicy, types.PolicyTypeResourceControlPolicy} {
			all, _ := list(ctx, s, at, func(token *string) (page[types.PolicySummary], error) {
				out, err := client.ListPoliciesForTarget(ctx, &organizations.ListPoliciesForTargetInput{TargetId: &at, Filter: kind, NextToken: token})
				if err != nil {
					return page[types.PolicySummary]{}, err
				}
				return page[types.PolicySummary]{out.Policies, out.NextToken}, nil
			})
			for _, p := range all {
				summaries[str(p.Id)] = p
				targets[str(p.Id)] = append(targets[str(p.Id)], at)
			}
		}
		parent, more := s.parent(ctx, client, at)
		switch {
		case at == s.account:
			s.put("AWS::Organizations::Account", at, properties{"ParentIds": parent}, nil)
		case more:
			s.put("AWS::Organizations::OrganizationalUnit", at, properties{"ParentId": parent[0]}, nil)
		}
		at = ""
		if more {
			at = parent[0]
		}
	}
	for _, id := range sorted(summaries) {
		out, err := client.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: &id})
		if err != nil {
			s.failed(ctx, id, err)
			continue
		}
		p := summaries[id]
		s.put("AWS::Organizations::Policy", str(p.Arn), properties{
			"Name": p.Name, "Type": string(p.Type), "TargetIds": targets[id],
			"Content": s.document("organizations:DescribePolicy", id, "Content", str(out.Policy.Content)),
		}, map[string]string{"Id": id})
	}
}

// parent returns what an account or unit is in; ok is false for a root.
func (s *scope) parent(ctx context.Context, client *organizations.Client, of string) (ids []string, ok bool) {
	if len(of) > 1 && of[:2] == "r-" {
		return nil, false
	}
	parents, _ := list(ctx, s, of, func(token *string) (page[types.Parent], error) {
		out, err := client.ListParents(ctx, &organizations.ListParentsInput{ChildId: &of, NextToken: token})
		if err != nil {
			return page[types.Parent]{}, err
		}
		return page[types.Parent]{out.Parents, out.NextToken}, nil
	})
	if len(parents) == 0 {
		return nil, false
	}
	return []string{str(parents[0].Id)}, true
}

// organizationSession returns who may read the organization's policies: the management account, in which Options.Roles may have a role, or
// the account itself, which may be a delegated administrator.
func (r *reader) organizationSession(ctx context.Context, s *scope) *session {
	client := organizations.NewFromConfig(r.home.config(r.home.cfg.Region))
	out, err := client.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	if code(err) == "AWSOrganizationsNotInUseException" { // nothing is above the account
		return nil
	}
	if err != nil {
		s.failed(ctx, "", err)
		return nil
	}
	management := str(out.Organization.MasterAccountId)
	if management == r.home.account || r.o.Roles[management] == "" {
		return r.home
	}
	in, err := r.session(ctx, management)
	if err != nil {
		s.gap(live.Gap{Operation: "sts:AssumeRole", Resource: r.o.Roles[management], Reason: fmt.Sprint(err)})
		return nil
	}
	return in
}
