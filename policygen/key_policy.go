package policygen

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A keyUse is a service in a Region through which IAM principals use a key.
type keyUse struct{ service, region string }

// key notes what a key's policy needs beyond the grants of a hop that uses the key.
func (g *generator) key(h *Hop, part kind.Part, key ARN) {
	if _, ok := service.ManagedKey(string(key)); ok {
		return
	}
	p := place{on: OnKey, resource: key}
	if _, known := g.grants[p]; !known && g.options.KeyPolicies {
		g.document(p)
		if err := keyForm.check(string(key), false); err != nil {
			g.errs = append(g.errs, err)
		}
	}
	if g.options.KeyAccess == AccountWide {
		g.use(h, part, key)
	}
}

// use notes, for account-wide access, that a hop uses the key.
func (g *generator) use(h *Hop, part kind.Part, key ARN) {
	u := keyUse{serviceOf(part), cmp.Or(rawPart(key, text.Region), rawPart(h.resource(part.Owner()), text.Region), rawPart(h.about(), text.Region), g.options.Region)}
	if !slices.Contains(g.uses[key], u) {
		g.uses[key] = append(g.uses[key], u)
	}
	g.document(place{on: OnKey, resource: key})
}

// serviceOf returns the service that uses the key.
func serviceOf(key kind.Part) string {
	if key == kind.TopicKey {
		return "sns"
	}
	return "sqs"
}

// keyStatements returns the statements of a key policy that are not grants of hops: the one that lets the account
// manage the key, and those that allow the whole account to use it.
func (g *generator) keyStatements(key KeyARN) []Statement {
	var all []Statement
	account := cmp.Or(rawPart(ARN(key), text.Account), g.options.Account)
	uses := g.uses[ARN(key)]
	if account == "" && (!g.options.KeyStatementsOnly || len(uses) > 0) {
		g.errs = append(g.errs, inputError("key arn", string(key), "it does not tell the account that owns the key", "that account", ""))
		return nil
	}
	if !g.options.KeyStatementsOnly {
		partition := rawPart(ARN(key), text.Partition)
		if partition == "" && g.options.Region != "" {
			partition = region.Partition(g.options.Region)
		}
		all = append(all, accountStatement(account, partition, "EnableIAMUserPermissions"))
	}
	for _, u := range uses {
		if u.region == "" {
			g.errs = append(g.errs, inputError("key arn", string(key), "it does not tell the Region", "an ARN with a Region", ""))
			continue
		}
		all = append(all, accountWideStatement(u, account))
	}
	return all
}

// accountStatement returns the statement that delegates a key to its account. It lets the account's identity policies
// grant the key, and so lets its administrators manage it. By itself it allows nobody but the root user anything.
func accountStatement(account, partition, sid string) Statement {
	principal := account
	if partition != "" {
		principal = "arn:" + partition + ":iam::" + account + ":root"
	}
	return Statement{Sid: sid, Effect: Allow, Principal: &Principals{AWS: []string{principal}}, Action: []string{"kms:*"}, Resource: []string{"*"}}
}

// accountWideStatement returns the statement that lets every principal of the account use the key through the service.
// The service uses the key only for principals that may use the queue or topic. The AWS managed keys are scoped the
// same way.
//
// [kms:CallerAccount and kms:ViaService]
//
// [kms:CallerAccount and kms:ViaService]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
func accountWideStatement(u keyUse, account string) Statement {
	sid := "AllowAccountThrough" + strings.ToUpper(u.service)
	return Statement{Sid: sid, Effect: Allow, Principal: &Principals{AWS: []string{"*"}}, Action: keyActions(u.service), Resource: []string{"*"},
		Condition: Condition{"StringEquals": {"kms:CallerAccount": {account}, "kms:ViaService": {service.Via(u.service, u.region)}}}}
}

// keyActions returns what the table grants IAM principals on the keys that a service uses.
func keyActions(service string) []string {
	return granted(func(k *kind.Kind, on kind.Part) bool {
		return !k.BySNS() && targetOf(on) == OnKey && serviceOf(on) == service
	})
}

// granted returns what the table grants for the calls that by accepts, each action once.
func granted(by func(*kind.Kind, kind.Part) bool) []string {
	var actions []string
	for _, k := range kind.All() {
		for i := range k.Calls {
			c := &k.Calls[i]
			if grant := c.Granted(); by(k, c.On) && !slices.Contains(actions, grant) {
				actions = append(actions, grant)
			}
		}
	}
	return actions
}

// DefaultKeyPolicy returns the policy that KMS gives to a key created without one. It delegates to the account. The
// account is 12 digits or unresolved text, and the partition is "aws", "aws-cn" or "aws-us-gov".
//
// [Default key policy]
//
// [Default key policy]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func DefaultKeyPolicy(account, partition string) Document {
	return Document{Version: Version, ID: "key-default-1",
		Statements: []Statement{accountStatement(account, partition, "Enable IAM User Permissions")}}
}
