package live

import "slices"

// notes say what was not looked at, and what a snapshot cannot tell.
func (w *world) notes() {
	var without []string
	for i := range w.Scopes {
		s := &w.Scopes[i]
		for _, g := range s.Gaps {
			if g.Evidence {
				of := ""
				if g.Resource != "" {
					of = " of " + g.Resource
				}
				w.Notes = append(w.Notes, "evidence is missing in "+s.name()+": "+g.Operation+of+" was not answered: "+g.Reason)
			}
		}
		if w.Controls[s.Account] == nil {
			without = append(without, s.Account)
		}
	}
	slices.Sort(without)
	for _, account := range slices.Compact(without) {
		w.Notes = append(w.Notes, "the service and resource control policies above account "+account+" were not looked at: they may deny what its policies allow")
	}
	w.Notes = append(w.Notes, "policies of VPC endpoints were not looked at: they may deny calls that come through an endpoint")
}
