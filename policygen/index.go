package policygen

import "slices"

// An index numbers texts in the order in which they come. Most hold a few, which are found faster without a map.
type index struct {
	few  []string
	many map[string]int
}

func newIndex(atMost int) *index {
	if atMost > 8 {
		return &index{many: make(map[string]int, atMost)}
	}
	return &index{few: make([]string, 0, atMost)}
}

// add returns the number of s, and whether it had one before.
func (x *index) add(s string) (number int, found bool) {
	if x.many != nil {
		if i, ok := x.many[s]; ok {
			return i, true
		}
		x.many[s] = len(x.many)
		return len(x.many) - 1, false
	}
	if i := slices.Index(x.few, s); i >= 0 {
		return i, true
	}
	x.few = append(x.few, s)
	return len(x.few) - 1, false
}
