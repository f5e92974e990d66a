package cfn

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// key makes a key known.
func (b *builder) key(r *resource) {
	arn := r.arn()
	k := &topology.Key{Element: r.element(), ARN: policygen.KeyARN(arn), Enabled: r.tri("Enabled", text.Yes)}
	k.Specify(r.text("KeySpec"), r.text("KeyUsage"), r.text("Origin"))
	b.AddKey(k, r.Environment()+r.ref())
}

// keyPolicy reads a key's policy; without one KMS gives it the default.
func (b *builder) keyPolicy(r *resource) {
	k := b.Key(r.arn())
	k.Policy = &topology.Policy{Element: k.Element, Kind: kind.KeyPolicy}
	v := r.get("KeyPolicy")
	switch {
	case !v.There() && b.deployed:
		k.Policy.Unknown = "it was not read"
		return
	case !v.There():
		k.Policy.Name, k.Policy.Default = "the default key policy", true
		k.Policy.Document = policygen.DefaultKeyPolicy(r.Pseudo("AWS::AccountId"), r.Pseudo("AWS::Partition"))
		return
	}
	k.Policy.At = k.Property("KeyPolicy")
	b.document(r.stack, v, k.Policy)
}

// alias gives a key a name.
func (b *builder) alias(r *resource) {
	name, target := r.text(r.form().Name), r.get(r.form().On)
	if of, ok := managedBy(name); ok && b.deployed {
		b.managedAlias(r, of, target)
		return
	}
	k := b.keyByID(r.stack, target.Text, target.At)
	if name == "" || k == nil {
		b.unknown(r.stack, r.ID, "alias", "its name or key is not known", r.At)
		return
	}
	k.Aliases = append(k.Aliases, name)
	b.NameKey(k, r.Environment()+name)
}

// keyRef returns what KmsMasterKeyId of an element refers to: a key id, a key ARN, an alias or an alias ARN. It returns nil if
// nothing is there.
func (b *builder) keyRef(s stack, by *topology.Element, n value.Value) *topology.KeyRef {
	v := s.Resolve(n)
	if !v.There() || v.Scalar() && v.Text == "" {
		return nil
	}
	if !v.Scalar() {
		v = value.NewText(v.At, s.Unknown("key at "+v.At.String()))
	}
	ref := &topology.KeyRef{Written: v.Text, At: s.position(v.At)}
	if of, ok := managedBy(v.Text); ok {
		ref.Key, ref.Alias = b.awsManagedKey(s, of, v.Text, v.At), true
		return ref
	}
	if name, ok := aliasName(v.Text); ok {
		ref.Alias = true
		ref.Key = b.keyByAlias(s, name, v.Text, v.At)
		by.Doubt(&ref.Key.Element, topology.Elsewhere(v.Text, &ref.Key.Element, s.own("kms", name)))
		return ref
	}
	ref.Key = b.keyByID(s, v.Text, v.At)
	by.Doubt(&ref.Key.Element, topology.Elsewhere(v.Text, &ref.Key.Element, string(ref.Key.ARN)))
	return ref
}

// managedBy reports whether a text is the alias of the key that AWS manages for SQS or SNS, or the alias's ARN.
func managedBy(written string) (of string, is bool) {
	of, is = service.ManagedKey(written)
	return of, is && (of == "sqs" || of == "sns")
}

// managedAlias makes known by which id and ARN an AWS managed key goes.
func (b *builder) managedAlias(r *resource, of string, target value.Value) {
	was := b.keyByID(r.stack, target.Text, target.At)
	b.Keys = slices.DeleteFunc(b.Keys, func(k *topology.Key) bool { return k == was })
	b.NameKey(b.awsManagedKey(r.stack, of, "alias/aws/"+of, r.At), r.Environment()+target.Text, string(was.ARN))
}

// aliasName returns the name of an alias or alias ARN.
func aliasName(written string) (string, bool) {
	if strings.HasPrefix(written, "alias/") {
		return written, true
	}
	if p, ok := text.SplitARN(written); ok && p[2] == "kms" && strings.HasPrefix(p[5], "alias/") {
		return p[5], true
	}
	return "", false
}

// keyByAlias returns the key behind an alias, a foreign key if the templates do not define the alias or if it is one of
// another account or Region.
func (b *builder) keyByAlias(s stack, name, written string, at value.Place) *topology.Key {
	region := s.Pseudo("AWS::Region")
	account := s.Pseudo("AWS::AccountId")
	partition := s.Pseudo("AWS::Partition")
	own := true
	if p, ok := text.SplitARN(written); ok {
		own = topology.Fits(p[3], region) && topology.Fits(p[4], account)
		partition, region, account = p[1], p[3], p[4]
	}
	if k := b.Key(s.Environment() + name); own && k != nil {
		return k
	}
	return b.ForeignKey("arn:"+partition+":kms:"+region+":"+account+":key/${"+name+"}", name, s.position(at))
}

// keyByID returns the key with an id or ARN; one that is not in the templates is foreign.
func (b *builder) keyByID(s stack, written string, at value.Place) *topology.Key {
	if name, ok := aliasName(written); ok {
		return b.keyByAlias(s, name, written, at)
	}
	arn := b.Canonical(written)
	for _, name := range []string{arn, s.Environment() + written} {
		if k := b.Key(name); k != nil {
			return k
		}
	}
	if _, ok := text.SplitARN(arn); !ok && !strings.Contains(arn, "${") {
		arn = s.own("kms", "key/"+arn)
	}
	return b.ForeignKey(arn, written, s.position(at))
}

// awsManagedKey returns the AWS managed key of a service in the stack's account and Region. An alias ARN that names others, or
// does where those of the stack are not known, may be of no use to the queue or topic.
func (b *builder) awsManagedKey(s stack, service, written string, at value.Place) *topology.Key {
	arn, may := s.own("kms", "key/${alias/aws/"+service+"}"), ""
	if p, ok := text.SplitARN(written); ok && (p[3] != s.Pseudo("AWS::Region") || p[4] != s.Pseudo("AWS::AccountId")) {
		arn, may = written, written+" may be of another account or Region than the stack"
	}
	if k := b.Key(arn); k != nil {
		return k
	}
	id := "alias/aws/" + service
	k := &topology.Key{Element: topology.Element{ID: id, Stack: s.Shown, At: s.position(at)}, ARN: policygen.KeyARN(arn), AWSManaged: service,
		Aliases: []string{id}, Enabled: text.Yes, May: may}
	b.AddKey(k)
	return k
}
