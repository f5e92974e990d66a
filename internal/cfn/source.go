package cfn

import (
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// maxNestedStacks is how deep stacks may be nested in stacks, as local templates or in an assembly.
const maxNestedStacks = 20

// A source is a stack before it is read under a scenario.
type source struct {
	template        *template
	name            string // of the stack; "" if not known
	shown           string // its name in the topology
	account, region string
	arguments       map[string]value.Value
	children        map[string]*source // by logical id of the nested stack
}

// instantiate returns the stacks of the sources under a scenario.
func instantiate(sources []*source, c scenario) *world {
	w := &world{scenario: c, exports: map[string]export{}, partition: partitionOf(sources)}
	for _, s := range sources {
		s.instantiate(w, nil, "")
	}
	for _, s := range w.stacks {
		for _, m := range s.outputs.Members {
			name := s.resolve(m.Value.Path("Export", "Name"))
			if condition := m.Value.Get("Condition").Text; condition != "" && s.holds(m.At, condition) != yes || !name.Scalar() {
				continue
			}
			w.exports[s.environment()+name.Text] = export{s, m.Key}
		}
	}
	return w
}

func (src *source) instantiate(w *world, parent *stack, id string) *stack {
	s := &stack{template: src.template, name: src.name, shown: src.shown, scope: src.shown,
		account: src.account, region: src.region, arguments: src.arguments, parent: parent, inParent: id}
	w.add(s)
	if parent != nil {
		s.account, s.region = parent.account, parent.region
		if r := parent.byID[id]; r != nil {
			s.name = parent.physicalName(r)
		}
	}
	if err := s.expand(); err != nil {
		panic(err)
	}
	ids := make([]string, 0, len(src.children))
	for child := range src.children {
		ids = append(ids, child)
	}
	sort.Strings(ids)
	for _, child := range ids {
		if s.byID[child] != nil {
			s.children[child] = src.children[child].instantiate(w, s, child)
		}
	}
	return s
}

// expand carries out the transforms that are known: loops, then SAM.
func (s *stack) expand() *value.Error {
	var bad *value.Error
	if s.loops {
		if err := s.unroll(); errors.As(err, &bad) {
			return bad
		}
	}
	if s.transformed(serverless) {
		s.serverless()
	}
	return nil
}

// nested reads the local templates of nested stacks, as they stand in a repository before "aws cloudformation package". A
// template that cannot be found is none of ours.
func (src *source) nested(dir, shown string, within map[string]bool) error {
	if len(within) > maxNestedStacks {
		return &value.Error{File: shown, What: "nested stack", Got: "stacks are nested too deep", Want: fmt.Sprintf("at most %d levels", maxNestedStacks), Cause: value.ErrTooDeep}
	}
	within[filepath.Clean(shown)] = true
	defer delete(within, filepath.Clean(shown))
	for _, r := range src.template.resources {
		url := r.properties.Get("TemplateURL")
		switch r.typ {
		case "AWS::CloudFormation::Stack":
		case "AWS::Serverless::Application":
			url = r.properties.Get("Location")
		default:
			continue
		}
		if url.Kind != value.Text || url.Text == "" || strings.Contains(url.Text, "://") || filepath.IsAbs(url.Text) {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(url.Text))
		show := filepath.Join(filepath.Dir(shown), filepath.FromSlash(url.Text))
		if within[filepath.Clean(show)] {
			return (&value.Error{File: shown, What: "nested stack", Value: r.id, Got: "its template is one of those that it is nested in", Cause: value.ErrCycle}).In(url.At)
		}
		data, err := readFile(path, show)
		if err != nil {
			continue
		}
		t, err := parse(show, data)
		if err != nil {
			return err
		}
		child := &source{template: t, shown: r.id}
		if src.shown != "" {
			child.shown = src.shown + "/" + r.id
		}
		if err := child.nested(filepath.Dir(path), show, within); err != nil {
			return err
		}
		if src.children == nil {
			src.children = map[string]*source{}
		}
		src.children[r.id] = child
	}
	return nil
}

// conditional reports whether any of the templates has conditions.
func conditional(sources []*source) bool {
	for _, s := range sources {
		if len(s.template.conditions.Members) > 0 {
			return true
		}
		for _, child := range s.children {
			if conditional([]*source{child}) {
				return true
			}
		}
	}
	return false
}

// build reads the sources under every scenario.
func build(path, kind string, sources []*source) (all []*topology.Topology, err error) {
	defer func() {
		if e := recover(); e != nil {
			bad, ok := e.(*value.Error)
			if !ok {
				panic(e)
			}
			all, err = nil, bad
		}
	}()
	fresh := func(c scenario) *world { return instantiate(sources, c) }
	all = make([]*topology.Topology, 0, 1)
	tries := []scenario{{}}
	if conditional(sources) {
		tries = scenarios(fresh)
	}
	for _, c := range tries {
		w := fresh(c)
		for _, s := range w.stacks {
			s.dependencies()
		}
		b := newBuilder(w)
		b.t.Path, b.t.Kind, b.t.Scenario = path, kind, c.name
		b.build()
		all = append(all, b.t)
	}
	return all, nil
}
