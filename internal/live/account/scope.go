package account

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/hopgrant/hopgrant/internal/live"
)

// A scope gathers what is read of one account in one Region, or of what it has once.
type scope struct {
	account, partition, region string
	only                       []string
	earlier                    earlier

	mu        sync.Mutex
	resources map[resourceID]live.Resource
	missing   map[string]bool
	gaps      map[live.Gap]bool
	evidence  []live.Evidence
	ended     time.Time // zero until everything was asked for
}

type resourceID struct{ typ, id string }

// properties are those of a resource, by the names that CloudFormation has for them. Those without a value are left out.
type properties map[string]any

// put adds a resource to the scope.
func (s *scope) put(typ, id string, p properties, attributes map[string]string) {
	r := live.Resource{Type: typ, ID: id, Properties: encode(p)}
	for name, value := range attributes {
		if value == "" {
			delete(attributes, name)
		}
	}
	if len(attributes) > 0 {
		r.Attributes = attributes
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resources[resourceID{typ, id}] = r
}

// encode writes the properties that have a value, as they stand: a policy keeps its bytes.
func encode(p properties) json.RawMessage {
	for name, value := range p {
		switch v := value.(type) {
		case nil:
			delete(p, name)
		case string:
			if v == "" {
				delete(p, name)
			}
		case *string:
			if v == nil || *v == "" {
				delete(p, name)
			}
		case json.RawMessage:
			if len(v) == 0 {
				delete(p, name)
			}
		case []string:
			if len(v) == 0 {
				delete(p, name)
			}
		case []any:
			if len(v) == 0 {
				delete(p, name)
			}
		case properties:
			if p[name] = encode(v); string(p[name].(json.RawMessage)) == "{}" {
				delete(p, name)
			}
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		panic(err) // properties are strings, numbers, lists of them, and JSON that was checked
	}
	return bytes.TrimSpace(b.Bytes())
}

// document returns a policy as JSON. What is none is a gap of the resource.
func (s *scope) document(operation, id, what, text string) json.RawMessage {
	if text == "" {
		return nil
	}
	if !json.Valid([]byte(text)) {
		s.gap(live.Gap{Operation: operation, Resource: id, Reason: what + ": not JSON"})
		return nil
	}
	return json.RawMessage(text)
}

// failed records a call about a resource that AWS did not answer. What no longer exists is no gap.
func (s *scope) failed(ctx context.Context, id string, err error) {
	if interrupted(ctx, err) || id != "" && gone(err) {
		return
	}
	operation, purpose := operationIn(err)
	s.gap(live.Gap{Operation: operation, Resource: id, Reason: reason(err), Evidence: purpose == forEvidence || purpose == forOwners})
}

func (s *scope) gap(g live.Gap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gaps[g] = true
}

// narrow notes that the ARN is one of those that the scope is narrowed to.
func (s *scope) narrow(arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.only, arn) {
		s.only = append(s.only, arn)
	}
}

// absent records that AWS says that the resource does not exist.
func (s *scope) absent(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.missing[id] = true
}

func (s *scope) saw(e live.Evidence) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.evidence = append(s.evidence, e)
}

// scope returns what was gathered so far. A scope whose reading has not ended says so in a gap without an operation.
func (s *scope) scope() live.Scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := live.Scope{Account: s.account, Partition: s.partition, Region: s.region, Only: slices.Sorted(slices.Values(s.only)), ReadAt: s.ended, Resources: []live.Resource{}}
	for _, r := range s.resources {
		out.Resources = append(out.Resources, r)
	}
	for g := range s.gaps {
		out.Gaps = append(out.Gaps, g)
	}
	for id := range s.missing {
		out.Missing = append(out.Missing, id)
	}
	if s.ended.IsZero() {
		out.ReadAt = time.Now().UTC()
		out.Gaps = append(out.Gaps, live.Gap{Reason: "reading did not come to its end"})
	}
	out.Evidence = slices.Clone(s.evidence)
	slices.SortFunc(out.Resources, func(a, b live.Resource) int { return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID)) })
	slices.SortFunc(out.Gaps, func(a, b live.Gap) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Reason, b.Reason))
	})
	slices.SortFunc(out.Evidence, func(a, b live.Evidence) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Source, b.Source), a.From.Compare(b.From), a.To.Compare(b.To), cmp.Compare(a.Text, b.Text))
	})
	slices.Sort(out.Missing)
	return out
}
