package cli

import (
	"cmp"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/config"
	"github.com/hopgrant/hopgrant/internal/gitignore"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// loadFlags holds the flags that say what the files do not.
type loadFlags struct {
	parameters             []string
	variables, varFiles    []string
	account, region, stack string
	input                  inputFlags
	file                   *config.File // nil if there is none
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

// options returns the flags' values, and those of the configuration where there is no flag, and what is wrong with them.
func (f *loadFlags) options() (load.Options, []error) {
	o := load.Options{Account: f.account, Region: f.region, StackName: f.stack, VarFiles: f.varFiles, StdinPath: f.input.stdinPath, Lenient: f.input.skipOthers}
	var errs []error
	o.Parameters, errs = namedValues("--parameter", f.parameters, errs)
	o.Variables, errs = namedValues("--var", f.variables, errs)
	errs = append(errs, checkAccount("--account", f.account), checkRegion("--region", f.region), checkStackName("--stack-name", f.stack))
	if len(f.input.exclude) > 0 {
		list, err := gitignore.New(".", f.input.exclude...)
		for _, err := range leaves(err) {
			errs = append(errs, fmt.Errorf("--exclude: %w", err))
		}
		o.Exclude = append(o.Exclude, list)
	}
	if f.file != nil {
		errs = append(errs, f.configured(&o)...)
	}
	return o, slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

// checkAccount returns an error unless s is the id of an account, or empty. what is how errors call it.
func checkAccount(what, s string) error {
	if s == "" || text.IsAccount(s) {
		return nil
	}
	return fmt.Errorf("%s %q: not an account id, want 12 digits", what, s)
}

// checkRegion returns an error unless s is the code of a Region, or empty.
func checkRegion(what, s string) error {
	if s == "" || regionCode().MatchString(s) {
		return nil
	}
	return fmt.Errorf("%s %q: not a Region, want a code such as eu-central-1", what, s)
}

// checkStackName returns an error unless s is the name of a stack, or empty.
func checkStackName(what, s string) error {
	if s == "" || stackName().MatchString(s) {
		return nil
	}
	return fmt.Errorf("%s %q: not a stack name, want a letter, then up to 127 letters, digits and -", what, s)
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

// loadEach reads the paths and returns the result of use for each file that can be read, and what is wrong with the others. On a
// terminal it shows its progress if there are many files.
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
		o.Content = map[string][]byte{cmp.Or(o.StdinPath, load.StdinName): data}
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
		c.hintOnce("%s is left out: %s", report.Line(path), why)
	}
	skipped := map[load.Skip]int{}
	o.Skipped = func(_ string, why load.Skip) { skipped[why]++ }
	kinds := map[string]bool{}
	var seen sync.Mutex
	results, err := load.Each(paths, o, func(t []*topology.Topology) R {
		seen.Lock()
		kinds[t[0].Kind] = true
		seen.Unlock()
		return use(t)
	})
	if len(errs) > 0 {
		return nil, errors.Join(append(errs, err)...) // nothing is known under flags that are wrong
	}
	c.saySkipped(skipped, f, &o)
	if err == nil {
		c.sayUnused(kinds, f)
	}
	return results, err
}

// sayUnused names the flags that are for no kind of file that was read.
func (c *Command) sayUnused(kinds map[string]bool, f *loadFlags) {
	for _, flag := range []struct {
		given      bool
		name, what string
		kinds      []string
	}{
		{len(f.varFiles) > 0, "--var-file", "no Terraform source was read", []string{"terraform"}},
		{f.stack != "", "--stack-name", "no template was read that is in no assembly", []string{"cloudformation", "sam"}},
	} {
		if flag.given && len(kinds) > 0 && !slices.ContainsFunc(flag.kinds, func(k string) bool { return kinds[k] }) {
			c.hintOnce("%s has no effect: %s", flag.name, flag.what)
		}
	}
}

// hintOnce prints a hint unless it was printed before: files are read again after each change of --fix.
func (c *Command) hintOnce(format string, args ...any) {
	hint := fmt.Sprintf(format, args...)
	if !slices.Contains(c.hinted, hint) {
		c.hinted = append(c.hinted, hint)
		c.hint("%s", hint)
	}
}

// saySkipped counts on stderr what was not read, and names the patterns of --exclude without effect.
func (c *Command) saySkipped(skipped map[load.Skip]int, f *loadFlags, o *load.Options) {
	var parts []string
	for _, p := range []struct {
		why load.Skip
		are string
	}{{load.NothingToCheck, "with nothing to check"}, {load.Ignored, "that .gitignore names"}, {load.Excluded, "that are excluded"}} {
		if n := skipped[p.why]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, p.are))
		}
	}
	if len(parts) > 0 {
		c.hintOnce("files and folders that are not read: %s", strings.Join(parts, ", "))
	}
	if len(f.input.exclude) > 0 {
		for _, unused := range o.Exclude[0].Unused() {
			c.hintOnce("--exclude %q has no effect: nothing here has that name", unused)
		}
	}
}

// onceStdin returns the paths with the standard input only once, because it is read once.
func onceStdin(paths []string) []string {
	first := slices.Index(paths, load.Stdin)
	return append(slices.Clone(paths[:first+1]), slices.DeleteFunc(slices.Clone(paths[first+1:]), func(p string) bool { return p == load.Stdin })...)
}

// stackName is the form of a stack's name.
//
// [CreateStack]
//
// [CreateStack]: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
var stackName = text.WhenUsed(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)

// regionCode is the form of a Region's code.
var regionCode = text.WhenUsed(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`)
