package terraform

import (
	"strconv"
	"strings"
)

// instance returns the instance of a resource block that a reference from self means: the one whose index it names, the only one
// in the same instance of the module, or where the reference goes over all by key, the one with the key of self. Which one an
// expression with each.key or count.index means, the plan does not tell.
func (p *plan) instance(self *resource, address string, keyed bool) (r *resource, why string) {
	block := strings.TrimPrefix(self.module+"."+withoutIndices(address), ".")
	index := strings.TrimPrefix(address, withoutIndices(address))
	var all, found []*resource
	for _, r := range p.byBlock[block] {
		if r.within == self.within || withoutIndices(self.within) == self.within && withoutIndices(r.within) == self.within {
			all = append(all, r)
		}
	}
	for _, r := range all {
		switch {
		case index != "":
			if strings.HasSuffix(r.address, index) {
				found = append(found, r)
			}
		case len(all) == 1 || keyed && self.index != nil && r.index != nil && render(self.index) == render(r.index):
			found = append(found, r)
		}
	}
	switch len(found) {
	case 1:
		return found[0], ""
	case 0:
		if len(all) == 0 {
			return nil, block + " is not in the plan"
		}
	}
	return nil, "plans do not tell which of the " + strconv.Itoa(len(all)) + " instances of " + block + " is meant"
}

// splitReference cuts a reference at dots that stand outside of brackets.
func splitReference(ref string) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(ref); i++ {
		switch ref[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '.':
			if depth == 0 {
				parts = append(parts, ref[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, ref[start:])
}
