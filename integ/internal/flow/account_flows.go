package flow

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/hopgrant/hopgrant/policygen"

	"github.com/hopgrant/hopgrant/integ/internal/account"
	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// OneAccount returns the flows that can run in a single account: those of the examples that need neither a second
// account nor another team's queue.
func OneAccount() []Flow {
	var flows []Flow
	for _, f := range Examples {
		if len(f.Stacks) == 1 {
			flows = append(flows, f.withoutTriggers())
		}
	}
	return flows
}

// withoutTriggers returns the flow without the queues whose messages a deployed function takes.
func (f Flow) withoutTriggers() Flow {
	triggers := func(queue string) bool {
		return slices.ContainsFunc(f.Callers, func(c Caller) bool { return c.On == queue && c.Client == policygen.LambdaTrigger })
	}
	f.Routes = slices.DeleteFunc(slices.Clone(f.Routes), func(r Route) bool { return triggers(r.Queue) })
	return f
}

// Contents returns the number of resources in the flow's templates by type, such as "3 AWS::SQS::Queue".
func (f Flow) Contents(t programs.Set) ([]string, error) {
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

// Retained returns the types of the resources of a deployed stack that outlive it, by physical id.
func (f Flow) Retained(t programs.Set, s *account.Stack) (map[string]string, error) {
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

func (fs Stack) read(t programs.Set) (emulator.Template, error) {
	data, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(fs.Template)))
	if err != nil {
		return nil, err
	}
	template, err := emulator.ParseTemplate(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", fs.Template, err)
	}
	return template, nil
}
