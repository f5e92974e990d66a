package check

import (
	"fmt"
	"testing"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A document that very many have is prepared and measured once.
func TestDocumentsAreSharedByAll(t *testing.T) {
	statements := []policygen.Statement{{Effect: policygen.Allow, Action: []string{"sqs:ReceiveMessage"}, Resource: []string{"arn:aws:sqs:us-east-2:111122223333:orders"}}}
	shared := &topology.Policy{Element: topology.Element{ID: "Shared"}, Document: policygen.Document{Version: policygen.Version, Statements: statements}}
	m, sizes := newMemo(), measures{map[measured]*policygen.LimitError{}, map[memoDocument]int{}}
	for i := range 1000 {
		caller := &topology.Caller{Principal: policygen.RoleARN(fmt.Sprintf("arn:aws:iam::111122223333:role/r%d", i)), Identity: []*topology.Policy{shared}}
		queue := &topology.Queue{Policies: []*topology.Policy{{Document: shared.Document}}}
		d := topology.Documents{Identity: caller.Identity, Resource: queue.Policies, Holder: &queue.Element}
		if all := m.compiled(caller, &d); len(all) != 1 {
			t.Fatalf("role %d: %d ways", i, len(all))
		}
		if sizes.limit(policygen.OnQueue, shared.Document) != nil || sizes.characters(shared.Document) == 0 {
			t.Fatal("the document has no size, or too large a one")
		}
	}
	if got := len(m.documents); got != 2 {
		t.Errorf("%d documents are prepared, want one as identity policy and one as queue policy", got)
	}
	if len(sizes.limits) != 1 || len(sizes.sizes) != 1 {
		t.Errorf("%d and %d documents are measured, want one", len(sizes.limits), len(sizes.sizes))
	}
}
