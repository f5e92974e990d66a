package cli

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A quickReader reads requests with which nothing is wrong. It compiles each document once, by its text, since requests often
// have the same policies as earlier ones; of control policies, each level. It uses its own memory again for each request.
type quickReader struct {
	reader  value.Reader
	members []value.RawMember
	fields  [][]byte // the texts of requestFields
	items   [][]byte
	request simulated
	scratch requestScratch
	all     []*eval.Compiled

	known [kind.TrustPolicy + 1]map[string]*eval.Compiled // by kind and text
	kept  int                                             // bytes of these texts
}

// maxKept is how many bytes of documents are kept with what they are compiled to, which is some three times as large.
const maxKept = 4 << 20

// read returns the request that a text is, which is valid until the next call. If anything is wrong with it, or it is not as
// requests usually are, the policies are nil, and the text has to be read as a whole.
func (q *quickReader) read(file string, text []byte) (*simulated, *eval.Compiled) {
	if len(text) > maxKept || !q.split(text) {
		return nil, nil
	}
	p := requestParser{file: file, scratch: &q.scratch}
	q.request = simulated{}
	for i, name := range requestFields[:len(requestFields)-len(policyFields)] {
		if q.fields[i] == nil {
			continue
		}
		v, problems := q.reader.Read(file, "request", string(q.fields[i]))
		p.problems = append(p.problems, problems...)
		p.member(&q.request, value.Member{Key: name, Value: v})
	}
	if q.request.request.Action == "" || p.problems != nil {
		return nil, nil
	}
	q.all = q.all[:0]
	for i := range policyFields {
		if !q.policies(&policyFields[i], q.fields[len(requestFields)-len(policyFields)+i]) {
			return nil, nil
		}
	}
	var none eval.Compiled
	return &q.request, none.With(q.all...)
}

// split finds the fields of the request that a text is. It reports whether each is known and there once.
func (q *quickReader) split(text []byte) (ok bool) {
	q.members, ok = value.RawMembers(q.members[:0], text)
	q.fields = slices.Grow(q.fields[:0], len(requestFields))[:len(requestFields)]
	clear(q.fields)
	for i := 0; ok && i < len(q.members); i++ {
		m := &q.members[i]
		at := slices.IndexFunc(requestFields, func(name string) bool { return name == string(m.Key) })
		if ok = at >= 0 && q.fields[at] == nil; ok {
			q.fields[at] = m.Value
		}
	}
	return ok
}

// policies reads the text of a field, nil if the request does not have it. It reports whether nothing is wrong.
func (q *quickReader) policies(f *policyField, text []byte) bool {
	switch {
	case text == nil || string(text) == "null":
		return true
	case !f.list:
		return q.document(f, text)
	}
	var ok bool
	q.items, ok = value.RawItems(q.items[:0], text)
	for i := 0; ok && i < len(q.items); i++ {
		ok = q.document(f, q.items[i])
	}
	return ok
}

// document adds a text of a field that is a document, or a level of control policies. It reports whether nothing is wrong.
func (q *quickReader) document(f *policyField, text []byte) bool {
	k := f.kind
	if k == kind.ResourcePolicy {
		k = resourceKind(q.request.request.Action)
	}
	compiled := q.known[k][string(text)]
	if compiled == nil {
		kept := string(text)
		if compiled = q.compile(f, kept); compiled == nil {
			return false
		}
		q.keep(k, kept, compiled)
	}
	q.all = append(q.all, compiled)
	return true
}

// compile returns the policies that have a text in a field; nil if anything is wrong.
func (q *quickReader) compile(f *policyField, text string) *eval.Compiled {
	v, problems := q.reader.Read("", "request", text)
	if f.list {
		v = value.Value{Kind: value.List, Items: []value.Value{v}}
	}
	q.scratch.documents.Reset()
	p := requestParser{problems: problems, scratch: &q.scratch}
	policies := p.policies([]value.Member{{Key: f.name, Value: v}}, q.request.request.Action)
	if p.problems != nil {
		return nil
	}
	return eval.Compile(policies)
}

// keep remembers what a text is compiled to. If there are too many, it forgets the others.
func (q *quickReader) keep(k kind.Policy, text string, compiled *eval.Compiled) {
	if q.kept += len(text); q.kept > maxKept {
		for _, m := range q.known {
			clear(m)
		}
		q.kept = len(text)
	}
	if q.known[k] == nil {
		q.known[k] = map[string]*eval.Compiled{}
	}
	q.known[k][text] = compiled
}
