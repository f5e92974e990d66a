package proofs

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
	"pgregory.net/rapid"
)

// TestStable checks that a document is the same after it is written and read, byte for byte, and that the same hops
// give the same documents.
func TestStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		all := top.generate(t)
		for _, a := range all {
			text := []byte(a.Document.String())
			d, err := policygen.Parse(text)
			if err != nil {
				t.Fatalf("%v in\n%s", err, text)
			}
			if !reflect.DeepEqual(d, a.Document) {
				t.Fatalf("got  %#v\nwant %#v", d, a.Document)
			}
			if again := []byte(d.String()); !bytes.Equal(again, text) {
				t.Fatalf("written again:\n%s\nfirst:\n%s", again, text)
			}
		}
		if again := top.generate(t); !reflect.DeepEqual(again, all) {
			t.Fatalf("the second time:\n%s\nthe first time:\n%s", show(again), show(all))
		}
	})
}

// TestDuplicateHopsChangeNothing checks that duplicate hops are granted once.
func TestDuplicateHopsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		twice := topology{hops: append(slices.Clone(top.hops), top.hops...), options: top.options}
		if a, b := top.generate(t), twice.generate(t); !reflect.DeepEqual(a, b) {
			t.Fatalf("once:\n%s\ntwice:\n%s", show(a), show(b))
		}
	})
}

// TestOrderOfHops checks that the order of the hops decides only the order of documents, statements and values.
func TestOrderOfHops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		permuted := topology{hops: rapid.Permutation(top.hops).Draw(t, "order"), options: top.options}
		a, b := top.generate(t), permuted.generate(t)
		if x, y := unordered(a), unordered(b); !reflect.DeepEqual(x, y) {
			t.Fatalf("in one order:\n%s\nin another:\n%s", show(a), show(b))
		}
	})
}

// unordered returns the statements of each document as a set of texts. Values are sorted, and Sids are left out,
// because a statement is named after its first grant.
func unordered(all policygen.Policies) map[string][]string {
	documents := map[string][]string{}
	for _, a := range all {
		name := fmt.Sprint(a.On, a.Principal, a.Resource, a.Account)
		for _, s := range a.Document.Statements {
			s.Sid = ""
			s.Action, s.Resource = sorted(s.Action), sorted(s.Resource)
			if s.Principal != nil {
				s.Principal = &policygen.Principals{Anyone: s.Principal.Anyone, AWS: sorted(s.Principal.AWS), Service: sorted(s.Principal.Service)}
			}
			for op, keys := range s.Condition {
				for k, values := range keys {
					s.Condition = withValues(s.Condition, op, k, sorted(values))
				}
			}
			text, err := s.MarshalJSON()
			if err != nil {
				panic(err)
			}
			documents[name] = append(documents[name], string(text))
		}
		slices.Sort(documents[name])
	}
	return documents
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

var sidForm = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// TestSids checks that Sids are alphanumeric and unique within a document, as IAM requires.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func TestSids(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, a := range topologies.Draw(t, "topology").generate(t) {
			seen := map[string]bool{}
			for _, s := range a.Document.Statements {
				if !sidForm.MatchString(s.Sid) || seen[s.Sid] {
					t.Fatalf("Sid %q\n%s", s.Sid, a.Document)
				}
				seen[s.Sid] = true
			}
		}
	})
}
