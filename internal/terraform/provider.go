package terraform

import (
	"reflect"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/terraform/source"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A provider tells the attributes of resources in sources, as the AWS provider computes them.
type provider struct {
	plan         *plan
	prior        *plan // what the prior state has; nil if there is none
	options      Options
	known        map[*source.Resource]*resource
	environments map[*source.ProviderConfig]environment
}

// resource returns a resource of the sources as one of a plan that creates it.
func (w *provider) resource(r *source.Resource) *resource {
	if found := w.known[r]; found != nil {
		return found
	}
	if found := w.plan.byAddress[r.Address]; found != nil {
		return found
	}
	env := w.environmentOf(r)
	found := &resource{address: r.Address, module: r.Module, within: r.Within, block: r.Block, kind: r.Type, index: r.Index, data: r.Data, values: r.Values,
		unknown: r.Unknown, config: writtenExpressions(r.Values, r.Unknown), row: catalog.Terraform(r.Type), created: !r.Data, changed: !r.Data,
		environment: &env, mayChange: r.MayChange, properties: r.Properties, suppressions: r.Suppressions}
	w.known[r] = found
	return found
}

// usual returns the environment of the default provider, where its configuration has these values.
func (w *provider) usual(values map[string]any) environment {
	e := environment{account: firstOf(w.options.Account, "${AWS::AccountId}")}
	at, _ := values["region"].(string)
	if at == "" || text.Unresolved(at) {
		at = firstOf(w.options.Region, "${AWS::Region}")
	}
	e.setRegion(at)
	if account := accountOf(values); account != "" {
		e.account = account
	}
	return e
}

// accountOf returns the account that the configuration of a provider tells: that of the role that it assumes, or the only one
// that it allows.
//
// [Provider configuration]
//
// [Provider configuration]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs#argument-reference
func accountOf(values map[string]any) string {
	if all, _ := values["allowed_account_ids"].([]any); len(all) == 1 {
		if id, _ := all[0].(string); id != "" && !text.Unresolved(id) {
			return id
		}
	}
	for _, assumed := range []string{"assume_role", "assume_role_with_web_identity"} {
		for _, b := range (block{values: values}).blocks(assumed) {
			role, _ := b.values["role_arn"].(string)
			if account := policygen.ARN(role).Account(); account != "" {
				return account
			}
		}
	}
	return ""
}

// environmentOf returns where a resource is deployed to.
func (w *provider) environmentOf(r *source.Resource) environment {
	e, ok := w.environments[r.Provider]
	if !ok {
		e = w.configured(r.Provider)
		w.environments[r.Provider] = e
	}
	if at, _ := r.Values["region"].(string); at != "" && strings.HasPrefix(r.Type, "aws_") {
		e.setRegion(at)
	}
	return e
}

// configured returns the environment of a provider's configuration.
func (w *provider) configured(c *source.ProviderConfig) environment {
	if c.Name == "aws" {
		return w.usual(c.Values)
	}
	e, of := w.plan.environment, " of "+c.Name+"}"
	if at, _ := c.Values["region"].(string); at != "" && !text.Unresolved(at) {
		e.setRegion(at)
	} else {
		e.setRegion("${AWS::Region" + of)
	}
	account := accountOf(c.Values)
	for _, other := range []string{"assume_role", "assume_role_with_web_identity", "profile", "access_key", "shared_credentials_files"} {
		var usual source.ProviderConfig
		if c.Default != nil {
			usual = *c.Default
		}
		if !reflect.DeepEqual(c.Values[other], usual.Values[other]) || !reflect.DeepEqual(c.Unknown[other], usual.Unknown[other]) {
			account = firstOf(account, "${AWS::AccountId"+of)
		}
	}
	e.account = firstOf(account, e.account)
	return e
}
