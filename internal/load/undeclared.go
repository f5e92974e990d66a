package load

import (
	"maps"
	"slices"

	"github.com/hopgrant/hopgrant/policygen"
)

// undeclared returns an error for each parameter and variable with a value that nothing of what was read declares, as CloudFormation
// and Terraform do: it is likely to be misspelt, and what it is for to be left open.
func undeclared[R any](results []result[R], o Options) (errs []error) {
	var names []string
	for i := range results {
		names = append(names, results[i].inputs...)
	}
	look := func(what, want string, given map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(given)) {
			if !o.Shared[name] && !slices.Contains(names, name) {
				errs = append(errs, &policygen.InputError{What: what, Value: name, Got: "nothing that was read declares it", Want: want})
			}
		}
	}
	look("parameter", "a parameter of one of the templates", o.Parameters)
	look("variable", "a variable of the root module", o.Variables)
	return errs
}
