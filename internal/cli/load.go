package cli

import (
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// loadFlags holds the flags that say what the files do not.
type loadFlags struct {
	parameters             []string
	variables, varFiles    []string
	account, region, stack string
	// content is read in place of files that are about to be changed; nil while there are none.
	content map[string][]byte
}

func (f *loadFlags) define(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.parameters, "parameter", nil, "the value of a template's parameter, as `NAME=VALUE`; may be repeated")
	cmd.Flags().StringArrayVar(&f.variables, "var", nil, "the value of a Terraform variable, as `NAME=VALUE`; may be repeated")
	cmd.Flags().StringArrayVar(&f.varFiles, "var-file", nil, "a `FILE` of values of Terraform variables; may be repeated")
	onceFlag(cmd.Flags(), &f.account, "account", "ID", "the account that is deployed to, where the files do not tell")
	onceFlag(cmd.Flags(), &f.region, "region", "REGION", "the Region that is deployed to, where the files do not tell")
	onceFlag(cmd.Flags(), &f.stack, "stack-name", "NAME", "the name of the stack that a template becomes; an assembly tells it")
}

// options returns the flags' values and what is wrong with them.
func (f *loadFlags) options() (load.Options, []error) {
	o := load.Options{Account: f.account, Region: f.region, StackName: f.stack, VarFiles: f.varFiles}
	var errs []error
	o.Parameters, errs = namedValues("--parameter", f.parameters, errs)
	o.Variables, errs = namedValues("--var", f.variables, errs)
	if f.account != "" && !isAccount(f.account) {
		errs = append(errs, fmt.Errorf("--account %q: not an account id, want 12 digits", f.account))
	}
	if f.region != "" && !regionCode().MatchString(f.region) {
		errs = append(errs, fmt.Errorf("--region %q: not a Region, want a code such as eu-central-1", f.region))
	}
	if f.stack != "" && !stackName().MatchString(f.stack) {
		errs = append(errs, fmt.Errorf("--stack-name %q: not a stack name, want a letter, then up to 127 letters, digits and -", f.stack))
	}
	return o, errs
}

// namedValues returns the values of a flag that is given as NAME=VALUE, and adds what is wrong with them.
func namedValues(flag string, given []string, errs []error) (map[string]string, []error) {
	all := make(map[string]string, len(given))
	for _, p := range given {
		name, value, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			errs = append(errs, fmt.Errorf("%s %q: it has no name and value, want NAME=VALUE", flag, p))
			continue
		}
		if _, twice := all[name]; twice {
			errs = append(errs, fmt.Errorf("%s %q: %s is given twice, want it once", flag, p, name))
		}
		all[name] = value
	}
	return all, errs
}

// memoryLimit is the size in bytes beyond which the process collects all garbage that it can.
const memoryLimit = 160 << 20

// loadEach reads the paths and returns the result of use for each file that can be read, and what is wrong with the others. On a terminal it shows its progress if there are many
// files.
func loadEach[R any](c *Command, f *loadFlags, paths []string, use func([]*topology.Topology) R) ([]R, error) {
	// The process ends soon after it has read the templates. Most garbage need not be collected before, as long as it is not much.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(memoryLimit)
	o, errs := f.options()
	o.Content = f.content
	if slices.Contains(paths, load.Stdin) {
		data, err := c.readInput(load.Stdin)
		if err != nil {
			return nil, errors.Join(append(errs, err)...)
		}
		o.Content = map[string][]byte{load.StdinName: data}
		paths = onceStdin(paths)
	}
	if f.content == nil && isTerminal(c.Stderr) && c.getenv("TERM") != "dumb" {
		o.Progress = func(done, total int) {
			if total >= 20 && (done%10 == 0 || done == total) {
				fmt.Fprintf(c.Stderr, "\rread %d of %d files", done, total)
				if done == total {
					fmt.Fprint(c.Stderr, "\r\x1b[K")
				}
			}
		}
	}
	o.Env = c.getenv
	o.LeftOut = func(path, why string) {
		if f.content != nil {
			return // it was said before
		}
		fmt.Fprintf(c.Stderr, "hopgrant: hint: %s is left out: %s\n", report.Line(path), why)
	}
	results, err := load.Each(paths, o, use)
	if len(errs) > 0 {
		return nil, errors.Join(append(errs, err)...) // nothing is known under flags that are wrong
	}
	return results, err
}

// onceStdin returns the paths with the standard input only once, because it is read once.
func onceStdin(paths []string) []string {
	first := slices.Index(paths, load.Stdin)
	return append(slices.Clone(paths[:first+1]), slices.DeleteFunc(slices.Clone(paths[first+1:]), func(p string) bool { return p == load.Stdin })...)
}

// isAccount reports whether s is an AWS account id.
func isAccount(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// stackName is the form of a stack's name.
//
// [CreateStack]
//
// [CreateStack]: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
var stackName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`) })

// regionCode is the form of a Region's code.
var regionCode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`) })
