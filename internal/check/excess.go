package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// The actions on keys, queues and topics that any hop needs, and those on queues of hops that SNS makes.
var (
	keyActions   = actionsOf("kms:", anyKind)
	queueActions = actionsOf("sqs:", anyKind)
	topicActions = actionsOf("sns:", anyKind)
	sendActions  = actionsOf("sqs:", (*kind.Kind).BySNS)
)

func anyKind(k *kind.Kind) bool { return !k.Once }

// actionsOf returns the actions of a service that hops of the kinds need, in lower case, as AWS asks and as documents grant
// them.
func actionsOf(service string, of func(*kind.Kind) bool) map[string]bool {
	all := map[string]bool{}
	for _, k := range kind.All() {
		for i := range k.Calls {
			if c := &k.Calls[i]; of(k) && strings.HasPrefix(c.Action, service) {
				all[strings.ToLower(c.Action)] = true
				all[strings.ToLower(c.Granted())] = true
			}
		}
	}
	return all
}

// excessOf returns the actions of a service ("kms:") that are not in the set. What only reads about a resource is left out,
// and so is a pattern that the set's members match and that hardly means more, such as kms:GenerateDataKey* and
// sqs:SendMessage*.
func excessOf(actions []string, service string, set map[string]bool) []string {
	var excess []string
	for _, a := range actions {
		lower := strings.ToLower(a)
		switch {
		case lower == "*":
			excess = append(excess, a)
			continue
		case !strings.HasPrefix(lower, service) || set[lower] || set[strings.TrimSuffix(lower, "*")] || reads(lower) || isBatch(lower):
			continue
		}
		excess = append(excess, a)
	}
	return excess
}

// reads reports whether an action only reads about keys or queues, not messages, or ends what its caller began.
func reads(action string) bool {
	_, name, _ := strings.Cut(action, ":")
	return strings.HasPrefix(name, "describe") || strings.HasPrefix(name, "get") || strings.HasPrefix(name, "list") ||
		name == "cancelmessagemovetask" // whoever starts one
}

// isBatch reports whether an action, in lower case, is the name of a batch operation.
func isBatch(action string) bool {
	single, ok := strings.CutSuffix(action, "batch")
	return ok && (queueActions[single] || topicActions[single])
}

// usedBy reports whether a hop is made by a service that the statement names.
func usedBy(st *policygen.Statement, hops []*Hop) bool {
	return slices.ContainsFunc(hops, func(h *Hop) bool {
		return slices.ContainsFunc(h.Calls, func(c Call) bool { return slices.Contains(st.Principal.Service, c.Caller.String()) })
	})
}
