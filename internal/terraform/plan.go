package terraform

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/terraform/source"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// A plan is a Terraform plan with its resources by address.
type plan struct {
	name      string
	data      []byte
	resources []*resource // managed ones in the order of the plan, then data sources
	byAddress map[string]*resource
	// byBlock are the instances of one resource block, by the address without indices.
	byBlock   map[string][]*resource
	configs   map[string]*tfjson.ConfigResource // by the address without indices
	places    map[string]topology.Position      // by address; made by the first call of at
	modules   map[string]*tfjson.ConfigModule   // by module path without indices, "" for the root
	calls     map[string]*tfjson.ModuleCall     // by module path
	variables map[string]*tfjson.PlanVariable
	providers map[string]*tfjson.ProviderConfig
	sources   *source.Configuration // nil if it is a plan alone
	deployed  bool                  // it is a state
	environment
}

// A resource is one instance of a managed resource or data source.
type resource struct {
	address  string
	module   string // the path of its module without indices, such as "module.a.module.b"
	within   string // the address of the instance of its module, such as `module.a["x"].module.b`
	block    string // its address without indices
	kind     string // such as "aws_sqs_queue"
	index    any
	data     bool
	values   map[string]any
	unknown  map[string]any         // what is known after apply, in the shape of values
	redacted []string               // attributes whose values are taken out of the plan
	written  *tfjson.ConfigResource // in the plan's configuration; nil if that does not have it
	config   map[string]expression
	row      *catalog.Type // nil if the catalog does not have its type
	// environment is where it is deployed to; nil if its provider in the plan's configuration says so.
	environment  *environment
	mayChange    string // why it is not known whether, or how often, it is there
	properties   map[string]topology.Position
	suppressions []topology.Suppression
	// created and changed say what applying the plan does with it; a created resource is changed too.
	created, changed bool
}

// is reports whether the resource is of the kind, and one that the plan manages.
func (r *resource) is(kind catalog.Kind) bool { return !r.data && r.row != nil && r.row.Kind == kind }

var indexForm = regexp.MustCompile(`\[("([^"\\]|\\.)*"|[0-9]+)\]`)

// withoutIndices returns an address as the configuration has it.
func withoutIndices(address string) string { return indexForm.ReplaceAllString(address, "") }

// newPlan returns a plan, or the state that has its planned values if it is deployed.
func newPlan(name string, data []byte, p *tfjson.Plan, o Options, deployed bool) *plan {
	all := &plan{name: name, data: data, deployed: deployed, byAddress: map[string]*resource{}, byBlock: map[string][]*resource{},
		configs: map[string]*tfjson.ConfigResource{}, modules: map[string]*tfjson.ConfigModule{}, calls: map[string]*tfjson.ModuleCall{}, variables: p.Variables}
	all.redactVariables(p)
	if p.Config != nil && p.Config.RootModule != nil {
		all.addConfig("", p.Config.RootModule)
	}
	all.addModule(p.PlannedValues.RootModule)
	if p.PriorState != nil && p.PriorState.Values != nil && p.PriorState.Values.RootModule != nil {
		all.addData(p.PriorState.Values.RootModule)
	}
	for _, c := range p.ResourceChanges {
		all.addChange(c)
	}
	all.setEnvironment(p, o)
	return all
}

func (p *plan) addConfig(path string, m *tfjson.ConfigModule) {
	p.modules[path] = m
	for _, r := range m.Resources {
		p.configs[strings.TrimPrefix(path+"."+r.Address, ".")] = r
	}
	for name, call := range m.ModuleCalls {
		if call == nil || call.Module == nil {
			continue
		}
		child := strings.TrimPrefix(path+".module."+name, ".")
		p.calls[child] = call
		p.addConfig(child, call.Module)
	}
}

func (p *plan) addModule(m *tfjson.StateModule) {
	for _, r := range m.Resources {
		if r.DeposedKey != "" {
			continue // it is to be deleted
		}
		p.add(r.Address, r.Type, r.Index, r.Mode == tfjson.DataResourceMode, r.AttributeValues).redact(r.SensitiveValues)
	}
	for _, child := range m.ChildModules {
		p.addModule(child)
	}
}

// addData adds the data sources that Terraform has read already.
func (p *plan) addData(m *tfjson.StateModule) {
	for _, r := range m.Resources {
		if r.Mode == tfjson.DataResourceMode && p.byAddress[r.Address] == nil {
			p.add(r.Address, r.Type, r.Index, true, r.AttributeValues).redact(r.SensitiveValues)
		}
	}
	for _, child := range m.ChildModules {
		p.addData(child)
	}
}

// addChange notes what is known only after apply, and adds data sources that are read then.
func (p *plan) addChange(c *tfjson.ResourceChange) {
	if c.Change == nil || c.Change.Actions.Delete() {
		return
	}
	r := p.byAddress[c.Address]
	if r == nil {
		if c.Mode != tfjson.DataResourceMode {
			return
		}
		values, _ := c.Change.After.(map[string]any)
		r = p.add(c.Address, c.Type, c.Index, true, values)
	}
	r.created = c.Change.Actions.Create() || c.Change.Actions.Replace()
	r.changed = r.created || c.Change.Actions.Update()
	r.unknown, _ = c.Change.AfterUnknown.(map[string]any)
	r.hide()
}

func (p *plan) add(address, kind string, index any, data bool, values map[string]any) *resource {
	block := withoutIndices(address)
	r := &resource{address: address, block: block, kind: kind, index: index, data: data, values: values, row: catalog.Terraform(kind)}
	local := block
	for strings.HasPrefix(local, "module.") {
		parts := strings.SplitN(local, ".", 3)
		if len(parts) < 3 {
			break
		}
		r.module = strings.TrimPrefix(r.module+".module."+parts[1], ".")
		local = parts[2]
	}
	if parts := splitReference(address); r.module != "" && len(parts) > 2 {
		r.within = strings.Join(parts[:2*(strings.Count(r.module, "module."))], ".")
	}
	if r.written = p.configs[block]; r.written != nil {
		r.config = p.expressions(r, r.written.Expressions)
	}
	p.resources = append(p.resources, r)
	p.byAddress[address] = r
	p.byBlock[block] = append(p.byBlock[block], r)
	return r
}

// at returns where a resource stands first in the plan's file.
func (p *plan) at(address string) topology.Position {
	if p.places == nil {
		p.places = map[string]topology.Position{}
		addressForm := regexp.MustCompile(`"address": ?("(?:[^"\\]|\\.)*")`)
		line, lineStart, counted := 1, 0, 0
		for _, m := range addressForm.FindAllSubmatchIndex(p.data, -1) {
			passed := p.data[counted:m[0]]
			line += bytes.Count(passed, []byte("\n"))
			if i := bytes.LastIndexByte(passed, '\n'); i >= 0 {
				lineStart = counted + i + 1
			}
			counted = m[0]
			var found string
			if json.Unmarshal(p.data[m[2]:m[3]], &found) != nil {
				continue
			}
			if _, ok := p.places[found]; !ok {
				p.places[found] = topology.Position{File: p.name, Line: line, Column: m[0] - lineStart + 1}
			}
		}
	}
	if at, ok := p.places[address]; ok {
		return at
	}
	return topology.Position{File: p.name}
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
