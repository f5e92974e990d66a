// Package migrate plans how queues and topics get another encryption, or another key, so that no message is lost: neither those
// under way nor those that wait in a queue or its dead-letter queue.
//
// A message stays under the key that it was sent under. A plan therefore changes one thing at a time, and between two steps it
// waits until nothing of what was there before can be seen any more. Every state on the way is proven: all hops are judged for
// messages of each age that there can be. A plan that cannot be proven is refused with the reasons.
package migrate

import (
	"errors"
	"time"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// An Encryption is how a queue or topic is encrypted.
type Encryption string

// The encryptions. A topic has none, or a key.
const (
	None            Encryption = "none"
	SSESQS          Encryption = "sse-sqs"
	AWSManaged      Encryption = "aws-managed-key"
	CustomerManaged Encryption = "customer-managed-key"
)

// A Request says what gets which encryption.
type Request struct {
	// Queues and Topics are named by their ids in the file, the paths of their constructs, their ARNs or their names.
	Queues, Topics []string
	To             Encryption
	// Key is the customer managed key: its id in the file, the path of its construct, its ARN, or an alias that the file gives it.
	// Empty means a new one, which the first step makes.
	Key string
	// Readers and Senders are the ARNs of roles and users that the files do not have: they receive from the queues and their
	// dead-letter queues, or send to the queues and publish to the topics.
	Readers, Senders []string
}

// A Plan is an ordered list of steps, or the reasons why there is none.
type Plan struct {
	// In is the kind of the topology, such as "terraform": the language of the changes.
	In       string
	Subjects []Subject
	Steps    []Step
	// Refused are the reasons why there is no plan. Steps then is empty.
	Refused []string
	// Notes are what the plan takes for granted and what it leaves to others.
	Notes []string
}

// A Subject is a queue or topic that gets another encryption.
type Subject struct {
	Element *topology.Element
	Topic   bool
	ARN     policygen.ARN
	// From and To are the encryptions in words, such as "SSE-SQS" and "key Orders", and FromKind and ToKind what kinds they are.
	From, To         string
	FromKind, ToKind Encryption
}

// A Step is one change, which is to be there everywhere before the next one.
type Step struct {
	Phase Phase
	Title string
	// Makes is the key that is made; nil if there is none. Changes are those of properties, Grants statements that are added, and
	// Removals statements that are taken away.
	Makes    *Make
	Changes  []check.Change
	Grants   []Grant
	Removals []Removal
	// Waits come one after the other once the change is deployed.
	Waits []Wait
	// Done are the commands that tell that the step is done.
	Done []Question
	// Back says how to go back.
	Back string
	// Proofs are the judgements of the hops while the step is deployed, and until the end of its waits.
	Proofs []Proof
	// Commands do the same as the changes, in an account; empty if the input is files.
	Commands []string
	// Diff is the changes in the files, and ByHand is what is changed elsewhere. Whoever has the files fills them in.
	Diff   []byte
	ByHand []Hand
}

// A Hand is a change that nobody but a person makes.
type Hand struct {
	What string
	// Why says why it is no change of the files that were read.
	Why string
	// Finding holds the statements that are added, if there are any, and Statement is one that is taken away.
	Finding   *check.Finding
	Statement *policygen.Statement
}

// Wait returns how long all waits of the step take together.
func (s *Step) Wait() time.Duration {
	var all time.Duration
	for _, w := range s.Waits {
		all += w.For
	}
	return all
}

// A Make is a key that is made beside a queue or topic.
type Make struct {
	Beside, Key *topology.Element
	// Finding holds the key's whole policy in its fix.
	Finding *check.Finding
}

// A Grant is statements that are added to one policy.
type Grant struct {
	*check.Finding // holds the statements in Fix, and the hop that they are for
	// Elsewhere is set where the policy is not in the files, so that somebody else adds them.
	Elsewhere bool
}

// A Removal is a statement that is taken from a policy, or one of its resources.
type Removal struct {
	On        policygen.Target
	Of        string // whose policy it is
	Policy    *topology.Policy
	Statement policygen.Statement // what of it goes
	At        topology.Position
	// Resource is the index of the resource that alone goes; -1 if all of the statement does.
	Resource int
	// Rest is the document without it.
	Rest policygen.Document
	// Other says what the statement may be for besides messages, so that a person decides; empty if for nothing.
	Other string
}

// A Wait is a time after a change, and the AWS page that states it.
type Wait struct {
	For time.Duration
	Why string
	AWS string
}

// A Question is something to be looked at, and the command that tells.
type Question struct{ What, Command string }

// A Proof says that every hop of the files is judged for messages of one age.
type Proof struct {
	Messages string // such as "messages sent under SSE-SQS"
	// OK counts the hops that depend on the encryption and are ok, and AsBefore those that are not ok, as they were before the
	// first step.
	OK, AsBefore int
}

// New returns the plan for a file, whose scenarios the topologies are: what holds under all conditions that are not known. The error
// joins what is wrong with the request.
func New(scenarios []*topology.Topology, r Request) (Plan, error) {
	var first *Plan
	for _, t := range scenarios {
		p, err := planOf(t, r)
		if err != nil {
			if len(scenarios) > 1 && errors.Is(err, errMissing) {
				continue
			}
			return Plan{}, err
		}
		switch {
		case first == nil:
			first = &p
		case len(p.Refused) > 0 && len(first.Refused) == 0:
			first = &p
			first.Refused[0] += " (where " + t.Scenario + ")"
		case p.fingerprint() != first.fingerprint():
			return Plan{In: t.Kind, Subjects: p.Subjects, Refused: []string{"where " + t.Scenario + ", the steps are others: pass --parameter"}}, nil
		}
	}
	if first == nil {
		_, err := planOf(scenarios[0], r)
		return Plan{}, err
	}
	return *first, nil
}

// fingerprint identifies what a plan does.
func (p *Plan) fingerprint() string {
	all := ""
	for i := range p.Steps {
		s := &p.Steps[i]
		all += string(s.Phase) + s.Wait().String()
		for _, g := range s.Grants {
			for _, f := range g.Fix {
				all += f.Of + f.Document.String()
			}
		}
		for _, r := range s.Removals {
			all += r.At.String()
		}
	}
	return all
}
