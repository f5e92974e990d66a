package fanout

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// Source is what an AWS service publishes or sends for, such as a bucket, a rule or an alarm.
type Source struct {
	// ARN is the resource, as the service passes it in aws:SourceArn; it may be a pattern. Default: any resource of
	// Account; for a service that passes no account, any of the account and Region of the topic or queue. The policy of a
	// customer managed key names it if it is literal: a reference may depend on the topic or queue, which depends on the key.
	ARN *string
	// Account is the account of the resource, where the ARN does not tell (a bucket's). Default: the account of the topic
	// or queue.
	Account *string
}

// admit lets an AWS service publish to the topic or send to the queue.
func (e *end) admit(c constructs.IConstruct, principal string, s Source) {
	e.warnOfEncryption(c)
	h, err := e.hopOf(principal, policygen.ARN(value(s.ARN)), s, false)
	refuse(c, err)
	e.enlist(c, h)
	if e.key != nil {
		h, err := e.hopOf(principal, s.forKey(), s, true)
		refuse(c, err)
		e.key.enlist(c, h)
	}
}

// hopOf returns the hop of a service to the topic or queue for the source, as its policy is to see it, or as that of its key
// is.
func (e *end) hopOf(principal string, arn policygen.ARN, s Source, forKey bool) (policygen.Hop, error) {
	row, known := service.LookUp(principal)
	if !known {
		return policygen.Hop{}, unknownService(principal)
	}
	keys := map[bool]service.Keys{false: row.Queue, true: row.QueueKey}
	if e.on == policygen.OnTopic {
		keys = map[bool]service.Keys{false: row.Topic, true: row.TopicKey}
	}
	if arn == "" && keys[forKey].ARN && !keys[forKey].Account {
		arn = policygen.ARN(e.env.arn(row.Source.Service, row.Source.Resource+"*"))
	}
	who, account := policygen.ServicePrincipal(principal), s.account(arn, e.env.account)
	var h policygen.Hop
	if e.on == policygen.OnTopic {
		h = policygen.Publisher{Principal: who, Topics: []policygen.Topic{e.asTopic(nil)}, Source: arn, SourceAccount: account}.Hops()[0]
	} else {
		h = policygen.Producer{Principal: who, Queues: []policygen.Queue{e.asQueue()}, Source: arn, SourceAccount: account}.Hops()[0]
	}
	return h, h.Check()
}

// unknownService says that the table has no such service, and which it has of about this name.
func unknownService(principal string) error {
	fix := service.Nearest(principal)
	if fix != "" {
		fix = "did you mean " + strconv.Quote(fix) + "?"
	}
	return bad("service", principal, "no AWS service that is known to publish or send", "its principal, such as s3.amazonaws.com", fix)
}

// admitCaller is admit for a service that an integration of the CDK grants something.
func (e *end) admitCaller(c constructs.IConstruct, who *caller) awsiam.Grant {
	e.admit(c, who.principal.String(), who.source)
	return who.admitted()
}

// account returns the source's account; an ARN that tells it needs no other.
func (s Source) account(arn policygen.ARN, own string) string {
	switch {
	case s.Account != nil:
		return *s.Account
	case arn.Account() != "":
		return ""
	}
	return own
}

// forKey returns the source that a key policy may name.
func (s Source) forKey() policygen.ARN {
	if arn := policygen.ARN(value(s.ARN)); !text.Unresolved(string(arn)) {
		return arn
	}
	return ""
}
