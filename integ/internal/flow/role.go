package flow

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/hopgrant/hopgrant/policygen"

	"github.com/hopgrant/hopgrant/integ/internal/account"
)

// readRole reads a role with its inline and its managed policies.
func readRole(ctx context.Context, c *account.Clients, id, name string) (*Role, error) {
	out, err := c.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if err != nil {
		return nil, err
	}
	r := &Role{ID: id, ARN: policygen.RoleARN(aws.ToString(out.Role.Arn)), clients: c, name: name}
	if err := r.readInline(ctx, c, name); err != nil {
		return nil, err
	}
	return r, r.readManaged(ctx, c, name)
}

func (r *Role) readInline(ctx context.Context, c *account.Clients, name string) error {
	pages := iam.NewListRolePoliciesPaginator(c.IAM, &iam.ListRolePoliciesInput{RoleName: aws.String(name)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, policy := range page.PolicyNames {
			out, err := c.IAM.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String(policy)})
			if err != nil {
				return err
			}
			if err := r.add(policy, aws.ToString(out.PolicyDocument)); err != nil {
				return err
			}
			r.inline = append(r.inline, policy)
		}
	}
	return nil
}

func (r *Role) readManaged(ctx context.Context, c *account.Clients, name string) error {
	pages := iam.NewListAttachedRolePoliciesPaginator(c.IAM, &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(name)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, policy := range page.AttachedPolicies {
			text, err := ManagedPolicy(ctx, c, aws.ToString(policy.PolicyArn))
			if err != nil {
				return err
			}
			if err := r.add(aws.ToString(policy.PolicyName), text); err != nil {
				return err
			}
		}
	}
	return nil
}

// ManagedPolicy returns the text of the default version of a managed policy.
func ManagedPolicy(ctx context.Context, c *account.Clients, arn string) (string, error) {
	p, err := c.IAM.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
	if err != nil {
		return "", err
	}
	v, err := c.IAM.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(arn), VersionId: p.Policy.DefaultVersionId})
	if err != nil {
		return "", err
	}
	return aws.ToString(v.PolicyVersion.Document), nil
}

// add parses a policy, which IAM returns percent-encoded.
func (r *Role) add(name, text string) error {
	decoded, err := url.PathUnescape(text)
	if err != nil {
		return fmt.Errorf("policy %q: %w", name, err)
	}
	doc, err := policygen.Parse([]byte(decoded))
	if err != nil {
		return fmt.Errorf("policy %q: %w", name, err)
	}
	r.Policies = append(r.Policies, doc)
	return nil
}
