package policygen

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/service"
)

// A keyUse is a service of a Region through which IAM principals use a key.
type keyUse struct{ service, region string }

// key notes what the policy of a key that a hop uses says beside the hop's grants.
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

// use notes that a hop uses the key that is a part of it, for account-wide access.
func (g *generator) use(h *Hop, part kind.Part, key ARN) {
	u := keyUse{serviceOf(part), cmp.Or(rawPart(key, 3), rawPart(h.resource(part.Owner()), 3), rawPart(h.about(), 3), g.options.Region)}
	if !slices.Contains(g.uses[key], u) {
		g.uses[key] = append(g.uses[key], u)
	}
	g.document(place{on: OnKey, resource: key})
}

// serviceOf returns the service that uses the key that is a part of a hop.
func serviceOf(key kind.Part) string {
	if key == kind.TopicKey {
		return "sns"
	}
	return "sqs"
}

// keyStatements returns what a key policy says beside the hops: that the account may manage the key, and what it allows
// to everybody in the account.
func (g *generator) keyStatements(key KeyARN) []Statement {
	var all []Statement
	account := cmp.Or(rawPart(ARN(key), 4), g.options.Account)
	uses := g.uses[ARN(key)]
	if account == "" && (!g.options.KeyStatementsOnly || len(uses) > 0) {
		g.errs = append(g.errs, inputError("key arn", string(key), "it does not tell the account that owns the key", "that account", ""))
		return nil
	}
	if !g.options.KeyStatementsOnly {
		partition := rawPart(ARN(key), 1)
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

// accountStatement delegates a key to its account: it lets the account's administrators manage the key and its identity
// policies grant it. By itself it allows nobody but the root user anything.
func accountStatement(account, partition, sid string) Statement {
	principal := account
	if partition != "" {
		principal = "arn:" + partition + ":iam::" + account + ":root"
	}
	return Statement{Sid: sid, Effect: Allow, Principal: &Principals{AWS: []string{principal}}, Action: []string{"kms:*"}, Resource: []string{"*"}}
}

// accountWideStatement lets every principal of the account use the key through the service, which it does only for those
// that may use the queue or topic. That is how the AWS managed keys are scoped.
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

// granted returns what the table grants by the calls of kinds on parts, each action once.
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

// DefaultKeyPolicy returns the policy that KMS gives a key that is made without one: it delegates to the account. The
// account is 12 digits or unresolved text, the partition "aws", "aws-cn" or "aws-us-gov".
//
// [Default key policy]
//
// [Default key policy]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func DefaultKeyPolicy(account, partition string) Document {
	return Document{Version: Version, ID: "key-default-1",
		Statements: []Statement{accountStatement(account, partition, "Enable IAM User Permissions")}}
}
