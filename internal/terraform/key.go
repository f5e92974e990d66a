package terraform

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

func (b *builder) key(r *resource) {
	k := &topology.Key{Element: b.element(r), ARN: policygen.KeyARN(b.plan.arn(r)), Enabled: r.boolean("is_enabled", text.Yes)}
	origin := ""
	if r.kind == "aws_kms_external_key" {
		origin = "EXTERNAL"
		k.Enabled = r.boolean("enabled", text.Yes)
	}
	k.Specify(r.text("customer_master_key_spec"), r.text("key_usage"), origin)
	k.Policy = b.inlineDocument(r, "policy", kind.KeyPolicy)
	if k.Policy == nil {
		k.Policy = &topology.Policy{Element: k.Element, Name: "the default key policy", Default: true,
			Document: policygen.DefaultKeyPolicy(b.plan.in(r).account, b.plan.in(r).partition)}
	}
	b.AddKey(k, b.plan.attribute(r, "key_id"))
}

// keyPolicy reads an aws_kms_key_policy, which replaces the key's own.
func (b *builder) keyPolicy(r *resource) {
	id, known := b.plan.lookup(r, r.row.Terraform.On)
	k := b.Key(id)
	if k == nil {
		b.unknown(r, "key", "its key_id is known only after apply, or not one of this plan's")
		if !known {
			b.UnplacedKeyPolicy(b.document(r, "policy", kind.KeyPolicy))
		}
		return
	}
	k.Policy = b.document(r, "policy", kind.KeyPolicy)
}

func (b *builder) alias(r *resource) {
	target, _ := b.plan.lookup(r, r.row.Terraform.On)
	k := b.Key(target)
	if k == nil {
		return
	}
	name := b.plan.attribute(r, "name")
	k.Aliases = append(k.Aliases, name)
	b.NameKey(k, b.plan.in(r).own("kms", name), b.plan.attribute(r, "arn"), unknownText(r.address, "target_key_arn"),
		unknownText(r.address, "target_key_id"), unknownText(r.address, "id"))
}

// keyRef returns the key that an attribute of an element names; nil if it names none.
func (b *builder) keyRef(r *resource, by *topology.Element, attribute string) *topology.KeyRef {
	written, ok := b.plan.lookup(r, attribute)
	if !ok {
		written = unknownText(r.address, attribute)
	}
	if written == "" {
		return nil
	}
	ref := &topology.KeyRef{Written: written, At: b.place(r, attribute), Alias: strings.Contains(written, "alias/")}
	managed, isManaged := service.ManagedKey(written)
	if isManaged && b.plan.in(r).elsewhere(written) {
		ref.Key = &topology.Key{Element: topology.Element{ID: "alias/aws/" + managed}, ARN: policygen.KeyARN(written), AWSManaged: managed,
			May: written + " is of another account or Region than " + r.address}
		b.AddKey(ref.Key)
		return ref
	}
	if ref.Key = b.Key(written); ref.Key == nil && strings.HasPrefix(written, "alias/") {
		ref.Key = b.Key(b.plan.in(r).own("kms", written))
	}
	if ref.Key != nil {
		by.Doubt(&ref.Key.Element, topology.Elsewhere(written, &ref.Key.Element, string(ref.Key.ARN)))
		return ref
	}
	if isManaged {
		ref.Key = b.awsManagedKey(managed, written)
		return ref
	}
	arn := written
	switch {
	case strings.HasPrefix(written, "arn:") && !ref.Alias:
	case strings.HasPrefix(written, "${"):
		arn = b.plan.in(r).own("kms", "key/"+written)
	case ref.Alias:
		arn = b.plan.in(r).own("kms", "key/${"+written+"}")
	default:
		arn = b.plan.in(r).own("kms", "key/"+written)
	}
	ref.Key = b.ForeignKey(arn, written, ref.At)
	return ref
}

func (b *builder) awsManagedKey(service, written string) *topology.Key {
	name := "alias/aws/" + service
	if k := b.Key(name); k != nil {
		return k
	}
	k := &topology.Key{Element: topology.Element{ID: name}, ARN: policygen.KeyARN(name), AWSManaged: service}
	b.AddKey(k, written)
	return k
}
