package proofs

import (
	"path/filepath"
	"strings"
	"testing"

	awspolicy "github.com/hashicorp/awspolicyequivalence"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"
)

// TestParseKeepsTheMeaning checks that parsing and marshaling keep the meaning of a document, as judged by the library
// with which Terraform compares policies. The documents are those of the evaluator's corpus, which come from AWS's
// pages.
func TestParseKeepsTheMeaning(t *testing.T) {
	files, err := filepath.Glob("../../policygen/eval/testdata/corpus/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	n := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if !strings.HasSuffix(f.Name, ".json") {
				continue
			}
			n++
			d, err := policygen.Parse(f.Data)
			if err != nil {
				t.Errorf("%s, %s: %v", filepath.Base(file), f.Name, err)
				continue
			}
			same, err := awspolicy.PoliciesAreEquivalent(string(f.Data), d.String())
			if err != nil || !same {
				t.Errorf("%s, %s: not the same, %v:\n%s\n%s", filepath.Base(file), f.Name, err, f.Data, d)
			}
		}
	}
	if n == 0 {
		t.Fatal("the corpus has no documents")
	}
}

// TestOrderOfHopsIsNoChange checks that hops in another order give documents that Terraform considers the same, so that
// a plan shows no change.
func TestOrderOfHopsIsNoChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		permuted := topology{hops: rapid.Permutation(top.hops).Draw(t, "order"), options: top.options}
		a, b := top.generate(t), permuted.generate(t)
		for _, x := range a {
			y, ok := b.Of(x.Resource)
			if x.On == policygen.OnIdentity {
				docs := identityOf(b, x.Principal)
				if ok = len(docs) == 1; ok {
					y = docs[0]
				}
			}
			if !ok {
				t.Fatalf("there is no such document in the other order:\n%s", x.Document)
			}
			// To the library, Sids are part of the meaning; ours are numbered in order.
			same, err := awspolicy.PoliciesAreEquivalent(withoutSids(x.Document), withoutSids(y))
			if err != nil || !same {
				t.Fatalf("not the same, %v:\n%s\n%s", err, x.Document, y)
			}
		}
	})
}

func withoutSids(d policygen.Document) string {
	statements := make([]policygen.Statement, len(d.Statements))
	for i, s := range d.Statements {
		s.Sid = ""
		statements[i] = s
	}
	d.Statements = statements
	return d.String()
}
