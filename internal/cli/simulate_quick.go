package cli

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A quickReader reads requests with which nothing is wrong. It compiles each document once, by its text, since requests often
// have the same policies as earlier ones. It uses its own memory again for each request.
type quickReader struct {
	reader  value.Reader
	docs    policygen.DocumentReader
	members []value.RawMember
	items   [][]byte
	request simulated
	scratch requestScratch
	all     eval.Compiled

	known [kind.TrustPolicy + 1]map[string]*eval.CompiledDocument // by kind and text
	kept  int                                                     // bytes of these texts
}

// maxKept is how many bytes of documents are kept with what they are compiled to, which is some three times as large.
const maxKept = 4 << 20

// read returns the request on a line, which is valid until the next call. If anything is wrong with it, or it is not as
// requests usually are, the policies are nil, and the line has to be read as a whole.
func (q *quickReader) read(file string, line []byte) (*simulated, *eval.Compiled) {
	var ok bool
	if q.members, ok = value.RawMembers(q.members[:0], line); !ok || len(line) > maxKept {
		return nil, nil
	}
	p := requestParser{file: file, scratch: &q.scratch}
	q.request = simulated{}
	found := false
	for i, m := range q.members {
		same := func(other value.RawMember) bool { return string(other.Key) == string(m.Key) }
		if slices.ContainsFunc(q.members[:i], same) {
			return nil, nil
		}
		switch name := string(m.Key); name {
		case "request", "id", "contextComplete":
			v, problems := q.reader.Read(file, "request", string(m.Value))
			p.problems = append(p.problems, problems...)
			p.member(&q.request, value.Member{Key: name, Value: v})
			found = found || name == "request"
		}
	}
	if !found || p.problems != nil {
		return nil, nil
	}
	resource := resourceKind(q.request.request.Action)
	q.all = eval.Compiled{Identity: q.all.Identity[:0], Session: q.all.Session[:0]}
	for _, m := range q.members {
		if !q.policies(m, resource) {
			return nil, nil
		}
	}
	return &q.request, &q.all
}

// policies reads a field of a request, if it holds policies.
func (q *quickReader) policies(m value.RawMember, resource kind.Policy) (ok bool) {
	if string(m.Value) == "null" {
		return slices.Contains(policyFields, string(m.Key))
	}
	switch string(m.Key) {
	case "request", "id", "contextComplete":
		ok = true
	case "identityPolicies":
		q.all.Identity, ok = q.list(q.all.Identity, m.Value, kind.IdentityPolicy)
	case "resourcePolicy":
		q.all.Resource = q.document(m.Value, resource)
		ok = q.all.Resource != nil
	case "permissionsBoundary":
		q.all.Boundary = q.document(m.Value, kind.PermissionsBoundary)
		ok = q.all.Boundary != nil
	case "sessionPolicies":
		q.all.Session, ok = q.list(q.all.Session, m.Value, kind.SessionPolicy)
	case "serviceControlPolicies":
		q.all.ServiceControl, ok = q.levels(m.Value, kind.ServiceControlPolicy)
	case "resourceControlPolicies":
		q.all.ResourceControl, ok = q.levels(m.Value, kind.ResourceControlPolicy)
	}
	return ok
}

// list appends the documents of a list, which has at least one.
func (q *quickReader) list(list []*eval.CompiledDocument, text []byte, k kind.Policy) (all []*eval.CompiledDocument, ok bool) {
	start := len(q.items)
	if q.items, ok = value.RawItems(q.items, text); !ok {
		q.items = q.items[:start]
		return list, false
	}
	for _, item := range q.items[start:] {
		d := q.document(item, k)
		if d == nil {
			ok = false
			break
		}
		list = append(list, d)
	}
	q.items = q.items[:start]
	return list, ok
}

func (q *quickReader) levels(text []byte, k kind.Policy) (all [][]*eval.CompiledDocument, ok bool) {
	levels, ok := value.RawItems(nil, text)
	for i := 0; ok && i < len(levels); i++ {
		var level []*eval.CompiledDocument
		level, ok = q.list(nil, levels[i], k)
		all = append(all, level)
	}
	return all, ok
}

// document returns the document that a text is, compiled; nil if anything is wrong with it.
func (q *quickReader) document(raw []byte, k kind.Policy) *eval.CompiledDocument {
	if d := q.known[k][string(raw)]; d != nil {
		return d
	}
	text := string(raw)
	v, problems := q.reader.Read("", "request", text)
	d, ok := q.docs.Read(v, k)
	if !ok || problems != nil {
		return nil
	}
	on := k
	if k == kind.KeyPolicy || k == kind.TrustPolicy {
		on = kind.ResourcePolicy
	}
	if q.kept += len(text); q.kept > maxKept {
		for _, m := range q.known {
			clear(m)
		}
		q.kept = len(text)
	}
	if q.known[k] == nil {
		q.known[k] = map[string]*eval.CompiledDocument{}
	}
	compiled := eval.CompileDocument(d, on)
	q.known[k][text] = compiled
	return compiled
}
