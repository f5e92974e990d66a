package policygen

import (
	"errors"
	"slices"
	"strings"
)

// A Service is an AWS service that publishes to SNS topics or sends to SQS queues, and what AWS documents about the
// conditions that limit it to one source. A condition on a key that the service does not pass loses every message, so a
// condition stands in a document only where AWS documents that the service passes the key there.
//
// A service has no identity policies: the topic policy or queue policy admits it, and the key policy if there is a
// customer managed key. The zero Service stands for one that is not in the table.
type Service struct {
	// Principal is the service principal. It is the same in all partitions.
	Principal ServicePrincipal
	// Name is the service's name as AWS writes it.
	Name string

	Publishes bool // to topics
	Sends     bool // to queues

	Topic    SourceSupport // in a topic policy
	TopicKey SourceSupport // in the policy of a topic's key
	Queue    SourceSupport // in a queue policy
	QueueKey SourceSupport // in the policy of a queue's key

	// Source is what the service acts for, in one word, such as "bucket".
	Source string
	// SourceService is the service segment of the source's ARN. It is empty where AWS documents no source.
	SourceService string
	// SourceResource is how the resource part of the source's ARN begins, such as "rule/".
	SourceResource string
	// SourceHasAccount reports whether the source's ARN tells its account. A bucket's does not, and after the bucket is
	// deleted anyone may create one of its name, so that only aws:SourceAccount tells them apart.
	SourceHasAccount bool

	// Role reports that the service acts under an IAM role of the account. The role is then the caller, and its identity
	// policy is what admits it.
	Role bool
	// RegionalPrincipal reports that the principal begins with the Region, as in us-east-1.devops-guru.amazonaws.com.
	RegionalPrincipal bool
	// SameAccount reports that topic and source must belong to one account.
	SameAccount bool
	// Unencrypted reports that AWS documents the service not to work with topics that have a key.
	Unencrypted bool

	// Doc is the AWS page that documents the service's grants, or the role that it needs.
	Doc string
	// Unsure says what AWS's pages leave open or contradict each other on; empty where they don't.
	Unsure string
}

// SourceSupport says which source condition keys a service passes with its calls on one kind of resource.
type SourceSupport struct {
	ARN     bool // aws:SourceArn
	Account bool // aws:SourceAccount
	Owner   bool // aws:SourceOwner, which SNS keeps for services that never moved to aws:SourceAccount
	// None says that AWS documents the service to pass none of them, so that a condition on one never holds. Without it,
	// what is not set is not known.
	None bool
	// Doc is the AWS page that says so, or that says that there are none.
	Doc string
	// Unsure says what the page leaves open; empty if nothing.
	Unsure string
}

// Services returns the table of services, ordered by principal.
func Services() []Service {
	all := slices.Clone(services)
	slices.SortStableFunc(all, func(a, b Service) int { return strings.Compare(string(a.Principal), string(b.Principal)) })
	return all
}

// LookUpService returns the service that p names; ok is false if the table does not have it. A Region in the principal,
// as in sns.af-south-1.amazonaws.com, does not matter.
func LookUpService(p ServicePrincipal) (s Service, ok bool) {
	global := withoutRegion(p)
	for _, s := range services {
		if s.Principal == p || s.Principal == global {
			return s, true
		}
	}
	return Service{}, false
}

// withoutRegion drops the label of p that is a Region code.
func withoutRegion(p ServicePrincipal) ServicePrincipal {
	labels := strings.Split(string(p), ".")
	return ServicePrincipal(strings.Join(slices.DeleteFunc(labels, isRegion), "."))
}

// support returns what the service passes in a policy on the target of a hop of the kind.
func (s Service) support(on Target, kind HopKind) SourceSupport {
	if s.Principal == "" {
		return SourceSupport{ARN: true, Account: true}
	}
	topic := kind == Publish
	switch {
	case on == OnTopic:
		return s.Topic
	case on == OnQueue:
		return s.Queue
	case on == OnKey && topic:
		return s.TopicKey
	case on == OnKey:
		return s.QueueKey
	}
	return SourceSupport{}
}

// takesSource reports whether the service can be limited to a source or an account on a topic or queue.
func (s Service) takesSource(on Target) bool {
	kind := Send
	if on == OnTopic {
		kind = Publish
	}
	can := s.support(on, kind)
	return can.ARN || can.Account || can.Owner
}

