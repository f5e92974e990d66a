package policygen

import (
	"errors"
	"slices"
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

// use notes that a hop uses a key, for account-wide access.
func (g *generator) use(h *Hop, key ARN) {
	if _, ok := AWSManagedKey(string(key)); ok {
		return
	}
	u, of := keyUse{service: "sqs"}, ARN(h.Queue.ARN)
	if h.Kind == Publish {
		u.service, of = "sns", ARN(h.Topic.ARN)
	}
	if u.region = rawPart(key, 3); u.region == "" {
		u.region = rawPart(of, 3)
	}
	if !slices.Contains(g.uses[key], u) {
		g.uses[key] = append(g.uses[key], u)
	}
	g.document(place{on: OnKey, resource: key})
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
	kinds := []HopKind{Send, Receive}
	sid := "AllowAccountThroughSQS"
	if u.service == "sns" {
		kinds, sid = []HopKind{Publish}, "AllowAccountThroughSNS"
	}
	return Statement{Sid: sid, Effect: Allow, Principal: &Principals{AWS: []string{"*"}}, Action: actionsOn(OnKey, kinds...), Resource: []string{"*"},
		Condition: Condition{"StringEquals": {"kms:CallerAccount": {account}, "kms:ViaService": {ViaService(u.service, u.region)}}}}
}

// actionsOn returns what the table grants on a kind of target for the kinds of hop.
func actionsOn(target Target, kinds ...HopKind) []string {
	var actions []string
	for _, r := range table {
		if !slices.Contains(kinds, r.kind) || r.on.target() != target {
			continue
		}
		if grant := r.granted(); !slices.Contains(actions, grant) {
			actions = append(actions, grant)
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
			if r.on.target() == OnKey {
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
