package proofs

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	awspolicy "github.com/hashicorp/awspolicyequivalence"
	"github.com/hopgrant/hopgrant/policygen"
	"pgregory.net/rapid"
)

// Texts that a template knows only at deployment: its account, Region and names.
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

// stack returns a topology of one account and Region, and the same topology before deployment.
func stack(t *rapid.T) (known, unresolved topology) {
	known = worldOf(t, "aws", []string{"us-east-1"}, []string{"111111111111"}).topology()
	unresolved.options = known.options
	for _, h := range known.hops {
		unresolved.hops = append(unresolved.hops, mapped(h, undeployed.Replace))
	}
	return known, unresolved
}

// TestUnresolvedPassesThrough checks that unresolved text is not changed: generated documents, once deployed, are the
// documents generated for the deployed topology.
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

// TestSufficientBeforeDeployment checks that unresolved text makes nothing undecided that the documents grant, because
// equal text has equal values.
func TestSufficientBeforeDeployment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, top := stack(t)
		all := top.generate(t)
		if call, d, ok := top.broken(all); ok {
			t.Fatalf("%s by %v on %s is %v\n%s\ncontext: %v\n%s", call.Action, call.Caller, call.Resource, d.Outcome, d.Explain(), call.Context, show(all))
		}
	})
}

// TestTokensPassThrough checks the same if whole ARNs are tokens, as in a CDK app. It compares documents with
// Terraform's library, to which an account id and the ARN of the account's root user are the same.
func TestTokensPassThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known, _ := stack(t)
		known.options.Account = "111111111111"
		if known.options.KeyAccess == policygen.AccountWide {
			known.options.KeyAccess = policygen.ByKeyPolicy // there is no kms:ViaService for a key without a known Region
		}
		tokens, back := map[string]string{}, []string{}
		token := func(s string) string {
			if !strings.HasPrefix(s, "arn:") || strings.Contains(s, ":alias/aws/") {
				return s // an AWS managed key is recognized by its name
			}
			if tokens[s] == "" {
				tokens[s] = fmt.Sprintf("${Token[TOKEN.%d]}", len(tokens))
				back = append(back, tokens[s], s)
			}
			return tokens[s]
		}
		unresolved := topology{options: known.options}
		for _, h := range known.hops {
			h.Topic.Scope = ""
			unresolved.hops = append(unresolved.hops, mapped(h, token))
		}
		for i := range known.hops {
			known.hops[i].Topic.Scope = ""
		}
		got, err := policygen.Generate(unresolved.options, policygen.Hops(unresolved.hops))
		if errors.Is(err, policygen.ErrCaller) {
			return // some services pass only the account of their source, which a token does not tell
		}
		if err != nil {
			t.Fatal(err)
		}
		want := known.generate(t)
		if len(got) != len(want) {
			t.Fatalf("of tokens:\n%s\nof ARNs:\n%s", show(got), show(want))
		}
		for i := range got {
			text := strings.NewReplacer(back...).Replace(got[i].Document.String())
			same, err := awspolicy.PoliciesAreEquivalent(text, want[i].Document.String())
			if err != nil || !same {
				t.Fatalf("not the same, %v:\n%s\n%s", err, text, want[i].Document)
			}
		}
	})
}
