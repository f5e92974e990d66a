package tfplan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// MaxSize is the size in bytes up to which a plan is read: 64 MiB.
const MaxSize = 64 << 20

// Options say what a plan does not.
type Options struct {
	Account string // the account that is deployed to, 12 digits; empty: as the plan tells, else unknown
	Region  string // the Region of the provider; empty: as the plan tells, else unknown
}

// Detect reports whether data begins like a plan.
func Detect(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n\ufeff")
	head := data[:min(len(data), 4096)]
	return bytes.HasPrefix(data, []byte("{")) && bytes.Contains(head, []byte(`"format_version"`)) &&
		(bytes.Contains(head, []byte(`"terraform_version"`)) || bytes.Contains(data, []byte(`"planned_values"`)))
}

// Read reads the plan in a file. The error is a [*ReadError], or that of the file system.
func Read(path string, o Options) (*topology.Topology, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxSize {
		return nil, &ReadError{File: path, Got: fmt.Sprintf("it has %d bytes", info.Size()), Want: fmt.Sprintf("at most %d", MaxSize)}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ReadBytes(path, data, o)
}

// ReadBytes reads a plan; name stands for it in positions and messages. The error is a [*ReadError].
func ReadBytes(name string, data []byte, o Options) (*topology.Topology, error) {
	if len(data) > MaxSize {
		return nil, &ReadError{File: name, Got: fmt.Sprintf("it has %d bytes", len(data)), Want: fmt.Sprintf("at most %d", MaxSize)}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var plan tfjson.Plan
	if err := json.Unmarshal(data, &plan); err != nil {
		return nil, jsonError(name, data, err)
	}
	if plan.PlannedValues == nil || plan.PlannedValues.RootModule == nil {
		return nil, &ReadError{File: name, Got: "it has no planned values", Want: "the plan that terraform show -json prints of a saved plan"}
	}
	p := newPlan(name, data, &plan, o)
	b := builder{plan: p, topology: &topology.Topology{Path: name, Kind: "terraform"}}
	b.build()
	return b.topology, nil
}
