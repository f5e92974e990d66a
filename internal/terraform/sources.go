package terraform

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/terraform/source"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// ReadSources reads the configuration in a folder, as it is written, as if it were applied. The error is a [*value.Error].
func ReadSources(dir string, o Options) (*topology.Topology, error) {
	return readWritten(dir, o, nil, func(configured map[string]string, p source.Provider) (*source.Configuration, error) {
		return source.Read(dir, source.Options{Variables: o.Variables, VarFiles: o.VarFiles, Env: o.Env, Configured: configured, Content: o.Content}, p)
	})
}

// readWritten makes the topology of a configuration. Prior is what its prior state has, nil if there is none.
func readWritten(name string, o Options, prior *plan, read func(map[string]string, source.Provider) (*source.Configuration, error)) (*topology.Topology, error) {
	p := &plan{name: name, byAddress: map[string]*resource{}, byBlock: map[string][]*resource{}, places: map[string]topology.Position{}}
	of := &provider{plan: p, prior: prior, options: o, known: map[*source.Resource]*resource{}, environments: map[*source.ProviderConfig]environment{}}
	if prior != nil && !text.Unresolved(prior.account) {
		of.options.Account = prior.account
	}
	p.environment = of.usual(nil)
	c, err := read(map[string]string{"aws.region": p.region}, of)
	if err != nil {
		return nil, err
	}
	for _, r := range c.Resources {
		p.addSource(of.resource(r))
		p.places[r.Address] = r.At
	}
	p.sources = c
	b := newBuilder(p, &topology.Topology{Path: name, Kind: "terraform"})
	b.build()
	for _, m := range c.Missing {
		b.missing(m)
	}
	b.Reaches = func(from, to *topology.Element) bool { return p.reaches(from.ID, to.ID) }
	return b.Topology, nil
}

// readSources takes from the sources of a plan what it does not know: the values that are known only after apply, as far as the
// sources tell, and where resources are written. The error says why the sources cannot be used.
func (p *plan) readSources(o Options) error {
	given := make(map[string]any, len(p.variables))
	for name, v := range p.variables {
		given[name] = v.Value
	}
	of := &provider{plan: p, options: o, known: map[*source.Resource]*resource{}, environments: map[*source.ProviderConfig]environment{}}
	c, err := source.Read(o.Sources, source.Options{Values: given, Configured: map[string]string{"aws.region": p.region}}, of)
	if err != nil {
		return err
	}
	for block := range p.configs {
		if !strings.HasPrefix(block, "module.") && !c.Declares(block) {
			return errors.New("they are not those of this plan: " + block + " is not in them")
		}
	}
	p.at("") // those of the plan stay for what the sources do not have
	for _, s := range c.Resources {
		r := p.byAddress[s.Address]
		if r == nil {
			continue
		}
		p.places[s.Address], r.properties, r.suppressions = s.At, s.Properties, s.Suppressions
		if r.config == nil {
			r.config = map[string]expression{}
		}
		for name := range r.unknown {
			_, known := s.Values[name]
			_, open := s.Unknown[name]
			if known || open {
				r.config[name] = written{s.Values[name], s.Unknown[name]}
			} else {
				delete(r.config, name) // null, or not set
			}
		}
	}
	if len(c.Missing) == 0 {
		p.sources = c
	}
	return nil
}

func (p *plan) addSource(r *resource) {
	p.resources = append(p.resources, r)
	p.byAddress[r.address] = r
	p.byBlock[r.block] = append(p.byBlock[r.block], r)
}

// A written expression is one as the sources have it, evaluated: what is known of its value, and what is not.
type written struct{ known, unknown any }

func (e written) values() values {
	all := constant(e.known)
	all.why = firstOf(whyUnknown(e.unknown), all.why)
	return all
}

// whyUnknown returns the first reason in what is not known.
func whyUnknown(v any) string {
	switch v := v.(type) {
	case source.Unknown:
		return string(v)
	case []any:
		for _, item := range v {
			if why := whyUnknown(item); why != "" {
				return why
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if why := whyUnknown(v[name]); why != "" {
				return why
			}
		}
	}
	return ""
}

func (e written) blocks() []map[string]expression {
	known, _ := e.known.([]any)
	unknown, _ := e.unknown.([]any)
	if m, ok := e.known.(map[string]any); ok {
		known, unknown = []any{m}, []any{e.unknown}
	}
	all := make([]map[string]expression, len(known))
	for i, item := range known {
		values, _ := item.(map[string]any)
		var open map[string]any
		if i < len(unknown) {
			open, _ = unknown[i].(map[string]any)
		}
		all[i] = writtenExpressions(values, open)
	}
	return all
}

func writtenExpressions(values, unknown map[string]any) map[string]expression {
	all := make(map[string]expression, len(values))
	for name, v := range values {
		all[name] = written{v, unknown[name]}
	}
	for name, v := range unknown {
		all[name] = written{values[name], v}
	}
	return all
}

// missing notes a module whose sources are not there: it may set policies of what it is passed.
func (b *builder) missing(m source.MissingModule) {
	b.Unknowns = append(b.Unknowns, topology.Unknown{ID: m.Address, What: "module", Why: m.Why, At: m.At})
	p := &topology.Policy{Element: topology.Element{ID: m.Address, At: m.At}, Unknown: m.Address + " refers to it, and " + m.Why}
	passed := map[string]bool{}
	mentions(m.Inputs, passed)
	for _, r := range b.plan.resources {
		if r.data || r.row == nil || !slices.Contains(m.RefersTo, r.block) && !passed[b.plan.arn(r)] && !passed[r.text(r.row.Terraform.Name)] {
			continue
		}
		switch r.row.Kind {
		case catalog.Topic:
			if t := b.Topic(b.plan.arn(r)); t != nil {
				t.Possible = append(t.Possible, p)
				b.Touch(topology.Touch{Element: p.Element, What: "module", Property: "its arguments", Topic: t})
			}
		case catalog.Queue:
			if q := b.Queue(b.plan.arn(r)); q != nil {
				q.Possible = append(q.Possible, p)
				b.Touch(topology.Touch{Element: p.Element, What: "module", Property: "its arguments", Queue: q})
			}
		case catalog.Key:
			if k := b.Key(b.plan.arn(r)); k != nil {
				k.Possible = append(k.Possible, p)
			}
		case catalog.Role, catalog.User:
			if c := b.Caller(b.plan.arn(r)); c != nil {
				c.Possible = append(c.Possible, p)
			}
		}
	}
}

// mentions collects the texts in a value.
func mentions(v any, all map[string]bool) {
	switch v := v.(type) {
	case string:
		all[v] = v != ""
	case []any:
		for _, item := range v {
			mentions(item, all)
		}
	case map[string]any:
		for _, member := range v {
			mentions(member, all)
		}
	}
}
