package check

import (
	"slices"
	"strings"
	"sync"

	"github.com/hopgrant/hopgrant/policygen"
)

// sendActions are the actions on queues that AWS services need, in lower case.
var sendActions = sync.OnceValue(func() map[string]bool { return actionsOn(policygen.OnQueue, policygen.Deliver) })

// actionsOn returns the actions of hops of these kinds (none: of any) on a kind of resource, in lower case, with all that is
// optional.
func actionsOn(on policygen.Target, kinds ...policygen.HopKind) map[string]bool {
	all := map[string]bool{}
	for _, h := range allHops() {
		if len(kinds) > 0 && !slices.Contains(kinds, h.Kind) {
			continue
		}
		for _, c := range h.Calls() {
			if c.On == on {
				all[strings.ToLower(c.Action)] = true
				all[strings.ToLower(c.Grant)] = true
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
	return ok && (queueActions()[single] || topicActions()[single])
}

// usedBy reports whether a hop is made by a service that the statement names.
func usedBy(st *policygen.Statement, hops []*Hop) bool {
	return slices.ContainsFunc(hops, func(h *Hop) bool {
		return slices.ContainsFunc(h.Calls, func(c Call) bool { return slices.Contains(st.Principal.Service, c.Caller.String()) })
	})
}
