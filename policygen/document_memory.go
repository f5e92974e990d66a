package policygen

// A documentMemory is what documents are made of.
type documentMemory struct {
	statements room[Statement]
	principals room[Principals]
	texts      room[string]
	conditions mapRoom[map[string][]string] // of operators
	operators  mapRoom[[]string]            // of keys
}

// reset makes all of the memory free.
func (m *documentMemory) reset() {
	m.statements.reset()
	m.principals.reset()
	m.texts.reset()
	m.conditions.used, m.operators.used = 0, 0
}

// A room has memory for lists.
type room[T any] struct{ used []T }

func (r *room[T]) reset() { r.used = r.used[:0] }

// next returns a list of n zero values, which is not nil. Appending to it needs other memory.
func (r *room[T]) next(n int) []T {
	start := len(r.used)
	if r.used == nil || cap(r.used)-start < n {
		start, r.used = 0, make([]T, 0, max(n, 2*cap(r.used)))
	}
	r.used = r.used[:start+n]
	list := r.used[start : start+n : start+n]
	clear(list)
	return list
}

// A mapRoom has memory for maps, of which the first are in use.
type mapRoom[V any] struct {
	all  []map[string]V
	used int
}

// next returns an empty map for some n values.
func (m *mapRoom[V]) next(n int) map[string]V {
	if m.used == len(m.all) {
		m.all = append(m.all, make(map[string]V, n))
	}
	m.used++
	clear(m.all[m.used-1])
	return m.all[m.used-1]
}
