package policygen

import (
	"errors"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

// sourceKeys returns the source condition keys that the service passes with its calls on a part of a hop. One that is not in
// the table is taken to pass those that are named for it.
func sourceKeys(s *service.Service, on kind.Part) service.Keys {
	switch {
	case s.Principal == "":
		return service.Keys{ARN: true, Account: true}
	case on == kind.Topic:
		return s.Topic
	case on == kind.TopicKey:
		return s.TopicKey
	case targetOf(on) == OnQueue:
		return s.Queue
	}
	return s.QueueKey
}

// sourceCondition returns the source conditions of a statement that allows the service a call on a part of a hop. It is nil
// where none is possible.
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
func sourceCondition(s *service.Service, on kind.Part, source ARN, account string) Condition {
	can := sourceKeys(s, on)
	if account == "" {
		account = rawPart(source, 4)
	}
	c := Condition{}
	exact := false
	if can.ARN && source != "" {
		op := "ArnEquals"
		if text.IsPattern(string(source)) {
			op = "ArnLike"
		}
		c[op] = map[string][]string{"aws:SourceArn": {string(source)}}
		exact = !text.IsPattern(string(source)) && rawPart(source, 4) != ""
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

// docS3Destinations says that S3 notifies no FIFO topics and queues.
const docS3Destinations = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"

// checkService returns every reason why the service cannot make the hop, which publishes or sends: it acts under a role, it does
// not publish or send, its principal lacks the Region, the topic has a key, is FIFO or belongs to another account where AWS
// rules that out, or the source is not one of its resources. The errors are [*InputError] values, joined, with [ErrCaller]
// or [ErrFIFO] behind them. A service that is not in the table passes.
func checkService(s *service.Service, h *Hop) error {
	if s.Principal == "" {
		return nil
	}
	principal := s.Principal
	if h.Caller != nil {
		principal = h.Caller.String()
	}
	bad := func(got, want, fix string) *InputError {
		e := inputError("service principal", principal, got, want, fix)
		e.Cause = ErrCaller
		return e
	}
	if s.UnderRole() {
		return bad(s.Name+" acts under an IAM role", "the ARN of that role", "grant to the role; see "+s.Doc)
	}
	var errs []error
	switch {
	case h.record().To == kind.Topic && !s.Publishes():
		errs = append(errs, bad(s.Name+" does not publish to topics", "", "let an EventBridge rule (events.amazonaws.com) publish its events"))
	case h.record().To == kind.Queue && !s.Sends():
		errs = append(errs, bad(s.Name+" does not send to queues", "",
			"let it publish to a topic that the queue subscribes to, or let an EventBridge rule (events.amazonaws.com) send its events"))
	}
	if s.Regional && principal == s.Principal {
		region := ARN(h.Topic.ARN).Region()
		if region == "" {
			region = "region"
		}
		errs = append(errs, bad("it names no Region", region+"."+principal, ""))
	}
	if s.Unencrypted && h.Topic.Key != "" {
		errs = append(errs, bad(s.Name+" does not publish to topics that have a key", "a topic without one", "see "+s.Doc))
	}
	if arn := h.resource(h.record().To); s.StandardOnly && strings.HasSuffix(string(arn), ".fifo") {
		what := "queue"
		if h.record().To == kind.Topic {
			what = "topic"
		}
		e := inputError(what+" arn", string(arn), "it is FIFO", "a standard "+what, s.Name+" notifies no FIFO topics and queues; see "+docS3Destinations)
		e.Cause = ErrFIFO
		errs = append(errs, e)
	}
	account := h.SourceAccount
	if account == "" {
		account = h.Source.Account()
	}
	if topic := ARN(h.Topic.ARN).Account(); s.SameAccount && isAccountID(account) && topic != "" && topic != account {
		errs = append(errs, bad(s.Name+" publishes to topics of its own account only", "a topic of "+account, "see "+s.Doc))
	}
	if err := checkSource(s, h); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// checkSource returns an error if the source is known not to be one of the service's resources, or if it does not tell its
// account and nothing else does.
func checkSource(s *service.Service, h *Hop) error {
	source := h.Source
	if source == "" || s.Source.Service == "" {
		return nil
	}
	bad := func(got, want, fix string) error {
		e := inputError("source", string(source), got, want, fix)
		e.Cause = ErrCaller
		return e
	}
	if _, ok := text.SplitARN(string(source)); !ok {
		if text.Unresolved(string(source)) && !strings.HasPrefix(string(source), "arn:") {
			return nil
		}
		return bad("no ARN", "the ARN of a "+s.Source.Name, "")
	}
	service, resource := source.part(text.Service), source.part(text.Resource)
	switch {
	case service != "" && service != s.Source.Service && !text.IsPattern(service):
		return bad(`service is "`+service+`"`, `"`+s.Source.Service+`"`, s.Name+" acts for a "+s.Source.Name)
	case resource != "" && !text.IsPattern(string(source)) && !strings.HasPrefix(resource, s.Source.Resource):
		return bad(`resource is "`+resource+`"`, s.Source.Resource+"…", s.Name+" acts for a "+s.Source.Name)
	}
	if !s.Source.HasAccount && h.SourceAccount == "" && source.Account() == "" && (s.Topic.Account || s.Queue.Account) {
		return bad("the ARN of a "+s.Source.Name+" does not tell its account", "the account too", "give the account that owns the "+s.Source.Name)
	}
	return nil
}
