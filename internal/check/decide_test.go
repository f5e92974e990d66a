package check

import (
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// TestOverwritten checks what follows from several policies of one queue, of which one will count.
func TestOverwritten(t *testing.T) {
	const topic, queue = "arn:aws:sns:us-east-1:111122223333:t", "arn:aws:sqs:us-east-1:111122223333:q"
	admits := func(source string) *topology.Policy {
		return &topology.Policy{Element: topology.Element{ID: source}, Document: policygen.Document{Version: policygen.Version,
			Statements: []policygen.Statement{{Effect: policygen.Allow, Principal: &policygen.Principals{Service: []string{"sns.amazonaws.com"}},
				Action: []string{"sqs:SendMessage"}, Resource: []string{queue}, Condition: policygen.Condition{"ArnEquals": {"aws:SourceArn": {source}}}}}}}
	}
	tests := []struct {
		reason   string
		policies []*topology.Policy
		want     Verdict
	}{
		{"all admit the topic", []*topology.Policy{admits(topic), admits(topic)}, OK},
		{"none does", []*topology.Policy{admits(topic + "2"), admits(topic + "3")}, Broken},
		{"one does, and it may not be the one that stays", []*topology.Policy{admits(topic), admits(topic + "2")}, Unknown},
		{"one does, and of the other it is not known", []*topology.Policy{admits(topic), admits("${Topic}")}, Unknown},
		{"the other way round", []*topology.Policy{admits("${Topic}"), admits(topic)}, Unknown},
	}
	for _, tt := range tests {
		q := &topology.Queue{Element: topology.Element{ID: "Q"}, ARN: queue, Policies: tt.policies}
		x := &topology.Topic{Element: topology.Element{ID: "T"}, ARN: topic}
		hops := Judge(&topology.Topology{Topics: []*topology.Topic{x}, Queues: []*topology.Queue{q},
			Subscriptions: []*topology.Subscription{{Element: topology.Element{ID: "S"}, Topic: x, Queue: q}}})
		if hops[0].Verdict != tt.want {
			t.Errorf("%s: %s (%s), want %s", tt.reason, hops[0].Verdict, hops[0].Why, tt.want)
		}
	}
}

// TestEveryKindHasRules checks that the rules cover each kind of hop once, by who calls and where the messages go, so that no
// denied hop is without a finding.
func TestEveryKindHasRules(t *testing.T) {
	for _, k := range kind.All() {
		n := 0
		for _, covers := range []func(*kind.Kind) bool{delivers, toDeadLetters, byCaller, (*kind.Kind).Moves} {
			if covers(k) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("kind %s: %d families of rules are about it, want 1", k.Name, n)
		}
		if byCaller(k) && k.Enters() && entersTopic(k) == entersQueue(k) {
			t.Errorf("kind %s: the key policy's rules about publishers and producers do not cover it", k.Name)
		}
	}
}
