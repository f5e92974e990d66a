package proofs

import (
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
	"pgregory.net/rapid"
)

// A template knows its own account, Region and names only when it is deployed.
var (
	deployed   = strings.NewReplacer("${AWS::Partition}", "aws", "${AWS::Region}", "us-east-1", "${AWS::AccountId}", "111111111111", "${Name}", "")
	undeployed = strings.NewReplacer("arn:aws:", "arn:${AWS::Partition}:", ":us-east-1:", ":${AWS::Region}:", "111111111111", "${AWS::AccountId}",
		":topic", ":${Name}topic", ":queue", ":${Name}queue", ":role/", ":role/${Name}")
)

// mapped returns the hop with every text replaced.
func mapped(h policygen.Hop, f func(string) string) policygen.Hop {
	topic := func(t policygen.Topic) policygen.Topic {
		return policygen.Topic{ARN: policygen.TopicARN(f(string(t.ARN))), Key: policygen.KeyARN(f(string(t.Key))), Scope: policygen.TopicARN(f(string(t.Scope)))}
	}
	queue := func(q policygen.Queue) policygen.Queue {
		return policygen.Queue{ARN: policygen.QueueARN(f(string(q.ARN))), Key: policygen.KeyARN(f(string(q.Key)))}
	}
	switch p := h.Caller.(type) {
	case policygen.RoleARN:
		h.Caller = policygen.RoleARN(f(string(p)))
	case policygen.UserARN:
		h.Caller = policygen.UserARN(f(string(p)))
	case policygen.SessionARN:
		h.Caller = policygen.SessionARN(f(string(p)))
	case policygen.ServicePrincipal:
		h.Caller = policygen.ServicePrincipal(f(string(p)))
	}
	h.Topic, h.Queue, h.Destination = topic(h.Topic), queue(h.Queue), queue(h.Destination)
	h.Source, h.SourceAccount = policygen.ARN(f(string(h.Source))), f(h.SourceAccount)
	var keys []policygen.KeyARN
	for _, k := range h.SourceKeys {
		keys = append(keys, policygen.KeyARN(f(string(k))))
	}
	h.SourceKeys = keys
	return h
}

// stack returns a topology of one account and Region, and the same before it is deployed.
func stack(t *rapid.T) (known, unresolved topology) {
	known = worldOf(t, "aws", []string{"us-east-1"}, []string{"111111111111"}).topology()
	unresolved.options = known.options
	for _, h := range known.hops {
		unresolved.hops = append(unresolved.hops, mapped(h, undeployed.Replace))
	}
	return known, unresolved
}

// What is not resolved passes through untouched: deploying generated documents gives what the deployed topology would have
// generated.
func TestUnresolvedPassesThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known, unresolved := stack(t)
		want, got := known.generate(t), unresolved.generate(t)
		if len(got) != len(want) {
			t.Fatalf("before it is deployed:\n%s\nafterwards:\n%s", show(got), show(want))
		}
		for i := range got {
			if text := deployed.Replace(got[i].Document.String()); text != want[i].Document.String() {
				t.Fatalf("the %s policy of %v%s, deployed:\n%s\nof the deployed topology:\n%s", got[i].On, got[i].Principal, got[i].Resource, text, want[i].Document)
			}
		}
	})
}

// Nor does it make anything undecided that the documents grant: equal text is an equal value.
func TestSufficientBeforeDeployment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, top := stack(t)
		all := top.generate(t)
		if call, d, ok := top.broken(all); ok {
			t.Fatalf("%s by %v on %s is %v\n%s\ncontext: %v\n%s", call.Action, call.Caller, call.Resource, d.Outcome, d.Explain(), call.Context, show(all))
		}
	})
}
