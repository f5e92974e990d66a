package integ

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// AccountFlows are the flows that can run in one account of anybody's: the examples without those that need two accounts, or
// another team's queue.
func AccountFlows() []Flow {
	var flows []Flow
	for _, f := range exampleFlows {
		if len(f.Stacks) == 1 {
			flows = append(flows, f.withoutTriggers())
		}
	}
	return flows
}

// withoutTriggers returns the flow without the queues from which a deployed function takes the messages away.
func (f Flow) withoutTriggers() Flow {
	triggers := func(queue string) bool {
		return slices.ContainsFunc(f.Callers, func(c Caller) bool { return c.On == queue && c.Client == policygen.LambdaTrigger })
	}
	f.Routes = slices.DeleteFunc(slices.Clone(f.Routes), func(r Route) bool { return triggers(r.Queue) })
	return f
}

// Contents counts the resources of the flow's templates by type, such as "3 AWS::SQS::Queue".
func (f Flow) Contents(t Tools) ([]string, error) {
	counts := map[string]int{}
	for _, s := range f.Stacks {
		template, err := s.read(t)
		if err != nil {
			return nil, err
		}
		for id := range template.Resources() {
			counts[template.Type(id)]++
		}
	}
	var lines []string
	for _, typ := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("%d %s", counts[typ], typ))
	}
	return lines, nil
}

// Retained returns the resources of a deployed stack that outlive it, by physical id, with their types.
func (f Flow) Retained(t Tools, s *Stack) (map[string]string, error) {
	retained := map[string]string{}
	for _, fs := range f.Stacks {
		template, err := fs.read(t)
		if err != nil {
			return nil, err
		}
		for id, r := range template.Resources() {
			if r.(map[string]any)["DeletionPolicy"] == "Retain" && s.Physical[id] != "" {
				retained[s.Physical[id]] = template.Type(id)
			}
		}
	}
	return retained, nil
}

func (fs FlowStack) read(t Tools) (Template, error) {
	data, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(fs.Template)))
	if err != nil {
		return nil, err
	}
	template, err := ParseTemplate(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", fs.Template, err)
	}
	return template, nil
}

// IsEmulated reports whether the environment sends the AWS SDKs somewhere else than to AWS.
func IsEmulated() bool {
	for _, v := range os.Environ() {
		if name, value, _ := strings.Cut(v, "="); strings.HasPrefix(name, "AWS_ENDPOINT_URL") && value != "" {
			return true
		}
	}
	return false
}
