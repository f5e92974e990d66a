package migrate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// Check returns what is wrong with a request whatever the files say.
func (r *Request) Check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(r.Queues)+len(r.Topics) == 0 {
		wrong("--queue, --topic: none is given, want one that gets another encryption")
	}
	switch r.To {
	case "":
		wrong("--to: it is not given, want the encryption that is wanted")
	case SSESQS:
		if len(r.Topics) > 0 {
			wrong("--to %q: a topic has no SSE-SQS, want %s, %s or %s", SSESQS, CustomerManaged, AWSManaged, None)
		}
	case None:
		if len(r.Queues) > 0 {
			wrong("--to %q: SSE-SQS costs nothing and needs no grant, want %s", None, SSESQS)
		}
	}
	if r.To != CustomerManaged && r.To != "" && r.Key != "" {
		wrong("--key %q: it goes with --to %s alone", r.Key, CustomerManaged)
	}
	want := func(flag string, arns []string) {
		for _, arn := range arns {
			switch p, _ := policygen.ParsePrincipal(arn); p.(type) {
			case policygen.RoleARN, policygen.UserARN:
			default:
				wrong("%s %q: it is neither a role nor a user, want the ARN of one", flag, arn)
			}
		}
	}
	want("--reader", r.Readers)
	want("--sender", r.Senders)
	return errors.Join(errs...)
}

// target sets the references to the keys that the subjects get.
func (p *planner) target(r *Request) error {
	if r.To == AWSManaged {
		for _, s := range p.subjects {
			s.new = p.managed(s)
		}
	}
	if r.To != CustomerManaged {
		return nil
	}
	if r.Key == "" {
		return p.newKey()
	}
	k, err := p.key(r.Key)
	for _, s := range p.subjects {
		s.new = &topology.KeyRef{Key: k, Written: r.Key}
	}
	return err
}

// managed returns the AWS managed key of the subject's service.
func (p *planner) managed(s *subject) *topology.KeyRef {
	service := "sqs"
	if s.topic != nil {
		service = "sns"
	}
	name := "alias/aws/" + service
	for _, k := range p.t.Keys {
		if k.AWSManaged == service && (k.Stack == s.element().Stack || k.Stack == "") {
			return &topology.KeyRef{Key: k, Written: name, Alias: true}
		}
	}
	k := &topology.Key{Element: topology.Element{ID: name}, ARN: policygen.KeyARN(name), AWSManaged: service}
	return &topology.KeyRef{Key: k, Written: name, Alias: true}
}

// key returns a customer managed key by its id, the path of its construct, an alias or its ARN. A key with an ARN that is not in the
// files is foreign: nothing is known of its policy.
func (p *planner) key(name string) (*topology.Key, error) {
	var own []*topology.Key
	for _, k := range p.t.Keys {
		if k.AWSManaged == "" {
			own = append(own, k)
		}
	}
	for _, k := range own {
		if k.Foreign && (name == string(k.ARN) || name == k.ID) && !strings.Contains(string(k.ARN), "${alias/") {
			return k, nil
		}
		if slices.Contains(k.Aliases, name) {
			return k, nil
		}
	}
	k, err := one("key", name, own, func(k *topology.Key) (*topology.Element, string) { return &k.Element, string(k.ARN) })
	if err == nil {
		return k, nil
	}
	arn, ok := text.SplitARN(name)
	switch {
	case ok && arn[text.Service] == "kms" && strings.HasPrefix(arn[text.Resource], "key/"):
		k = &topology.Key{Element: topology.Element{ID: name, Foreign: true}, ARN: policygen.KeyARN(name)}
		set(p, &p.t.Keys, append(slices.Clone(p.t.Keys), k))
		return k, nil
	case ok || strings.HasPrefix(name, "alias/"):
		return nil, fmt.Errorf("--key %q: %w as an alias of a key, want the ARN of the key", name, errMissing)
	}
	return nil, err
}

// newKey lets the first step make a key beside the first subject.
func (p *planner) newKey() error {
	e := p.subjects[0].element()
	k := &topology.Key{Element: topology.Element{ID: e.ID + "Key", Stack: e.Stack, At: e.At}, Enabled: text.Yes}
	id := k.ID
	switch p.t.Kind {
	case "cloudformation", "sam":
	case "terraform":
		k.ID = strings.NewReplacer("aws_sqs_queue.", "aws_kms_key.", "aws_sns_topic.", "aws_kms_key.").Replace(e.ID)
		id = k.ID + ".key_id"
	default:
		return errors.New("--key: it is not given, and a key is only made in templates and in Terraform, want the id of one in the files, or its ARN")
	}
	for other := range p.t.Elements() {
		if other.ID == k.ID && other.Stack == k.Stack {
			return fmt.Errorf("--key: it is not given, and %q is there already, want that or another one", k.ID)
		}
	}
	of, _ := text.SplitARN(string(p.subjects[0].arn()))
	of[text.Service], of[text.Resource] = "kms", "key/${"+id+"}"
	k.ARN = policygen.KeyARN(strings.Join(of[:], ":"))
	k.Policy = &topology.Policy{Element: k.Element, Kind: kind.KeyPolicy, Default: true, Document: policygen.DefaultKeyPolicy(of[text.Account], of[text.Partition])}
	set(p, &p.t.Keys, append(slices.Clone(p.t.Keys), k))
	p.made = k
	for _, s := range p.subjects {
		s.new = &topology.KeyRef{Key: k, Written: k.ID}
	}
	return nil
}
