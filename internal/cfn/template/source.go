package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
)

const (
	// nestedStack is the type of a stack that a template holds.
	nestedStack = "AWS::CloudFormation::Stack"
	// stackSet is the type of stacks in other accounts and Regions whose template is text in a template.
	stackSet = "AWS::CloudFormation::StackSet"
	// maxNestedStacks is how deep stacks may be nested in stacks, as local templates or in an assembly.
	maxNestedStacks = 20
	// maxStacks and maxResources are how many stacks are read together, and how many resources all of them may have.
	maxStacks    = 500
	maxResources = 50_000
)

// Templates are the files that one reading reads. Each is read once, however many stacks are made of it.
type templates struct {
	root              string               // the folder outside of which nothing is opened
	content           map[string][]byte    // in place of files, by path
	read              map[string]*template // by path
	errs              []error              // what is wrong with those that are left out
	names             map[string]bool      // of stacks
	stacks, resources int
}

// The causes of the errors that end a reading.
var (
	errTooMany = fmt.Errorf("%w: more stacks or resources than are read together", value.ErrTooLarge)
	errNesting = fmt.Errorf("%w: more levels of stacks or stages than are read", value.ErrTooDeep)
)

// note notes what is wrong with a file without which the others are read.
func (ts *templates) note(err error) { ts.errs = append(ts.errs, err) }

// stack returns the template of one more stack; shown is its name in errors. A template with an error is one too many.
func (ts *templates) stack(path, shown string) (*template, error) {
	t := ts.read[path]
	if t == nil {
		data, changed := ts.content[path]
		if !changed {
			var err error
			if data, err = readFileIn(ts.root, path, shown); err != nil {
				return nil, err
			}
		}
		var err error
		if t, err = parse(shown, data); err != nil {
			return nil, err
		}
		if ts.read == nil {
			ts.read = map[string]*template{}
		}
		ts.read[path] = t
	}
	return t, ts.count(t)
}

// name returns the first of the names that no other stack has; the last one is nobody else's.
func (ts *templates) name(names ...string) string {
	if ts.names == nil {
		ts.names = map[string]bool{}
	}
	last := len(names) - 1
	for _, name := range names[:last] {
		if name != "" && !strings.Contains(name, " ") && !ts.names[name] {
			ts.names[name] = true
			return name
		}
	}
	return names[last]
}

// count counts a stack that is made of a template.
func (ts *templates) count(t *template) error {
	ts.stacks++
	ts.resources += len(t.resources)
	switch {
	case ts.stacks > maxStacks:
		return tooMany(t.file, "stacks", maxStacks)
	case ts.resources > maxResources:
		return tooMany(t.file, "resources", maxResources)
	}
	return nil
}

func tooMany(file, what string, most int) error {
	return &value.Error{File: file, What: "nested stack", Got: "there are too many " + what + " in all", Want: fmt.Sprintf("at most %d", most), Cause: errTooMany}
}

// A source is a stack before it is read under a scenario.
type source struct {
	template        *template
	name            string // of the stack; "" if not known
	shown           string
	account, region string
	partition       string // "" if the Region tells it
	arguments       map[string]value.Value
	children        map[string]*source // by logical id of the nested stack
	unread          map[string]string  // why the template of a nested stack is not read
	paths           constructPaths
}

// instantiate returns the stacks of the sources under a scenario.
func instantiate(sources []*source, types Types, c scenario, work *int) *World {
	w := &World{Scenario: c.name, types: types, scenario: c, work: work, exports: map[string]export{}, imports: map[string]bool{}, partition: partitionOf(sources)}
	for _, s := range sources {
		s.instantiate(w, nil, "")
	}
	for _, s := range w.Stacks {
		for _, m := range s.outputs.Members {
			name := s.Resolve(m.Value.Path("Export", "Name"))
			if condition := m.Value.Get("Condition").Text; condition != "" && s.Holds(m.At, condition) != text.Yes || !name.Scalar() {
				continue
			}
			e := export{s, m.Key}
			if _, twice := w.exports[s.Environment()+name.Text]; twice {
				e = export{} // stages of an application, or an account or Region that is not known
			}
			w.exports[s.Environment()+name.Text] = e
		}
	}
	return w
}

