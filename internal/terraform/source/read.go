package source

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"

	"github.com/hashicorp/hcl/v2"
)

// A reader reads one configuration.
type reader struct {
	budget
	root       string // the folder of the root module
	provider   Provider
	tree       *Tree // nil if the configuration is in a folder
	configured map[string]string
	changed    map[string][]byte // content in place of that of files, by path
	parsed     map[string]*module
	notes      map[string]map[int32][]value.Note // suppressions by file and line of a block
	strays     map[string][]value.Note           // suppressions at no block, by file
	asked      map[string]bool                   // names of attributes that expressions ask for
	installed  map[string]string
	values     map[string]given
	instances  int // of resources and modules
	called     int // calls of modules
	depth      int // of values that depend on each other
	resources  []*Resource
	missing    []MissingModule
	byPath     map[string]*instance // one instance of each module, by its path without indices
	edges      map[string][]string
	shared     functionTable // the functions that are the same in every module
}

// Read reads the configuration in a folder. The error is a [*value.Error].
func Read(dir string, o Options, p Provider) (*Configuration, error) {
	return read(dir, nil, o, p)
}

// ReadTree reads a configuration that is not in a folder. The error is a [*value.Error].
func ReadTree(t Tree, o Options, p Provider) (*Configuration, error) {
	return read(".", &t, o, p)
}

func read(dir string, t *Tree, o Options, p Provider) (*Configuration, error) {
	rd := &reader{tree: t, budget: budget{left: maxWork}, root: dir, provider: p, configured: o.Configured, changed: o.Content, parsed: map[string]*module{},
		asked: map[string]bool{"arn": true, "id": true, "name": true}, byPath: map[string]*instance{}}
	m, err := rd.parseModule(dir)
	if err != nil {
		return nil, err
	}
	if rd.values, err = rd.givenValues(m, o); err != nil {
		return nil, err
	}
	rd.installed = rd.placed()
	root := rd.newInstance(m, nil, nil, "", "")
	if err := m.parseCalls(rd, "", 0); err != nil {
		return nil, err
	}
	root.readAll()
	if rd.err != nil {
		return nil, rd.err
	}
	return &Configuration{Resources: rd.resources, Missing: rd.missing, reader: rd}, nil
}

// Variables returns the names of the variables of the root module.
func (c *Configuration) Variables() []string {
	return slices.Sorted(maps.Keys(c.reader.byPath[""].variables))
}

// Strays returns the suppressions in comments that are at no block.
func (c *Configuration) Strays() []topology.Suppression {
	var all []topology.Suppression
	for _, path := range slices.Sorted(maps.Keys(c.reader.strays)) {
		all = append(all, topology.Commented(path, c.reader.strays[path])...)
	}
	return all
}

// An instance is one instance of a module.
type instance struct {
	*reader
	*module
	parent     *instance
	call       *moduleCall // nil for the root
	address    string      // such as module.q["a"]; "" for the root
	path       string      // the address without indices
	each       repetition  // of the call
	memo       map[string]*cell
	configs    map[string]*ProviderConfig
	expansions map[*block]*expansion
	callCells  []*moduleCall
}

// A cell is a value that is evaluated once.
type cell struct {
	value cty.Value
	done  bool
}

func (rd *reader) newInstance(m *module, parent *instance, call *moduleCall, address, path string) *instance {
	in := &instance{reader: rd, module: m, parent: parent, call: call, address: address, path: path, memo: map[string]*cell{}, configs: map[string]*ProviderConfig{},
		expansions: map[*block]*expansion{}}
	if rd.byPath[path] == nil {
		rd.byPath[path] = in
	}
	return in
}

// within returns the address of something in the module.
func (in *instance) within(local string) string {
	if in.address == "" {
		return local
	}
	return in.address + "." + local
}

func (in *instance) withinPath(local string) string {
	if in.path == "" {
		return local
	}
	return in.path + "." + local
}

// once evaluates what a key names, unless it is evaluated already. What refers to itself is unknown.
func (in *instance) once(key string, at hcl.Range, evaluate func() cty.Value) cty.Value {
	c := in.memo[key]
	switch {
	case c == nil:
	case c.done:
		return c.value
	default:
		return unknown(in.within(key) + " refers to itself")
	}
	if in.depth >= maxEvaluated {
		in.exceed(at, "value", "more than 400 values depend on each other in a row", "fewer")
	}
	if in.err != nil {
		return unknown("a limit is passed")
	}
	c = &cell{}
	in.memo[key] = c
	in.depth++
	c.value = evaluate()
	in.depth--
	c.done = true
	if !in.spend(size(c.value)/2, at) {
		c.value = unknown("a limit is passed")
	}
	return c.value
}

// readAll reads every resource of the module and of those that it calls.
func (in *instance) readAll() {
	for _, b := range in.blocks {
		in.resources = append(in.resources, in.expand(b).resources...)
		if in.err != nil {
			return
		}
	}
	for i := range in.calls {
		c := in.callOf(i)
		if c.missing != "" {
			in.noteMissing(c)
		}
		for _, child := range in.children(c) {
			child.readAll()
		}
	}
}

// at returns a range as a position.
func at(r hcl.Range) topology.Position {
	return topology.Position{File: r.Filename, Line: r.Start.Line, Column: r.Start.Column}
}

// shown returns the path of a folder relative to the root module's, as Terraform has it in path.module.
func (rd *reader) shown(dir string) string {
	rel, err := filepath.Rel(rd.root, dir)
	if err != nil {
		return dir
	}
	return filepath.ToSlash(rel)
}
