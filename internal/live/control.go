package live

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// controls reads the policies of the organization, each of which is in the scope of an account that it is above. Those that are
// attached to one target are one level.
//
// [AWS::Organizations::Policy]
//
// [AWS::Organizations::Policy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
func (w *world) controls() {
	for i := range w.Scopes {
		s := &w.Scopes[i]
		if slices.ContainsFunc(s.Gaps, func(g Gap) bool { return strings.HasPrefix(g.Operation, "organizations:") }) {
			continue // not all levels are known
		}
		levels := map[string]map[string][]policygen.Document{} // by type and target
		var order [][2]string
		for j := range s.Resources {
			r := &s.Resources[j]
			var p struct {
				Type      string
				TargetIds []string
				Content   json.RawMessage
			}
			if r.Type == "AWS::Organizations::Account" {
				w.above(s.Account)
			}
			if r.Type != "AWS::Organizations::Policy" || json.Unmarshal(r.Properties, &p) != nil {
				continue
			}
			of := kind.ServiceControlPolicy
			if p.Type == resourceControl {
				of = kind.ResourceControlPolicy
			}
			d, why := document(p.Content, of)
			if why != "" {
				w.Unknowns = append(w.Unknowns, topology.Unknown{ID: r.ID, Stack: s.name(), What: "policy of the organization", Why: why, At: topology.Position{File: s.name()}})
			}
			for _, target := range p.TargetIds {
				if levels[p.Type] == nil {
					levels[p.Type] = map[string][]policygen.Document{}
				}
				if levels[p.Type][target] == nil {
					order = append(order, [2]string{p.Type, target})
				}
				levels[p.Type][target] = append(levels[p.Type][target], d)
			}
		}
		for _, o := range order {
			c := w.above(s.Account)
			switch level := levels[o[0]][o[1]]; o[0] {
			case serviceControl:
				c.Service = append(c.Service, level)
			case resourceControl:
				c.Resource = append(c.Resource, level)
			}
		}
	}
}

// above returns the control policies above an account.
func (w *world) above(account string) *topology.Controls {
	if w.Controls == nil {
		w.Controls = map[string]*topology.Controls{}
	}
	if w.Controls[account] == nil {
		w.Controls[account] = &topology.Controls{}
	}
	return w.Controls[account]
}

// The types of policies of an organization that decide about calls.
const (
	serviceControl  = "SERVICE_CONTROL_POLICY"
	resourceControl = "RESOURCE_CONTROL_POLICY"
)

// document reads a policy of an organization, which may be text; why says what could not be read.
func document(content json.RawMessage, of kind.Policy) (d policygen.Document, why string) {
	var written string
	if json.Unmarshal(content, &written) == nil {
		content = []byte(written)
	}
	v, err := value.ParseJSON("", content)
	if err != nil {
		return d, err.Error()
	}
	var p topology.Policy
	p.Kind = of
	p.Read(v, func(value.Place) topology.Position { return topology.Position{} }, topology.NewRegistry(new(topology.Topology)))
	return p.Document, p.Unknown
}