func (src *source) instantiate(w *World, parent *Stack, id string) *Stack {
	t := src.template
	s := &Stack{Resources: t.resources, Strange: slices.Clip(t.strange), Shown: src.shown, Construct: src.paths.stack, Account: src.account, Region: src.region,
		template: t, world: w, byID: t.byID, name: src.name, partition: src.partition, paths: src.paths, arguments: src.arguments, parent: parent, inParent: id,
		children: map[string]*Stack{}, unread: src.unread, conditions: t.conditions, outputs: t.outputs,
		values: make(map[what]value.Value, 2*len(t.resources)), within: map[what]bool{}, truth: map[string]text.Truth{}, deciding: map[string]bool{}}
	w.Stacks = append(w.Stacks, s)
	if parent != nil {
		s.Account, s.Region = parent.Account, parent.Region
		if r := parent.byID[id]; r != nil {
			s.name = parent.GeneratedName(r)
		}
	}
	if t.loops {
		s.unroll()
	}
	for _, name := range t.transforms {
		if carryOut := w.types.Transforms[name]; carryOut != nil {
			carryOut(s)
		}
	}
	for _, child := range slices.Sorted(maps.Keys(src.children)) {
		if s.byID[child] != nil {
			s.children[child] = src.children[child].instantiate(w, s, child)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.sets)) {
		if r := s.byID[id]; r != nil {
			set := &source{template: t.sets[id], shown: strings.TrimPrefix(src.shown+"/"+id, "/"), arguments: map[string]value.Value{}}
			for _, p := range r.Properties.Get("Parameters").Items {
				v := p.Get("ParameterValue")
				if !v.Scalar() {
					v = value.NewText(v.At, s.Unknown(id+"."+p.Get("ParameterKey").Text))
				}
				set.arguments[p.Get("ParameterKey").Text] = v
			}
			set.instantiate(w, nil, "")
		}
	}
	return s
}

// stackSets reads the templates of the stack sets, all of whose values stand where the text does. Where the stacks are
// deployed to is not known.
//
// [AWS::CloudFormation::StackSet]
//
// [AWS::CloudFormation::StackSet]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
func (t *template) stackSets(depth int) {
	for _, r := range t.resources {
		if r.Type != stackSet {
			continue
		}
		body := r.Properties.Get("TemplateBody")
		why := "its template is not in the file: " + value.Excerpt(r.Properties.Get("TemplateURL").Text)
		switch {
		case depth >= maxNestedStacks:
			why = tooDeep(t.file).Error()
		case body.Kind == value.Text:
			root, err := yaml.Parse(t.file, []byte(body.Text), IntrinsicTag)
			if err == nil {
				var set *template
				if set, err = newTemplate(t.file, root.MovedTo(body.At), depth+1); err == nil {
					err = set.deployable()
				}
				if err == nil {
					if t.sets == nil {
						t.sets = map[string]*template{}
					}
					set.loops = t.loops
					t.sets[r.ID] = set
					continue
				}
			}
			why = "its TemplateBody cannot be read: " + err.Error()
		case body.There():
			why = "its TemplateBody is not plain text"
		}
		t.strange = append(t.strange, Oddity{r.ID, "stack set", why, r.At, Nothing})
	}
}

// conditional reports whether any of the templates has conditions.
func conditional(sources []*source) bool {
	return slices.ContainsFunc(sources, func(s *source) bool {
		return len(s.template.conditions.Members) > 0 || len(s.template.sets) > 0 || conditional(slices.Collect(maps.Values(s.children)))
	})
}
