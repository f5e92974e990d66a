// Package terraform reads Terraform into a topology: sources, plans as `terraform show -json` prints them, alone or beside their
// sources, saved plans, and states. All of them become resources with values, references and marks of what is not known, and one
// mapping of types makes the topology.
//
// A plan knows the values that Terraform could compute before anything is created, and the references of the
// configuration. Where a value is known only after apply, the references are followed: to resources, variables, outputs
// of modules and data sources. What a reference does not tell, such as the text around it, stays unknown, and a document
// that is put together by jsonencode around references is unknown as a whole.
//
// [JSON output format]
//
// [JSON output format]: https://developer.hashicorp.com/terraform/internals/json-format
package terraform

import (
	"bytes"

	"github.com/hopgrant/hopgrant/internal/terraform/source"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// MaxSize is the size in bytes up to which a plan is read: 64 MiB.
const MaxSize = 64 << 20

// Options say what a plan does not.
type Options struct {
	Account string // the account that is deployed to, 12 digits; empty: as the plan tells, else unknown
	Region  string // the Region of the provider; empty: as the plan tells, else unknown
	// Sources is the folder with the sources of a plan; empty: they are not there. What is known only after apply, and the places
	// of resources, come from them.
	Sources string
	// Variables, VarFiles and Env are the values of variables in sources, as [source.Options] has them.
	Variables map[string]string
	VarFiles  []string
	Env       func(string) string
	// Content is read in place of the source files with these paths.
	Content map[string][]byte
}

// Detect reports whether data begins like a plan.
func Detect(data []byte) bool {
	data = value.UTF8(data)
	head := data[:min(len(data), 4096)]
	return value.LooksLikeJSON(data) && bytes.Contains(head, []byte(`"format_version"`)) &&
		(bytes.Contains(head, []byte(`"terraform_version"`)) || bytes.Contains(data, []byte(`"planned_values"`)))
}

// Read reads the plan in a file. The error is a [*value.Error].
func Read(path string, o Options) (*topology.Topology, error) {
	data, err := value.ReadFile(path, path, MaxSize)
	if err != nil {
		return nil, err
	}
	return ReadBytes(path, data, o)
}

// ReadBytes reads a plan; name stands for it in positions and messages. The error is a [*value.Error].
func ReadBytes(name string, data []byte, o Options) (*topology.Topology, error) {
	if err := value.CheckSize(name, int64(len(data)), MaxSize); err != nil {
		return nil, err
	}
	data = value.UTF8(data)
	plan, err := parsePlan(name, data)
	if err != nil {
		return nil, err
	}
	if plan.PlannedValues == nil || plan.PlannedValues.RootModule == nil {
		return nil, &value.Error{File: name, What: "plan", Got: "it has no planned values",
			Want: "the plan that terraform show -json prints of a saved plan", Cause: value.ErrShape}
	}
	p := newPlan(name, data, plan, o, false)
	var unread error // why the sources are not
	if o.Sources != "" {
		unread = p.readSources(o)
	}
	b := newBuilder(p, &topology.Topology{Path: name, Kind: "terraform"})
	b.build()
	if unread != nil {
		b.Unknowns = append(b.Unknowns, topology.Unknown{ID: o.Sources, What: "configuration", Why: "the sources beside the plan are not read: " + unread.Error(),
			At: topology.Position{File: name}})
	}
	b.Reaches = func(from, to *topology.Element) bool { return p.reaches(from.ID, to.ID) }
	return b.Topology, nil
}

// IsSource reports whether a file of that name is part of a configuration that [ReadSources] reads.
func IsSource(name string) bool { return source.IsSource(name) }

// Calls returns the folders of the modules that the configuration in a folder calls.
func Calls(dir string) []string { return source.Calls(dir) }
