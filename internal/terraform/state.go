package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// stateVersion is the version of the state file that is read.
const stateVersion = 4

// DetectState reports whether data begins like a state: terraform.tfstate, or what terraform show -json prints of it.
func DetectState(data []byte) bool {
	data = value.UTF8(data)
	head := data[:min(len(data), 4096)]
	if !value.LooksLikeJSON(data) || !bytes.Contains(head, []byte(`"terraform_version"`)) {
		return false
	}
	return bytes.Contains(head, []byte(`"lineage"`)) && bytes.Contains(head, []byte(`"serial"`)) ||
		bytes.Contains(head, []byte(`"format_version"`)) && bytes.Contains(head, []byte(`"values"`)) && !bytes.Contains(head, []byte(`"planned_values"`))
}

// ReadState reads a state, which holds what is deployed. The error is a [*value.Error].
func ReadState(path string, o Options) (*topology.Topology, error) {
	data, err := value.ReadFile(path, path, MaxSize)
	if err != nil {
		return nil, err
	}
	return ReadStateBytes(path, data, o)
}

// ReadStateBytes reads a state; name stands for it in positions and messages. The error is a [*value.Error].
func ReadStateBytes(name string, data []byte, o Options) (*topology.Topology, error) {
	if err := value.CheckSize(name, int64(len(data)), MaxSize); err != nil {
		return nil, err
	}
	data = value.UTF8(data)
	tree, err := value.ParseJSON(name, data) // deep nesting, broken JSON and duplicate keys have their message from here
	if err != nil {
		return nil, err
	}
	plan := &tfjson.Plan{}
	isFile := tree.Has("lineage")
	if isFile {
		plan.PlannedValues, err = stateFile(name, tree, data)
	} else {
		plan.PlannedValues, err = shownState(name, data)
	}
	if err != nil {
		return nil, err
	}
	p := newPlan(name, data, plan, o, true)
	if isFile {
		p.places = placesOf(name, tree)
	}
	b := newBuilder(p, &topology.Topology{Path: name, Kind: "terraform"})
	b.build()
	return b.Topology, nil
}

// shownState returns the values of what terraform show -json prints of a state.
func shownState(name string, data []byte) (*tfjson.StateValues, error) {
	var state tfjson.State
	if err := json.Unmarshal(data, &state); err != nil {
		return nil, &value.Error{File: name, What: "state", Got: err.Error(), Want: "the output of terraform show -json", Cause: value.ErrShape}
	}
	if state.Values == nil || state.Values.RootModule == nil || !holdsAll(state.Values.RootModule) {
		return nil, &value.Error{File: name, What: "state", Got: "it has no values", Want: "what terraform show -json prints of a state that is not empty", Cause: value.ErrShape}
	}
	return state.Values, nil
}

// holdsAll reports whether none of the lists of a module holds null.
func holdsAll(m *tfjson.StateModule) bool {
	for _, r := range m.Resources {
		if r == nil {
			return false
		}
	}
	for _, child := range m.ChildModules {
		if child == nil || !holdsAll(child) {
			return false
		}
	}
	return true
}

// stateFile returns the values of a terraform.tfstate.
//
// [State file]
//
// [State file]: https://developer.hashicorp.com/terraform/language/state
func stateFile(name string, tree value.Value, data []byte) (*tfjson.StateValues, error) {
	var state struct {
		Version   int
		Resources []struct {
			Module, Mode, Type, Name string
			Instances                []struct {
				IndexKey   any               `json:"index_key"`
				Deposed    string            `json:"deposed"`
				Attributes map[string]any    `json:"attributes"`
				Flat       map[string]string `json:"attributes_flat"`
				Sensitive  json.RawMessage   `json:"sensitive_attributes"`
			}
		}
	}
	if v := tree.Get("version"); v.Text != strconv.Itoa(stateVersion) {
		e := &value.Error{File: name, What: "state of version", Value: v.Text, Got: "it is not read", Want: fmt.Sprintf("version %d", stateVersion),
			Fix: "run terraform show -json > state.json", Cause: value.ErrShape}
		return nil, e.In(v.At)
	}
	if err := json.Unmarshal(data, &state); err != nil {
		return nil, &value.Error{File: name, What: "state", Got: err.Error(), Want: "a terraform.tfstate", Cause: value.ErrShape}
	}
	root := &tfjson.StateModule{}
	for _, r := range state.Resources {
		address := r.Type + "." + r.Name
		mode := tfjson.ManagedResourceMode
		if r.Mode == "data" {
			mode, address = tfjson.DataResourceMode, "data."+address
		}
		if r.Module != "" {
			address = r.Module + "." + address
		}
		for _, i := range r.Instances {
			at := address + indexSuffix(i.IndexKey)
			switch {
			case i.Deposed != "":
				continue // it is to be deleted
			case i.Flat != nil:
				return nil, &value.Error{File: name, What: "resource", Value: at, Got: "it is as Terraform 0.11 wrote it", Want: "attributes",
					Fix: "run terraform apply -refresh-only", Cause: value.ErrShape}
			}
			root.Resources = append(root.Resources, &tfjson.StateResource{Address: at, Mode: mode, Type: r.Type, Name: r.Name,
				Index: i.IndexKey, AttributeValues: i.Attributes, SensitiveValues: sensitive(i.Sensitive)})
		}
	}
	return &tfjson.StateValues{RootModule: root}, nil
}

// placesOf returns where the instances of a terraform.tfstate stand, by address.
func placesOf(name string, tree value.Value) map[string]topology.Position {
	all := map[string]topology.Position{}
	for _, r := range tree.Get("resources").Items {
		block := r.Get("type").Text + "." + r.Get("name").Text
		if r.Get("mode").Text == "data" {
			block = "data." + block
		}
		if module := r.Get("module").Text; module != "" {
			block = module + "." + block
		}
		for _, i := range r.Get("instances").Items {
			address := block
			switch index := i.Get("index_key"); index.Kind {
			case value.Text:
				address += indexSuffix(index.Text)
			case value.Number:
				address += "[" + index.Text + "]"
			}
			if !i.Has("deposed") {
				all[address] = topology.Position{File: name, Line: int(i.At.Line), Column: int(i.At.Column)}
			}
		}
	}
	return all
}

// sensitive returns the attributes that paths of a state name, in the form of terraform show -json.
func sensitive(paths json.RawMessage) json.RawMessage {
	var all [][]struct {
		Type  string
		Value any
	}
	if json.Unmarshal(paths, &all) != nil {
		return nil
	}
	names := map[string]bool{}
	for _, path := range all {
		if len(path) > 0 && path[0].Type == "get_attr" {
			if name, ok := path[0].Value.(string); ok {
				names[name] = true
			}
		}
	}
	marked, _ := json.Marshal(names)
	return marked
}

// indexSuffix returns the index of an instance as an address has it.
func indexSuffix(index any) string {
	switch i := index.(type) {
	case float64:
		return "[" + strconv.FormatFloat(i, 'f', -1, 64) + "]"
	case string:
		return "[" + strconv.Quote(i) + "]"
	}
	return ""
}
