package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
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

// singleOf returns the action of a batch operation, both in lower case, and whether it is one.
func singleOf(action string) (string, bool) {
	single, ok := strings.CutSuffix(action, "batch")
	return single, ok && (queueActions[single] || topicActions[single])
}

func isBatch(action string) bool {
	_, ok := singleOf(action)
	return ok
}

// everything reports whether a pattern for all actions is among actions.
func everything(actions []string) bool {
	return slices.ContainsFunc(actions, func(a string) bool { return a == "*" || strings.HasSuffix(a, ":*") })
}

// usedByAll reports whether each service that the statement names makes one of the hops.
func usedByAll(st *policygen.Statement, hops []*Hop) bool {
	for _, service := range st.Principal.Service {
		if !slices.ContainsFunc(hops, func(h *Hop) bool {
			return slices.ContainsFunc(h.Calls, func(c Call) bool { return c.Caller.String() == service })
		}) {
			return false
		}
	}
	return true
}

// onlyMessages reports whether everything is known of what the caller may do, and it is about messages, their keys, logs and
// traces, so that the caller has no other use for a key.
func onlyMessages(c *topology.Caller) bool {
	for _, p := range c.Identity {
		if p.Unknown != "" {
			return false
		}
		for _, st := range p.Document.Statements {
			for _, a := range st.Action {
				if service, _, _ := strings.Cut(strings.ToLower(a), ":"); !aboutMessages[service] {
					return false
				}
			}
			if st.NotAction != nil {
				return false
			}
		}
	}
	return true
}

var aboutMessages = map[string]bool{"sqs": true, "sns": true, "kms": true, "logs": true, "xray": true}
