package integ

import "time"

// A Pace is how patient a run is. An emulator answers at once and delivers before Publish returns; AWS does neither.
type Pace struct {
	// Poll is how long a receive waits for messages, in seconds (at most 20). SQS looks at a part of its servers only if it
	// does not wait, and may then miss messages.
	Poll int32
	// Patience is how long a run waits for a message that does not come.
	Patience time.Duration
	// Settle is how long a changed policy may take until it counts.
	Settle time.Duration
	// SettleKey is the same for key policies: SQS goes on with a data key that it has, for the queue's reuse period.
	//
	// [Data key reuse period]
	//
	// [Data key reuse period]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
	SettleKey time.Duration
}

// EmulatorPace suits an emulator. Where nothing is lost, nobody waits.
var EmulatorPace = Pace{Patience: 2 * time.Second}

// AWSPace suits a real account. The data key reuse period of our queues is SQS's default, five minutes.
var AWSPace = Pace{Poll: 5, Patience: time.Minute, Settle: time.Minute, SettleKey: 6 * time.Minute}
