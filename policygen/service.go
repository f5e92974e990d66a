package policygen

import (
	"cmp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

// docSourceOrganization describes aws:SourceOrgID.
const docSourceOrganization = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceorgid"

// sourceKeys returns the source condition keys that the service passes with its calls on a part of a hop. A service
// that is not in the table is assumed to pass the ARN, account and organization given for it.
func sourceKeys(s *service.Service, on kind.Part) service.Keys {
	switch {
	case s.Principal == "":
		return service.Keys{ARN: true, Account: true, Organization: docSourceOrganization}
	case on == kind.Topic:
		return s.Topic
	case on == kind.TopicKey:
		return s.TopicKey
	case targetOf(on) == OnQueue:
		return s.Queue
	}
	return s.QueueKey
}

// sourceCondition returns the source condition of a statement that allows the service a call on a part of the hop, or nil
// if no condition is possible.
//
// The source is what the service acts for; it may be a pattern, unresolved, or empty. The account is the source's;
// empty means the account in the source's ARN. An exact source that tells its account makes aws:SourceAccount
// superfluous, so that it is left out. A service that is not in the table gets all conditions that are given:
// whoever names a source for it knows that the service passes it.
//
// [aws:SourceArn], [Example cases for Amazon SNS access control] and [Key management]
//
// [aws:SourceArn]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
// [Example cases for Amazon SNS access control]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
// [Key management]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (h *Hop) sourceCondition(s *service.Service, on kind.Part) Condition {
	can, source, account := sourceKeys(s, on), h.Source, h.SourceAccount
	if account == "" {
		account = rawPart(source, text.Account)
	}
	c := Condition{}
	exact := false
	if can.ARN && source != "" {
		op := "ArnEquals"
		if text.IsPattern(string(source)) {
			op = "ArnLike"
		}
		c[op] = map[string][]string{"aws:SourceArn": {string(source)}}
		exact = !text.IsPattern(string(source)) && rawPart(source, text.Account) != ""
	}
	switch {
	case h.SourceOrganization != "" && can.Organization != "":
		c["StringEquals"] = map[string][]string{"aws:SourceOrgID": {string(h.SourceOrganization)}}
	case account == "" || exact:
	case can.Account:
		c["StringEquals"] = map[string][]string{"aws:SourceAccount": {account}}
	case can.Owner:
		c["StringEquals"] = map[string][]string{"aws:SourceOwner": {account}}
	}
	if len(c) == 0 {
		return nil
	}
	return c
}

// docS3Destinations says that S3 notifies no FIFO topics and queues.
const docS3Destinations = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"

// service adds an error for each reason why the service cannot make the hop, which publishes or sends: the service acts
// under a role, it does not publish or send, its principal lacks the Region, the topic has a key, is FIFO or belongs to another
// account where AWS rules that out, or the source is not one of its resources. It adds nothing for a service that is not in
// the table.
func (c *hopCheck) service(s *service.Service) {
	if s.Principal == "" {
		return
	}
	h, principal := c.hop, s.Principal
	if h.Caller != nil {
		principal = h.Caller.String()
	}
	bad := func(got, want, fix string) { c.add(ErrCaller, "service principal", principal, got, want, fix) }
	if s.UnderRole() {
		bad(s.Name+" acts under an IAM role", "the ARN of that role", "grant to the role; see "+s.Doc)
		return
	}
	switch {
	case h.record().To == kind.Topic && !s.Publishes():
		bad(s.Name+" does not publish to topics", "", "let an EventBridge rule (events.amazonaws.com) publish its events")
	case h.record().To == kind.Queue && !s.Sends():
		bad(s.Name+" does not send to queues", "",
			"let it publish to a topic that the queue subscribes to, or let an EventBridge rule (events.amazonaws.com) send its events")
	}
	if s.Regional && principal == s.Principal {
		bad("it names no Region", cmp.Or(ARN(h.Topic.ARN).Region(), "region")+"."+principal, "")
	}
	if s.Unencrypted && h.Topic.Key != "" {
		bad(s.Name+" does not publish to topics that have a key", "a topic without one", "see "+s.Doc)
	}
	if arn := h.resource(h.record().To); s.StandardOnly && strings.HasSuffix(string(arn), ".fifo") {
		what := "queue"
		if h.record().To == kind.Topic {
			what = "topic"
		}
		c.add(ErrFIFO, what+" arn", string(arn), "it is FIFO", "a standard "+what, s.Name+" notifies no FIFO topics and queues; see "+docS3Destinations)
	}
	account := cmp.Or(h.SourceAccount, h.Source.Account())
	if topic := ARN(h.Topic.ARN).Account(); s.SameAccount && text.IsAccount(account) && topic != "" && topic != account {
		bad(s.Name+" publishes to topics of its own account only", "a topic of "+account, "see "+s.Doc)
	}
	if h.Source != "" && s.Source.Service != "" {
		c.serviceSource(s)
	}
}

// serviceSource adds an error if the source is known not to be one of the service's resources, or if neither it nor the
// source account tells the account.
func (c *hopCheck) serviceSource(s *service.Service) {
	h, source := c.hop, c.hop.Source
	bad := func(got, want, fix string) { c.add(ErrCaller, "source", string(source), got, want, fix) }
	if _, ok := text.SplitARN(string(source)); !ok {
		if !text.Unresolved(string(source)) || strings.HasPrefix(string(source), "arn:") {
			bad("no ARN", "the ARN of a "+s.Source.Name, "")
		}
		return
	}
	service, resource := source.part(text.Service), source.part(text.Resource)
	switch {
	case service != "" && service != s.Source.Service && !text.IsPattern(service):
		bad(`service is "`+service+`"`, `"`+s.Source.Service+`"`, s.Name+" acts for a "+s.Source.Name)
	case resource != "" && !text.IsPattern(string(source)) && !strings.HasPrefix(resource, s.Source.Resource):
		bad(`resource is "`+resource+`"`, s.Source.Resource+"…", s.Name+" acts for a "+s.Source.Name)
	case !s.Source.HasAccount && h.SourceAccount == "" && h.SourceOrganization == "" && source.Account() == "" && (s.Topic.Account || s.Queue.Account):
		bad("the ARN of a "+s.Source.Name+" does not tell its account", "the account too", "give the account that owns the "+s.Source.Name)
	}
}

// sourceOrganization checks that AWS documents the source organization for each policy that has to admit the service.
//
// [aws:SourceOrgID]
//
// [aws:SourceOrgID]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceorgid
func (c *hopCheck) sourceOrganization(s *service.Service) {
	h := c.hop
	bad := func(got, want, fix string) {
		c.add(ErrCaller, "source organization", string(h.SourceOrganization), got, want, fix)
	}
	switch id := string(h.SourceOrganization); {
	case !text.Unresolved(id) && !organizationID.MatchString(id):
		bad("no id of an organization", "one such as o-exampleorgid", "")
		return
	case h.SourceAccount != "":
		bad("the source's account is given too", "one of them", "")
		return
	}
	h.each(func(r *row, _ ARN) {
		keys := sourceKeys(s, r.On)
		if keys.Organization != "" || r.On.Owner() != r.On && !keys.Scopes() {
			return
		}
		where := "to " + string(targetOf(r.On)) + "s"
		if owner := r.On.Owner(); owner != r.On {
			where = "to keys of " + string(targetOf(owner)) + "s"
		}
		bad("no AWS page says that "+s.Name+" passes aws:SourceOrgID with its calls "+where, "the source's ARN or account", "see "+cmp.Or(keys.Doc, s.Doc))
	})
}
