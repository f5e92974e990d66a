package topology

import "github.com/hopgrant/hopgrant/internal/text"

// A Subscription is a subscription of a queue to a topic, or one of another protocol that has a dead-letter queue. Readers leave
// out others.
type Subscription struct {
	// Element's ID is that of the subscription; of an inline one, that of its topic.
	Element
	Topic *Topic // nil if not known
	Queue *Queue // nil if not known, or of another protocol
	// DeadLetter is the subscription's dead-letter queue, which takes what SNS could not deliver; nil if there is none.
	// DeadLetterUnknown is set if there is one and it is not known which.
	DeadLetter        *Queue
	DeadLetterUnknown bool
	// Region is where the subscription is made, which must be the topic's; "" or unresolved text if not known.
	Region   string
	URL      bool // the endpoint is the queue's URL, and not its ARN
	Raw      text.Truth
	Filtered bool // a filter policy is set
}
