package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// An excessive is what exceeds a limit of AWS, so that the deployment fails.
type excessive struct {
	message string
	at      topology.Position
	about   []*topology.Element
}

func overLimitSentence(on policygen.Target, id string, limit *policygen.LimitError) string {
	return fmt.Sprintf("the policy of %s %s has %d %s, and AWS takes %d", on, id, limit.Value, limit.Limit, limit.Max)
}

// identityOverLimit returns what is too long of a role's or user's policies: the inline ones together, those of each of its
// groups, and each managed policy of the file alone.
func identityOverLimit(c *topology.Caller, m *measures) []excessive {
	var all []excessive
	inline, most := map[string]int{}, 0 // by group
	for _, p := range c.Identity {
		most += atMost(p.Document)
	}
	if most < 2048 {
		return nil
	}
	for _, p := range c.Identity {
		size := m.characters(p.Document)
		switch {
		case p.Name != "" && !strings.HasPrefix(p.Name, "arn:"):
			inline[p.Group] += size
		case p.Name == "" && size > 6144:
			all = append(all, excessive{fmt.Sprintf("policy %s: %d characters, want at most 6144; use several policies", p.Label(), size), p.At,
				[]*topology.Element{&p.Element, &c.Element}})
		}
	}
	for _, group := range slices.Sorted(maps.Keys(inline)) {
		if group != "" && inline[group] > 5120 {
			i := slices.IndexFunc(c.Identity, func(p *topology.Policy) bool { return p.Group == group })
			all = append(all, excessive{fmt.Sprintf("inline policies of group %s: %d characters in total, want at most 5120; use managed policies",
				group, inline[group]), c.Identity[i].At, []*topology.Element{&c.Identity[i].Element}})
		}
	}
	limit := 10240
	if _, isUser := c.Principal.(policygen.UserARN); isUser {
		limit = 2048
	}
	if inline[""] > limit {
		all = append(all, excessive{fmt.Sprintf("inline policies of %s: %d characters in total, want at most %d; use managed policies", c.Label(), inline[""], limit),
			c.At, []*topology.Element{&c.Element}})
	}
	return all
}

// refused returns why AWS refuses a document of the hop's calls, for which the deployment fails. The finding is that of the
// document.
func (m *memo) refused(h *Hop) []setting {
	for i := range h.Calls {
		c := &h.Calls[i]
		d := c.Documents
		if d.Holder == nil {
			continue
		}
		why, ok := m.refusals[d.Holder]
		if !ok {
			for _, p := range d.Resource {
				if limit := m.measures.limit(c.On, p.Document); limit != nil && !p.Default {
					why = overLimitSentence(c.On, d.Holder.Label(), limit)
				}
			}
			m.refusals[d.Holder] = why
		}
		if why != "" {
			return []setting{{rule: rulePolicyLimit.ID, verdict: Broken, why: why + ": the deployment fails", at: d.Holder.At, about: d.Holder}}
		}
	}
	who := h.CallerElement
	if who == nil || policygen.IsService(who.Principal) {
		return nil
	}
	why, ok := m.refusals[&who.Element]
	if !ok {
		for _, x := range identityOverLimit(who, &m.measures) {
			why = x.message
		}
		m.refusals[&who.Element] = why
	}
	if why == "" {
		return nil
	}
	return []setting{{rule: rulePolicyLimit.ID, verdict: Broken, why: why + ": the deployment fails", at: who.At, about: &who.Element}}
}
