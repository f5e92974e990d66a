package terraform

import (
	"reflect"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// An environment is where resources are deployed to. What is not known is text that stands for it.
type environment struct{ account, region, partition string }

// own returns the ARN of a resource of the environment.
func (e environment) own(service, resource string) string {
	region := e.region
	if service == "iam" {
		region = ""
	}
	return "arn:" + e.partition + ":" + service + ":" + region + ":" + e.account + ":" + resource
}

// elsewhere reports whether an ARN is known to be of another account or Region.
func (e environment) elsewhere(arn string) bool {
	differ := func(a, b string) bool { return a != b && !text.Unresolved(a) && !text.Unresolved(b) }
	p, ok := text.SplitARN(arn)
	return ok && (differ(p[3], e.region) || differ(p[4], e.account))
}

// setRegion sets the Region and the partition that follows from it.
func (e *environment) setRegion(name string) {
	e.region, e.partition = name, "${AWS::Partition}"
	if !text.Unresolved(name) {
		e.partition = region.Partition(name)
	}
}

// setEnvironment finds out where the plan deploys to: from the options, the ARNs of what exists, the identity that Terraform
// looked up, and the provider's configuration.
func (p *plan) setEnvironment(plan *tfjson.Plan, o Options) {
	if plan.Config != nil {
		p.providers = plan.Config.ProviderConfigs
	}
	p.account, p.region = o.Account, o.Region
	for _, r := range p.resources {
		if p.alias(r) != nil {
			continue
		}
		arn := policygen.ARN(r.text("arn"))
		isOwn := !r.data && r.expression("arn") == nil && (r.row == nil || r.row.Terraform.On != "arn") // and not that of what it is for
		switch {
		case r.kind == "aws_caller_identity" && p.account == "":
			p.account = r.text("account_id")
		case r.kind == "aws_region" && p.region == "":
			p.region = firstOf(r.text("region"), r.text("name"))
		case isOwn && p.account == "" && arn.Account() != "":
			p.account = arn.Account()
		}
	}
	if p.region == "" {
		p.region, _ = p.expression(&resource{}, p.usual("region")).one()
	}
	if p.account == "" {
		p.account = p.accountOf(p.usual)
	}
	told := p.arns()
	if p.deployed {
		p.region = firstOf(p.region, told.region)
	}
	p.setRegion(firstOf(p.region, "${AWS::Region}"))
	if text.Unresolved(p.partition) {
		p.partition = firstOf(told.partition, p.partition)
	}
	if text.Unresolved(p.region) {
		p.region = "${AWS::Region}"
	}
	if p.account == "" {
		p.account = "${AWS::AccountId}"
	}
}

// arns returns the Region and the partition that all ARNs of the plan's resources have; empty where they differ or there are none.
func (p *plan) arns() environment {
	regions, partitions := map[string]bool{}, map[string]bool{}
	for _, r := range p.resources {
		if arn, ok := text.SplitARN(r.text("arn")); ok && !r.data && !text.Unresolved(r.text("arn")) {
			partitions[arn[text.Partition]] = true
			if arn[text.Region] != "" {
				regions[arn[text.Region]] = true
			}
		}
	}
	only := func(all map[string]bool) string {
		for one := range all {
			if len(all) == 1 {
				return one
			}
		}
		return ""
	}
	return environment{region: only(regions), partition: only(partitions)}
}

// alias returns the configuration of the aliased provider that a resource has; nil if it has the default one.
func (p *plan) alias(r *resource) *tfjson.ProviderConfig {
	if r.written == nil {
		return nil
	}
	if provider := p.providers[r.written.ProviderConfigKey]; provider != nil && provider.Alias != "" {
		return provider
	}
	return nil
}

// accountOf returns the account to which a provider deploys, from its attributes: the only one that it may deploy to, or that of the
// role that it assumes; empty if they do not tell.
//
// [AWS provider]
//
// [AWS provider]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs#allowed_account_ids-1
func (p *plan) accountOf(attribute func(string) *tfjson.Expression) string {
	if only, ok := p.expression(&resource{}, attribute("allowed_account_ids")).one(); ok && !text.Unresolved(only) {
		return only
	}
	for _, assumed := range []string{"assume_role", "assume_role_with_web_identity"} {
		if c := attribute(assumed); c != nil && c.ExpressionData != nil && len(c.NestedBlocks) == 1 {
			role, _ := p.expression(&resource{}, c.NestedBlocks[0]["role_arn"]).one()
			if account := policygen.ARN(role).Account(); account != "" {
				return account
			}
		}
	}
	return ""
}

// usual returns the configuration of an attribute of the default provider; nil if it has none.
func (p *plan) usual(attribute string) *tfjson.Expression {
	if provider := p.providers["aws"]; provider != nil {
		return provider.Expressions[attribute]
	}
	return nil
}

// in returns the environment of a resource: that of its provider, with its own Region where it has one.
//
// [Multiple provider configurations]
//
// [Multiple provider configurations]: https://developer.hashicorp.com/terraform/language/providers/configuration#alias-multiple-provider-configurations
func (p *plan) in(r *resource) environment {
	e := p.environment
	if r.environment != nil {
		return *r.environment
	}
	if provider := p.alias(r); provider != nil {
		of := " of " + provider.Name + "." + provider.Alias + "}"
		if at, ok := p.expression(&resource{}, provider.Expressions["region"]).one(); ok && at != "" {
			e.setRegion(at)
		} else {
			e.setRegion("${AWS::Region" + of)
		}
		own := func(attribute string) *tfjson.Expression { return provider.Expressions[attribute] }
		for _, other := range []string{"assume_role", "assume_role_with_web_identity", "profile", "access_key", "shared_credentials_files"} {
			if !reflect.DeepEqual(own(other), p.usual(other)) {
				e.account = "${AWS::AccountId" + of
			}
		}
		e.account = firstOf(p.accountOf(own), e.account)
	}
	if arn := policygen.ARN(r.text("arn")); p.deployed && arn.Account() != "" {
		e.account = arn.Account()
		if arn.Region() != "" {
			e.setRegion(arn.Region())
		}
	}
	if at := r.text("region"); at != "" && strings.HasPrefix(r.kind, "aws_") {
		e.setRegion(at)
	}
	return e
}
