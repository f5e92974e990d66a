package source

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// providerOf returns the configuration of the provider that a block has.
//
// [Multiple provider configurations]
//
// [Multiple provider configurations]: https://developer.hashicorp.com/terraform/language/providers/configuration#alias-multiple-provider-configurations
func (in *instance) providerOf(b *block, own variables) *ProviderConfig {
	name, _, _ := strings.Cut(b.kind, "_")
	if a := b.Body.Attributes["provider"]; a != nil {
		name = providerName(a.Expr)
	}
	return in.config(name)
}

// providerName returns the name of a provider as an expression gives it, such as "aws.eu"; what is in brackets stays in it.
func providerName(e hclsyntax.Expression) string {
	if t, diags := hcl.AbsTraversalForExpr(e); !diags.HasErrors() {
		name := t.RootName()
		for i := 1; i < len(t); i++ {
			name += "." + step(t, i)
		}
		return name
	}
	if s, ok := literal(e); ok {
		return s
	}
	r := e.Range()
	return "a provider that is chosen at " + r.String()
}

// config returns a configuration of a provider as the module sees it; its name alone, if it has none.
func (in *instance) config(name string) *ProviderConfig {
	if c := in.configs[name]; c != nil {
		return c
	}
	c := &ProviderConfig{Name: name}
	in.configs[name] = c
	if plain, _, aliased := strings.Cut(name, "."); aliased {
		root := in
		for root.parent != nil {
			root = root.parent
		}
		c.Default = root.config(plain)
	}
	switch passed, ok := in.passedProvider(name); {
	case in.providers[name] != nil:
		c.Values, c.Unknown = plainMembers(in.content(in.providers[name].Body, nil, false), "")
	case ok:
		*c = *in.parent.config(passed)
	case in.parent != nil && !strings.Contains(name, "."):
		*c = *in.parent.config(name)
	}
	return c
}

// passedProvider returns the name in the calling module of a provider that the call passes.
func (in *instance) passedProvider(name string) (string, bool) {
	if in.parent == nil {
		return "", false
	}
	a := in.call.block.Body.Attributes["providers"]
	if a == nil {
		return "", false
	}
	pairs, diags := hcl.ExprMap(a.Expr)
	if diags.HasErrors() {
		return "", false
	}
	for _, pair := range pairs {
		key, isKey := pair.Key.(hclsyntax.Expression)
		to, isValue := pair.Value.(hclsyntax.Expression)
		if !isKey || !isValue {
			continue
		}
		if k, ok := key.(*hclsyntax.ObjectConsKeyExpr); ok {
			key = k.Wrapped
		}
		if providerName(key) == name {
			return providerName(to), true
		}
	}
	return "", false
}
