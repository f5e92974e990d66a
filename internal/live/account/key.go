package account

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

// readAliases reads the names of the Region's keys.
//
// [ListAliases], [AWS::KMS::Alias]
//
// [ListAliases]: https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
// [AWS::KMS::Alias]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html
func (g *regional) readAliases(ctx context.Context) {
	if g.aliases != nil {
		return
	}
	all, err := list(ctx, g.scope, "", func(token *string) (page[types.AliasListEntry], error) {
		out, err := g.kms.ListAliases(ctx, &kms.ListAliasesInput{Marker: token})
		if err != nil {
			return page[types.AliasListEntry]{}, err
		}
		return page[types.AliasListEntry]{out.Aliases, out.NextMarker}, nil
	})
	g.aliases, g.aliasesWhole = map[string]string{}, err == nil
	for _, a := range all {
		// An alias of AWS's without a key stands for one that is made when it is first used.
		if str(a.TargetKeyId) == "" {
			continue
		}
		g.aliases[str(a.AliasName)] = str(a.TargetKeyId)
		g.put("AWS::KMS::Alias", str(a.AliasArn), properties{"AliasName": a.AliasName, "TargetKeyId": g.keyARN(str(a.TargetKeyId))}, nil)
	}
}

func (g *regional) keyARN(id string) string {
	return strings.Join([]string{"arn", g.partition, "kms", g.scope.region, g.account, "key/" + id}, ":")
}

// resolve returns the ARN of the key that a topic, a queue or a user names by id, ARN, alias or the ARN of an alias; empty if it is
// an alias that no key has.
//
// An alias is looked up in the list and never described: DescribeKey makes the key of an AWS alias that has none.
//
// [DescribeKey]
//
// [DescribeKey]: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
func (g *regional) resolve(key string) string {
	if at, _, ok := placeOf(key); ok {
		if name := nameIn(key); strings.HasPrefix(name, "alias/") {
			if at != (place{g.account, g.scope.region}) {
				return key
			}
			key = name
		} else {
			return key
		}
	}
	if strings.HasPrefix(key, "alias/") {
		if g.aliases[key] == "" {
			return ""
		}
		key = g.aliases[key]
	}
	return g.keyARN(key)
}

// hasKey reports whether key is one that reading is narrowed to.
func (g *regional) hasKey(key string) bool {
	if key == "" {
		return false
	}
	arn := g.resolve(key)
	for _, k := range g.keys {
		if k == key || arn != "" && g.resolve(k) == arn {
			return true
		}
	}
	return false
}

// readKeys reads the keys that topics and queues name.
func (g *regional) readKeys(ctx context.Context) {
	g.work.Lock()
	wanted := g.wanted
	g.wanted = map[string]bool{}
	g.work.Unlock()
	if len(wanted) == 0 {
		return
	}
	g.readAliases(ctx)
	arns := map[string]bool{}
	for key := range wanted {
		arn := g.resolve(key)
		switch at, _, _ := placeOf(arn); {
		case arn == "":
			if g.aliasesWhole {
				g.absent(key)
			}
		case at == place{g.account, g.scope.region}:
			arns[arn] = true
		default:
			g.reader.refer(arn)
		}
	}
	var unread []string
	for _, arn := range sorted(arns) {
		if !g.read(arn) {
			unread = append(unread, arn)
			g.reader.expect(arn)
		}
	}
	each(unread, func(arn string) {
		g.readKey(ctx, arn)
		g.reader.done(arn)
	})
}

func (g *regional) read(key string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, primary := g.resources[resourceID{"AWS::KMS::Key", key}]
	_, replica := g.resources[resourceID{"AWS::KMS::ReplicaKey", key}]
	return primary || replica
}

// readKey reads a key, its policy and its grants. A key of AWS's has a policy that may be read, too.
//
// [KeyMetadata], [GetKeyPolicy], [AWS::KMS::Key], [AWS::KMS::ReplicaKey]
//
// [KeyMetadata]: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
// [GetKeyPolicy]: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
// [AWS::KMS::Key]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
// [AWS::KMS::ReplicaKey]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-replicakey.html
func (g *regional) readKey(ctx context.Context, arn string) {
	if _, ok := g.reuse("AWS::KMS::Key", arn); ok {
		return
	}
	out, err := g.kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &arn})
	if err != nil {
		g.notRead(ctx, arn, err)
		return
	}
	k := out.KeyMetadata
	g.readGrants(ctx, arn)
	typ := "AWS::KMS::Key"
	p := properties{"Enabled": k.Enabled, "Origin": string(k.Origin)}
	if m := k.MultiRegionConfiguration; m != nil && m.MultiRegionKeyType == types.MultiRegionKeyTypeReplica && m.PrimaryKey != nil {
		typ, p = "AWS::KMS::ReplicaKey", properties{"Enabled": k.Enabled, "PrimaryKeyArn": m.PrimaryKey.Arn}
	} else {
		p["KeySpec"], p["KeyUsage"] = string(k.KeySpec), string(k.KeyUsage)
		if aws.ToBool(k.MultiRegion) {
			p["MultiRegion"] = true
		}
	}
	policy, err := g.kms.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &arn, PolicyName: aws.String("default")})
	switch {
	case err != nil:
		g.failed(ctx, arn, err)
	case str(policy.Policy) == "":
		g.gap(live.Gap{Operation: "kms:GetKeyPolicy", Resource: arn, Reason: "Policy: not in the answer, though every key has one"})
	default:
		p["KeyPolicy"] = g.document("kms:GetKeyPolicy", arn, "Policy", *policy.Policy)
	}
	if ctx.Err() == nil {
		g.put(typ, arn, p, map[string]string{"KeyId": str(k.KeyId), "KeyState": string(k.KeyState), "KeyManager": string(k.KeyManager)})
	}
}

// readGrants reads the grants of a key: they may allow what no policy does.
//
// [Grants]
//
// [Grants]: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
func (g *regional) readGrants(ctx context.Context, key string) {
	all, _ := list(ctx, g.scope, key, func(token *string) (page[types.GrantListEntry], error) {
		out, err := g.kms.ListGrants(ctx, &kms.ListGrantsInput{KeyId: &key, Marker: token})
		if err != nil {
			return page[types.GrantListEntry]{}, err
		}
		return page[types.GrantListEntry]{out.Grants, out.NextMarker}, nil
	})
	for _, grant := range all {
		var operations []string
		for _, o := range grant.Operations {
			operations = append(operations, string(o))
		}
		p := properties{"KeyId": key, "GranteePrincipal": grant.GranteePrincipal, "RetiringPrincipal": grant.RetiringPrincipal, "Operations": operations}
		if c := grant.Constraints; c != nil {
			p["Constraints"] = properties{"EncryptionContextEquals": encryptionContext(c.EncryptionContextEquals), "EncryptionContextSubset": encryptionContext(c.EncryptionContextSubset)}
		}
		g.put("AWS::KMS::Grant", key+"#"+str(grant.GrantId), p, nil)
	}
}

// encryptionContext returns an encryption context as properties; nil if it has none.
func encryptionContext(c map[string]string) any {
	if len(c) == 0 {
		return nil
	}
	p := properties{}
	for name, value := range c {
		p[name] = value
	}
	return p
}
