package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/hopgrant/hopgrant/policygen"
)

// ConsumeProps say what a consumer does beside receiving and deleting messages.
type ConsumeProps struct {
	// ExtendVisibility: it changes the visibility timeout of messages that it works on. Default: false.
	ExtendVisibility bool
	// ReadAttributes: it asks for the queue's attributes, such as how many messages there are. Default: false.
	ReadAttributes bool
	// LookUpURL: it looks up the queue's URL by its name. Default: false, it is told the URL.
	LookUpURL bool
}

// SendProps say what a producer does beside sending messages.
type SendProps struct {
	// ReadAttributes: it asks for the queue's attributes. Default: false.
	ReadAttributes bool
	// LookUpURL: it looks up the queue's URL by its name. Default: false, it is told the URL.
	LookUpURL bool
}

// GrantConsume lets the grantee, a client that polls, receive and delete the queue's messages, and decrypt them where they
// are encrypted under a customer managed key. It gives nothing else: no changing of visibility, no reading of attributes,
// no look-up of the URL; for those see [Queue.GrantConsumeWith].
//
// Where and how the grant is written, see [Topic.GrantPublish].
func (q *Queue) GrantConsume(grantee awsiam.IGrantable) awsiam.Grant {
	return q.GrantConsumeWith(grantee, nil)
}

// GrantConsumeWith is [Queue.GrantConsume] for a client that does more.
func (q *Queue) GrantConsumeWith(grantee awsiam.IGrantable, props *ConsumeProps) awsiam.Grant {
	return q.consume(grantee, value(props), policygen.Poller)
}

func (q *Queue) consume(grantee awsiam.IGrantable, p ConsumeProps, client policygen.Client) awsiam.Grant {
	who := q.l.callerOf(q, grantee)
	c := policygen.Consumer{Principal: who.principal, Queues: []policygen.Queue{q.at.queue()}, Client: client,
		ExtendVisibility: p.ExtendVisibility, ReadAttributes: p.ReadAttributes, LookUpURL: p.LookUpURL}
	return q.l.grant(q, who, c.Hops(), q.at.key)
}

// GrantSend lets the grantee send messages straight to the queue, and encrypt them where the queue has a customer managed
// key. Publishers to the queue's topics need no such grant. AWS services are admitted by [Queue.AllowSendFrom].
//
// Where and how the grant is written, see [Topic.GrantPublish].
func (q *Queue) GrantSend(grantee awsiam.IGrantable) awsiam.Grant {
	return q.GrantSendWith(grantee, nil)
}

// GrantSendWith is [Queue.GrantSend] for a client that does more.
func (q *Queue) GrantSendWith(grantee awsiam.IGrantable, props *SendProps) awsiam.Grant {
	p := value(props)
	who := q.l.callerOf(q, grantee)
	hops := policygen.Producer{Principal: who.principal, Queues: []policygen.Queue{q.at.queue()}, Source: who.source, SourceAccount: who.sourceAccount,
		ReadAttributes: p.ReadAttributes, LookUpURL: p.LookUpURL}.Hops()
	return q.l.grant(q, who, hops, q.at.key)
}

// GrantConsumeDeadLetters lets the grantee receive and delete the messages of the queue's dead-letter queue. SQS moves
// messages there without encrypting them anew, so the grant covers the keys of all queues whose dead-letter queue it is,
// those that are made later too.
func (q *Queue) GrantConsumeDeadLetters(grantee awsiam.IGrantable) awsiam.Grant {
	q.needDeadLetter()
	who := q.l.callerOf(q, grantee)
	r := q.l.readersOf(q.dead)
	r.add(q)
	r.who = append(r.who, who)
	return r.grant(q, who)
}

// GrantRedrive lets the grantee, an operator, move the messages of the dead-letter queue back to the queue
// (StartMessageMoveTask). It must be a principal of the queue's account.
func (q *Queue) GrantRedrive(grantee awsiam.IGrantable) awsiam.Grant {
	q.needDeadLetter()
	who := q.l.callerOf(q, grantee)
	r := policygen.Redriver{Principal: who.principal, DeadLetterQueue: q.dead.queue(), Destination: q.at.queue()}
	key := q.at.key
	if key == nil {
		key = q.dead.key
	}
	return q.l.grant(q, who, r.Hops(), key)
}

func (q *Queue) needDeadLetter() {
	if q.dead == nil {
		refuse(q, bad("dead-letter queue", "", "the queue has none, or none that is known", "a dead-letter queue", ""))
	}
}

// readers are who reads a dead-letter queue, and the queues that its messages come from.
type readers struct {
	dead    *endpoint
	sources []*party // keys
	who     []*caller
}

func (l *ledger) readersOf(dead *endpoint) *readers {
	r, ok := l.readers[dead.party]
	if !ok {
		r = &readers{dead: dead}
		l.readers[dead.party] = r
	}
	return r
}

// add notes that messages of the queue come here. Who reads already is granted the queue's key.
func (r *readers) add(q *Queue) {
	key := q.at.key
	if key == nil {
		return
	}
	for _, k := range r.sources {
		if k == key {
			return
		}
	}
	r.sources = append(r.sources, key)
	for _, who := range r.who {
		r.grant(q, who)
	}
}

func (r *readers) grant(q *Queue, who *caller) awsiam.Grant {
	c := policygen.Consumer{Principal: who.principal, Queues: []policygen.Queue{r.dead.queue()}}
	for _, k := range r.sources {
		c.SourceKeys = append(c.SourceKeys, policygen.KeyARN(k.arn))
	}
	key := r.dead.key
	if key == nil && len(r.sources) > 0 {
		key = r.sources[0]
	}
	return q.l.grant(q, who, c.Hops(), key)
}
