package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// key makes a key known.
//
// [AWS::KMS::Key], [AWS::KMS::ReplicaKey]
//
// [AWS::KMS::Key]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
// [AWS::KMS::ReplicaKey]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-replicakey.html
func (b *builder) key(s *stack, r *resource) {
	arn := s.resourceARN(r)
	k := &topology.Key{Element: s.element(r), ARN: policygen.KeyARN(arn), Enabled: s.tri(r.properties.Get("Enabled"), topology.Yes)}
	b.keys[arn] = k
	b.keys[s.environment()+s.keyID(r)] = k
	b.names.add(arn)
	b.t.Keys = append(b.t.Keys, k)
}

// keyPolicy reads a key's policy; without one KMS gives it the default.
func (b *builder) keyPolicy(s *stack, r *resource) {
	k := b.keys[s.resourceARN(r)]
	k.Policy = &topology.Policy{Element: k.Element}
	v := s.resolve(r.properties.Get("KeyPolicy"))
	if !v.There() {
		account, _ := s.pseudo("AWS::AccountId")
		partition, _ := s.pseudo("AWS::Partition")
		k.Policy.Name = "the default key policy"
		k.Policy.Document = policygen.DefaultKeyPolicy(account, partition)
		return
	}
	k.Policy.At = k.Property("KeyPolicy")
	b.document(s, v, k.Policy)
}

// alias gives a key a name.
//
// [AWS::KMS::Alias]
//
// [AWS::KMS::Alias]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html
func (b *builder) alias(s *stack, r *resource) {
	name := s.resolveText(r.properties.Get("AliasName"))
	target := s.resolve(r.properties.Get("TargetKeyId"))
	k := b.keyByID(s, target.Text, target.At)
	if name == "" || k == nil {
		b.unknown(s, r.id, "alias", "its name or key is not known", r.at)
		return
	}
	k.Aliases = append(k.Aliases, name)
	b.aliases[s.environment()+name] = k
}

// keyRef returns what KmsMasterKeyId refers to: a key id, a key ARN, an alias or an alias ARN. It returns nil if nothing
// is there.
func (b *builder) keyRef(s *stack, n value.Value) *topology.KeyRef {
	v := s.resolve(n)
	if !v.There() || v.Scalar() && v.Text == "" {
		return nil
	}
	if !v.Scalar() {
		v = value.NewText(v.At, s.unknown("key at "+v.At.String()))
	}
	ref := &topology.KeyRef{Written: v.Text, At: s.position(v.At)}
	if service, ok := service.ManagedKey(v.Text); ok && (service == "sqs" || service == "sns") {
		ref.Key, ref.Alias = b.awsManagedKey(s, service, v.At), true
		return ref
	}
	if name, ok := aliasName(v.Text); ok {
		ref.Alias = true
		ref.Key = b.keyByAlias(s, name, v.Text, v.At)
		return ref
	}
	ref.Key = b.keyByID(s, v.Text, v.At)
	return ref
}

// aliasName returns the name of an alias or alias ARN.
func aliasName(written string) (string, bool) {
	if strings.HasPrefix(written, "alias/") {
		return written, true
	}
	if p, ok := arnParts(written); ok && p[2] == "kms" && strings.HasPrefix(p[5], "alias/") {
		return p[5], true
	}
	return "", false
}

// keyByAlias returns the key behind an alias. One that the templates do not say is foreign, and so is that of an alias ARN of
// another account or Region.
func (b *builder) keyByAlias(s *stack, name, written string, at value.Place) *topology.Key {
	region, _ := s.pseudo("AWS::Region")
	account, _ := s.pseudo("AWS::AccountId")
	partition, _ := s.pseudo("AWS::Partition")
	own := true
	if p, ok := arnParts(written); ok {
		own = fits(p[3], region) && fits(p[4], account)
		partition, region, account = p[1], p[3], p[4]
	}
	if k := b.aliases[s.environment()+name]; own && k != nil {
		return k
	}
	return b.foreignKey(s, "arn:"+partition+":kms:"+region+":"+account+":key/${"+name+"}", name, at)
}

// keyByID returns the key with an id or ARN; one that is not in the templates is foreign.
func (b *builder) keyByID(s *stack, written string, at value.Place) *topology.Key {
	if name, ok := aliasName(written); ok {
		return b.keyByAlias(s, name, written, at)
	}
	arn := b.names.canonical(written)
	if k := b.keys[arn]; k != nil {
		return k
	}
	if k := b.keys[s.environment()+written]; k != nil {
		return k
	}
	if _, ok := arnParts(arn); !ok && !strings.Contains(arn, "${") {
		arn = s.arn("kms", "key/"+arn)
	}
	return b.foreignKey(s, arn, written, at)
}

func (b *builder) foreignKey(s *stack, arn, id string, at value.Place) *topology.Key {
	if k := b.keys[arn]; k != nil {
		return k
	}
	k := &topology.Key{Element: topology.Element{ID: id, At: s.position(at), Foreign: true}, ARN: policygen.KeyARN(arn)}
	b.keys[arn] = k
	b.t.Keys = append(b.t.Keys, k)
	return k
}

// awsManagedKey returns the AWS managed key of a service in the stack's account and Region.
func (b *builder) awsManagedKey(s *stack, service string, at value.Place) *topology.Key {
	arn := s.arn("kms", "key/${alias/aws/"+service+"}")
	if k := b.keys[arn]; k != nil {
		return k
	}
	id := "alias/aws/" + service
	k := &topology.Key{Element: topology.Element{ID: id, Stack: s.shown, At: s.position(at)}, ARN: policygen.KeyARN(arn), AWSManaged: service,
		Aliases: []string{id}, Enabled: topology.Yes}
	b.keys[arn] = k
	b.t.Keys = append(b.t.Keys, k)
	return k
}
