package golden

import (
	"regexp"
	"strings"
	"testing"
)

// NoCycle fails the test if resources of a template depend on each other in a cycle, which CloudFormation refuses.
func NoCycle(t *testing.T, name string, template any) {
	t.Helper()
	types := Resources(template)
	m, _ := template.(map[string]any)
	resources, _ := m["Resources"].(map[string]any)
	edges := map[string][]string{}
	for id, r := range resources {
		refs := map[string]bool{}
		references(r, types, refs)
		edges[id] = sorted(refs)
	}
	state := map[string]int{}
	var path []string
	var visit func(string) bool
	visit = func(id string) bool {
		path = append(path, id)
		defer func() { path = path[:len(path)-1] }()
		state[id] = 1
		for _, to := range edges[id] {
			if state[to] == 1 {
				t.Errorf("%s: dependency cycle: %s -> %s", name, strings.Join(path, " -> "), to)
				return false
			}
			if state[to] == 0 && !visit(to) {
				return false
			}
		}
		state[id] = 2
		return true
	}
	for _, id := range sorted(resources) {
		if state[id] == 0 && !visit(id) {
			return
		}
	}
}

var subVariable = regexp.MustCompile(`\$\{([A-Za-z0-9]+)[.}]`)

// references collects the resources that a value refers to.
func references(v any, types map[string]string, found map[string]bool) {
	note := func(id string) {
		if _, ok := types[id]; ok {
			found[id] = true
		}
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			references(x, types, found)
		}
	case map[string]any:
		for key, x := range v {
			switch arg := x.(type) {
			case string:
				if key == "Ref" || key == "DependsOn" {
					note(arg)
				}
				if key == "Fn::Sub" {
					for _, m := range subVariable.FindAllStringSubmatch(arg, -1) {
						note(m[1])
					}
				}
			case []any:
				if key == "Fn::GetAtt" || key == "DependsOn" {
					for _, a := range arg {
						if s, ok := a.(string); ok {
							note(s)
						}
					}
				}
			}
			references(x, types, found)
		}
	}
}
