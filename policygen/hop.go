package policygen

// HopKind names what a hop does: "publish" (a publisher to a topic), "deliver" (SNS, from a topic to a queue), "send" (a producer
// straight to a queue), "receive" (a consumer from a queue), "dead-letter" (SNS, from a topic to the dead-letter queue of a
// subscription) or "redrive" (an operator, from a dead-letter queue back, StartMessageMoveTask). The kind "subscribe" is no hop of
// a message: it is the call that the owner of a queue in another account makes once. The roles give their hops the right kind.
type HopKind string

// A Queue is an SQS queue and what encrypts it.
type Queue struct {
	ARN QueueARN
	// Key is the queue's customer managed key. Empty means SSE-SQS, which needs no grant for anybody. The AWS managed key
	// may be given as alias/aws/sqs; it works only for IAM principals of the queue's own account.
	Key KeyARN
}

// A Topic is an SNS topic and what encrypts it.
type Topic struct {
	ARN TopicARN
	// Key is the topic's customer managed key. Empty means no server-side encryption. The AWS managed key may be given as
	// alias/aws/sns; it works only for IAM principals of the topic's own account.
	Key KeyARN
	// Scope is a pattern that covers ARN. Key policies scope SNS's deliveries with it instead of ARN, for templates in
	// which the topic refers to the key, so that the key must not refer to the topic.
	Scope TopicARN
}

// A Hop is one step of a message under its own authorization: one caller, doing one thing to one resource. The message is
// lost if any of the hop's calls is denied.
type Hop struct {
	Kind   HopKind
	Caller Principal // nil for deliver and dead-letter, where it is SNS

	Topic Topic // publish, subscribe: where to; deliver, dead-letter: where from
	Queue Queue // deliver, dead-letter, send: where to; receive, redrive: where from

	// Source is what an AWS service that publishes or sends acts for, such as a bucket, rule or alarm: what it passes as
	// aws:SourceArn. It may be a pattern. SourceAccount is the account of that resource.
	Source        ARN
	SourceAccount string

	Client            Client   // receive
	ExtendVisibility  bool     // receive: the consumer changes the visibility of its messages
	ReadAttributes    bool     // send, receive: the caller asks for the queue's attributes
	LookUpURL         bool     // send, receive: the caller looks up the queue's URL by its name
	SourceKeys        []KeyARN // receive: the keys of the queues whose dead-letter queue this one is
	Destination       Queue    // redrive: where to
	DestinationSource bool     // redrive: the destination is the queue the messages came from (their key is Destination.Key)
}

// Client is how a consumer receives.
type Client string

// The kinds of consumer. The zero value is a polling client.
const (
	Poller        Client = "poller" // a program that calls ReceiveMessage and DeleteMessage
	LambdaTrigger Client = "lambda" // a Lambda event source mapping; the caller is the function's execution role
)