// Condition returns the source conditions of a statement that allows the service a hop of the kind: on a topic or queue, or
// on the topic's or queue's key. It is nil where none is possible.
//
// The source is what the service acts for; it may be a pattern, unresolved, or empty. The account is the source's; empty
// means the account in the source's ARN. An exact source that tells its account makes aws:SourceAccount superfluous, so
// that it is left out then. A service that is not in the table gets both conditions as far as they are given: whoever
// names a source for it knows that the service passes it.
//
// [aws:SourceArn], [Example cases for Amazon SNS access control] and [Key management]
//
// [aws:SourceArn]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
// [Example cases for Amazon SNS access control]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
// [Key management]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (s Service) Condition(on Target, kind HopKind, source ARN, account string) Condition {
	can := s.support(on, kind)
	if account == "" {
		account = rawPart(source, 4)
	}
	c := Condition{}
	exact := false
	if can.ARN && source != "" {
		op := "ArnEquals"
		if source.IsPattern() {
			op = "ArnLike"
		}
		c[op] = map[string][]string{"aws:SourceArn": {string(source)}}
		exact = !source.IsPattern() && rawPart(source, 4) != ""
	}
	if account != "" && !exact {
		switch {
		case can.Account:
			c["StringEquals"] = map[string][]string{"aws:SourceAccount": {account}}
		case can.Owner:
			c["StringEquals"] = map[string][]string{"aws:SourceOwner": {account}}
		}
	}
	if len(c) == 0 {
		return nil
	}
	return c
}

// Check returns every reason why the service cannot make the hop, which publishes or sends: it acts under a role, it does
// not publish or send, its principal lacks the Region, the topic has a key or belongs to another account where AWS rules
// that out, or the source is not one of its resources. The errors are [*InputError] values, joined, with [ErrCaller] or
// [ErrSource] behind them. A service that is not in the table passes.
func (s Service) Check(h Hop) error {
	if s.Principal == "" {
		return nil
	}
	principal := string(s.Principal)
	if h.Caller != nil {
		principal = h.Caller.String()
	}
	bad := func(got, want, fix string) *InputError {
		e := inputError("service principal", principal, got, want, fix)
		e.Cause = ErrCaller
		return e
	}
	if s.Role {
		return bad(s.Name+" acts under an IAM role", "the ARN of that role", "grant to the role; see "+s.Doc)
	}
	var errs []error
	switch {
	case h.Kind == Publish && !s.Publishes:
		errs = append(errs, bad(s.Name+" does not publish to topics", "", "let an EventBridge rule (events.amazonaws.com) publish its events"))
	case h.Kind == Send && !s.Sends:
		errs = append(errs, bad(s.Name+" does not send to queues", "",
			"let it publish to a topic that the queue subscribes to, or let an EventBridge rule (events.amazonaws.com) send its events"))
	}
	if s.RegionalPrincipal && principal == string(s.Principal) {
		region := ARN(h.Topic.ARN).Region()
		if region == "" {
			region = "region"
		}
		errs = append(errs, bad("it names no Region", region+"."+principal, ""))
	}
	if s.Unencrypted && h.Kind == Publish && h.Topic.Key != "" {
		errs = append(errs, bad(s.Name+" does not publish to topics that have a key", "a topic without one", "see "+s.Doc))
	}
	account := h.SourceAccount
	if account == "" {
		account = h.Source.Account()
	}
	if topic := ARN(h.Topic.ARN).Account(); s.SameAccount && isAccountID(account) && topic != "" && topic != account {
		errs = append(errs, bad(s.Name+" publishes to topics of its own account only", "a topic of "+account, "see "+s.Doc))
	}
	if err := s.checkSource(h); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// checkSource returns an error if the source is known not to be one of the service's resources, or if it does not tell its
// account and nothing else does.
func (s Service) checkSource(h Hop) error {
	source := h.Source
	if source == "" || s.SourceService == "" {
		return nil
	}
	bad := func(got, want, fix string) error {
		e := inputError("source", string(source), got, want, fix)
		e.Cause = ErrSource
		return e
	}
	if _, ok := splitARN(string(source)); !ok {
		if source.Unresolved() && !strings.HasPrefix(string(source), "arn:") {
			return nil
		}
		return bad("no ARN", "the ARN of a "+s.Source, "")
	}
	service, resource := source.Service(), source.Resource()
	switch {
	case service != "" && service != s.SourceService && !strings.ContainsAny(service, "*?"):
		return bad(`service is "`+service+`"`, `"`+s.SourceService+`"`, s.Name+" acts for a "+s.Source)
	case resource != "" && !source.IsPattern() && !strings.HasPrefix(resource, s.SourceResource):
		return bad(`resource is "`+resource+`"`, s.SourceResource+"…", s.Name+" acts for a "+s.Source)
	}
	if !s.SourceHasAccount && h.SourceAccount == "" && source.Account() == "" && (s.Topic.Account || s.Queue.Account) {
		return bad("the ARN of a "+s.Source+" does not tell its account", "the account too", "give the account that owns the "+s.Source)
	}
	return nil
}
