package policygen

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A DocumentReader reads as [ReadDocument] does one document after the other, each in the memory of the one before. It is
// meant for hopgrant's own readers. The zero DocumentReader is ready.
type DocumentReader struct{ scratch documentScratch }

// Read returns the document that v is, which is valid until the next call; only its strings stay. It is not ok if anything is
// wrong with it.
func (r *DocumentReader) Read(v value.Value, k kind.Policy) (d Document, ok bool) {
	ok = true
	reader := documentReader{kind: k, again: &r.scratch, problem: func(int, string, *value.Error) { ok = false }}
	reader.texts = r.scratch.texts[:0]
	r.scratch.conditions.used, r.scratch.operators.used = 0, 0
	d = reader.read(v)
	r.scratch.texts = reader.texts
	return d, ok
}

// A documentScratch is memory that documents use one after the other. Nil gives out new memory.
type documentScratch struct {
	list       []Statement
	texts      []string
	conditions mapPool[map[string][]string] // of operators
	operators  mapPool[[]string]            // of keys
}

func (s *documentScratch) statements(n int) []Statement {
	if s == nil || n > cap(s.list) {
		list := make([]Statement, n)
		if s != nil {
			s.list = list
		}
		return list
	}
	clear(s.list[:n])
	return s.list[:n]
}

func (s *documentScratch) condition(n int) Condition {
	if s == nil {
		return make(Condition, n)
	}
	return s.conditions.next(n)
}

func (s *documentScratch) keys(n int) map[string][]string {
	if s == nil {
		return make(map[string][]string, n)
	}
	return s.operators.next(n)
}

// A mapPool holds maps of which the first are in use.
type mapPool[V any] struct {
	all  []map[string]V
	used int
}

// next returns an empty map.
func (m *mapPool[V]) next(n int) map[string]V {
	if m.used == len(m.all) {
		m.all = append(m.all, make(map[string]V, n))
	}
	m.used++
	clear(m.all[m.used-1])
	return m.all[m.used-1]
}

// one returns a list of one string.
func (r *documentReader) one(s string) []string {
	if len(r.texts) == cap(r.texts) {
		r.texts = make([]string, 0, 8)
	}
	r.texts = append(r.texts, s)
	return r.texts[len(r.texts)-1 : len(r.texts) : len(r.texts)]
}
