package check

import (
	"errors"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// measures are what is known of documents, of which many callers or resources may have the same.
type measures struct {
	limits map[measured]*policygen.LimitError
	sizes  map[memoDocument]int
}

func newMeasures() measures {
	return measures{map[measured]*policygen.LimitError{}, map[memoDocument]int{}}
}

// A measured document is one as the policy of a topic, queue or key.
type measured struct {
	on       policygen.Target
	document memoDocument
}

// limit returns the limit that a document exceeds in its shortest form; nil if there is none.
func (m *measures) limit(on policygen.Target, d policygen.Document) *policygen.LimitError {
	k := measured{on, documentOf(d, eval.ResourcePolicy)}
	limit, ok := m.limits[k]
	if !ok {
		a := policygen.Attachment{On: on, Document: d}
		if a.CheckLimits() != nil { // else the shortest form is within the limits too
			a.Document = shortest(d)
			errors.As(a.CheckLimits(), &limit)
		}
		m.limits[k] = limit
	}
	return limit
}

// characters returns the length of a document in its shortest form.
func (m *measures) characters(d policygen.Document) int {
	k := documentOf(d, eval.IdentityPolicy)
	size, ok := m.sizes[k]
	if !ok {
		size = characters(shortest(d))
		m.sizes[k] = size
	}
	return size
}

func characters(d policygen.Document) int {
	text, err := d.MarshalJSON()
	if err != nil {
		return 0
	}
	return len(text)
}
