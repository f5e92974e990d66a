package live

import (
	"cmp"
	"slices"
)

// Join returns snapshots as one. Of a scope that several have, that of the last one counts.
func Join(snapshots ...*Snapshot) *Snapshot {
	type place struct{ account, region string }
	index := map[place]int{}
	all := &Snapshot{Version: Version}
	for _, s := range snapshots {
		for _, scope := range s.Scopes {
			at := place{scope.Account, scope.Region}
			i, there := index[at]
			if !there {
				i = len(all.Scopes)
				index[at], all.Scopes = i, append(all.Scopes, Scope{})
			}
			all.Scopes[i] = scope
		}
	}
	slices.SortFunc(all.Scopes, func(a, b Scope) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
	return all
}
