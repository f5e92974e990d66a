package policygen

// A HopKind says what a hop does. The kinds are "publish" (a publisher publishes to a topic), "deliver" (SNS delivers
// from a topic to a queue), "send" (a producer sends straight to a queue), "receive" (a consumer receives from a
// queue), "dead-letter" (SNS moves what it cannot deliver to the dead-letter queue of a subscription), "redrive" (an
// operator moves messages from a dead-letter queue to another queue with StartMessageMoveTask) and "subscribe" (the
// owner of a queue subscribes it to another account's topic; no message moves, and the call is made once). Roles set
// the kind of their hops.
type HopKind string

// A Queue is an SQS queue and the key that encrypts it.
type Queue struct {
	ARN QueueARN
	// Key is the queue's customer managed key. Empty means SSE-SQS, for which nobody needs a grant. The AWS managed key may
	// be given as alias/aws/sqs; it works only for IAM principals of the queue's own account.
	Key KeyARN
}

// A Topic is an SNS topic and the key that encrypts it.
type Topic struct {
	ARN TopicARN
	// Key is the topic's customer managed key. Empty means no server-side encryption. The AWS managed key may be given as
	// alias/aws/sns; it works only for IAM principals of the topic's own account.
	Key KeyARN
	// Scope is a pattern that covers ARN. Key policies limit SNS's deliveries to it instead of to ARN. It is for templates in
	// which the topic refers to the key, because there the key must not refer to the topic.
	Scope TopicARN
}

// A Hop is one step of a message under its own authorization: one caller does one thing to one resource. The message is
// lost if any of the hop's calls is denied.
type Hop struct {
	Kind   HopKind
	Caller Principal // nil for deliver and dead-letter, which SNS calls for

	Topic Topic // publish, subscribe: the destination; deliver, dead-letter: the origin
	Queue Queue // deliver, dead-letter, send: the destination; receive, redrive: the origin

	// Source is the resource that a publishing or sending AWS service acts for, such as a bucket, rule or alarm. The service
	// passes it as aws:SourceArn. It may be a pattern. SourceAccount is the account of that resource.
	Source        ARN
	SourceAccount string
	// SourceOrganization admits the service for the resources of every account of an organization, instead of one account. AWS
	// documents for few services and places that they pass it, and [Hop.Check] refuses it for the others.
	SourceOrganization OrganizationID

	Client           Client   // receive
	ExtendVisibility bool     // receive: the consumer changes the visibility of its messages
	ReadAttributes   bool     // send, receive: the caller asks for the queue's attributes
	LookUpURL        bool     // send, receive: the caller looks up the queue's URL by its name
	SourceKeys       []KeyARN // receive, redrive: the keys of the queues that use Queue as their dead-letter queue
	Destination      Queue    // redrive: the destination
}

// A Client is a way to receive messages.
type Client string

// The clients. The zero value is a polling client.
const (
	Poller        Client = "poller" // a program that calls ReceiveMessage and DeleteMessage
	LambdaTrigger Client = "lambda" // a Lambda event source mapping; the caller is the function's execution role
)
