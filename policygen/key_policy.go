package policygen

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
)

// A KeyPolicy is the whole policy of a customer managed key: what lets the key's account manage it, and what the hops
// need.
//
// [Default key policy]
//
// [Default key policy]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
type KeyPolicy struct {
	Key    KeyARN
	Hops   []Hop // calls on other keys are left out
	Access KeyAccess
	// Account is the key's owner where its ARN does not tell, as 12 digits or unresolved text.
	Account string
}

// Document returns the key policy. The errors are those of [Generate].
func (k KeyPolicy) Document() (Document, error) {
	if err := keyForm.check(string(k.Key), false); err != nil {
		return Document{}, err
	}
	p := place{on: OnKey, resource: ARN(k.Key)}
	return wholeDocument(p, k.Hops, Options{KeyAccess: k.Access, Account: k.Account})
}

// wholeDocument returns one document of all that the hops need.
func wholeDocument(p place, hops []Hop, o Options) (Document, error) {
	if err := checkAll(hops, o); err != nil {
		return Document{}, err
	}
	g := newGenerator(o, len(hops))
	g.document(p)
	for i := range hops {
		g.hop(&hops[i])
	}
	g.order = map[Target][]place{p.on: {p}}
	policies, err := g.policies()
	if err != nil {
		return Document{}, err
	}
	return policies[0].Document, nil
}

// A keyUse is a service of a Region through which IAM principals use a key.
type keyUse struct{ service, region string }

// use notes that a hop uses the key that is a part of it, for account-wide access.
func (g *generator) use(h *Hop, part kind.Part, key ARN) {
	if _, ok := AWSManagedKey(string(key)); ok {
		return
	}
	u := keyUse{serviceOf(part), cmp.Or(rawPart(key, 3), rawPart(h.resource(part.Owner()), 3), rawPart(h.about(), 3))}
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
	account := g.options.Account
	if owner := rawPart(ARN(key), 4); owner != "" {
		account = owner
	}
	uses := g.uses[ARN(key)]
	if account == "" && (!g.options.KeyStatementsOnly || len(uses) > 0) {
		g.errs = append(g.errs, inputError("key arn", string(key), "it does not tell the account that owns the key", "that account", ""))
		return nil
	}
	if !g.options.KeyStatementsOnly {
		partition := rawPart(ARN(key), 1)
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
		Condition: Condition{"StringEquals": {"kms:CallerAccount": {account}, "kms:ViaService": {ViaService(u.service, u.region)}}}}
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

// An AccountWideKeyPolicy is the whole policy of a customer managed key that everybody in the account may use through SQS
// who may use the queue, and that SNS may use for its deliveries: as little work as an AWS managed key, but SNS can
// deliver.
type AccountWideKeyPolicy struct {
	Account string // 12 digits, or unresolved text
	Region  string // of the key and the queues
	// Topics are those that deliver to queues under the key; none means every topic of the account.
	Topics []TopicARN
}

// Document returns the key policy. The error joins an [*InputError] for each bad value, or is a [*LimitError].
func (k AccountWideKeyPolicy) Document() (Document, error) {
	var errs []error
	if !Unresolved(k.Account) && !isAccountID(k.Account) {
		errs = append(errs, inputError("account", k.Account, "no account id", "12 digits", ""))
	}
	if !Unresolved(k.Region) && !isRegion(k.Region) {
		errs = append(errs, inputError("region", k.Region, "no Region code", "a Region code such as us-east-1", ""))
	}
	for _, t := range k.Topics {
		errs = append(errs, topicForm.check(string(t), false))
	}
	if err := errors.Join(errs...); err != nil {
		return Document{}, err
	}
	partition := PartitionOf(k.Region)
	key := "arn:" + partition + ":kms:" + k.Region + ":" + k.Account + ":key/"
	var grants []grant
	topics := k.Topics
	if topics == nil {
		topics = []TopicARN{""}
	}
	for _, t := range topics {
		h := Hop{Kind: Deliver, Topic: Topic{ARN: t}, Queue: Queue{ARN: QueueARN("arn:" + partition + ":sqs:" + k.Region + ":" + k.Account + ":"), Key: KeyARN(key)}}
		if t == "" {
			h.Topic.Scope = TopicARN("arn:" + partition + ":sns:*:" + k.Account + ":*")
		}
		h.Caller = h.caller()
		h.each(func(r *row, resource ARN) {
			if r.on == OnKey {
				r.grants(&h, "", resource, ByIdentityPolicy, func(_ place, g grant) { grants = append(grants, g) })
			}
		})
	}
	d := Document{Version: Version, Statements: append([]Statement{
		accountStatement(k.Account, partition, "EnableIAMUserPermissions"),
		accountWideStatement(keyUse{"sqs", k.Region}, k.Account),
	}, statements(grants)...)}
	if err := checkLimits(Attachment{On: OnKey, Resource: ARN(key + "*"), Document: d}); err != nil {
		return Document{}, err
	}
	return d, nil
}
