package policygen

import (
	"slices"
	"strings"
)

// uncoveredGrants returns the grants without those that another one makes superfluous: one of the same or a wider action to
// the same principal on the same resource, under some of the same conditions and no others. A service that AWS documents
// to pass its source for one hop and not for another has such grants.
func uncoveredGrants(grants []grant) []grant {
	if len(grants) < 2 {
		return grants
	}
	least, most := grants[0].conditionKeys(), grants[0].conditionKeys()
	for i := range grants[1:] {
		n := grants[i+1].conditionKeys()
		least, most = min(least, n), max(most, n)
	}
	if least == most {
		return grants
	}
	return slices.DeleteFunc(slices.Clone(grants), func(g grant) bool {
		return slices.ContainsFunc(grants, func(wider grant) bool { return wider.covers(&g) })
	})
}

// covers reports whether g allows everything that other allows, and more.
func (g *grant) covers(other *grant) bool {
	if g.kind != other.kind || g.principal != other.principal || g.resource != other.resource ||
		g.conditionKeys() >= other.conditionKeys() || !coversAction(g.row.Granted(), other.row.Granted()) {
		return false
	}
	others := other.whole()
	for op, keys := range g.whole() {
		for k, values := range keys {
			if !slices.Equal(values, others[op][k]) {
				return false
			}
		}
	}
	return true
}

// coversAction reports whether pattern, which may end in a wildcard, covers the action.
func coversAction(pattern, action string) bool {
	prefix, wild := strings.CutSuffix(pattern, "*")
	return pattern == action || wild && strings.HasPrefix(action, prefix)
}
