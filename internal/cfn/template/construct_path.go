package template

import (
	"encoding/json"
	"path/filepath"
	"strings"
)

// Metadata is what the CDK says of the constructs of a stack, by their paths.
type metadata map[string][]struct {
	Type string
	Data json.RawMessage
}

// A constructPaths tells the paths of the constructs of a stack by their logical ids, where the template does not.
type constructPaths struct {
	stack string                       // the path of the stack itself
	in    string                       // that of a nested stack; "" for a stack that is in none
	all   map[string]map[string]string // by the path of the nested stack and the logical id
}

const (
	logicalID      = "aws:cdk:logicalId"
	pathInTemplate = "aws:cdk:path"
	// The CDK makes a nested stack "Shop/Inner" of the resource "Shop/Inner.NestedStack/Inner.NestedStackResource".
	nestedScope, nestedResource = ".NestedStack", ".NestedStackResource"
)

// constructPaths returns what an artifact says of its stack and the stacks nested in it. Where it cannot be read, ids have to do.
func (a *assembly) constructPaths(dir string, of artifact) constructPaths {
	meta := of.Metadata
	if of.AdditionalMetadataFile != "" {
		_ = a.json(filepath.Join(dir, of.AdditionalMetadataFile), &meta)
	}
	c := constructPaths{stack: of.DisplayName, all: map[string]map[string]string{"": {}}}
	for path := range meta {
		if nested, is := nestedIn(path); is {
			c.all[nested] = map[string]string{}
		}
	}
	for path, entries := range meta {
		for _, e := range entries {
			var id string
			if e.Type == logicalID && json.Unmarshal(e.Data, &id) == nil {
				path := strings.TrimPrefix(path, "/")
				c.all[c.stackOf(path)][id] = path
			}
		}
	}
	return c
}

// nestedIn returns the path of the nested stack whose resource has a path.
func nestedIn(path string) (string, bool) {
	path = strings.TrimPrefix(path, "/")
	i := strings.LastIndexByte(path, '/')
	if i < 0 || !strings.HasSuffix(path, nestedResource) {
		return "", false
	}
	return strings.CutSuffix(path[:i], nestedScope)
}

// stackOf returns the path of the nested stack that a construct is in.
func (c constructPaths) stackOf(path string) string {
	for i := strings.LastIndexByte(path, '/'); i > 0; i = strings.LastIndexByte(path, '/') {
		path = path[:i]
		if c.all[path] != nil {
			return path
		}
	}
	return ""
}

// of returns the path of the construct that a resource is of; "" if it is not known.
func (c constructPaths) of(r *Resource) string {
	if p := r.Body.Path("Metadata", pathInTemplate).Text; p != "" {
		return p
	}
	return c.all[c.in][r.ID]
}

// within returns what is known of the stack of a resource.
func (c constructPaths) within(r *Resource) constructPaths {
	nested, is := nestedIn(c.of(r))
	if !is {
		return constructPaths{}
	}
	return constructPaths{nested, nested, c.all}
}

// ConstructPath returns the path of the CDK construct that a resource is of, without the last part where that is only the
// resource within its construct; "" if there is none, or it is not known.
//
// [Construct paths]
//
// [Construct paths]: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-paths
func (s *Stack) ConstructPath(r *Resource) string {
	path := strings.TrimPrefix(s.paths.of(r), "/")
	for _, only := range []string{"/Resource", "/Default"} {
		if construct, is := strings.CutSuffix(path, only); is {
			return construct
		}
	}
	return path
}
