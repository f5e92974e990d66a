package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/config"
	"github.com/hopgrant/hopgrant/internal/gitignore"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/value"
)

// noConfig is the value of --config for no configuration.
const noConfig = "none"

// inputFlags holds the flags that say which files are read, and how.
type inputFlags struct {
	config, stdinPath string
	exclude           []string
	skipOthers        bool
}

func (f *inputFlags) define(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.exclude, "exclude", nil, "leave out what a `PATTERN` as in .gitignore names; may be repeated")
	cmd.Flags().BoolVar(&f.skipOthers, "skip-others", false, "files that are nothing to check are no error, also where no other file is given: for hooks")
	onceFlag(cmd.Flags(), &f.stdinPath, "stdin-path", "FILE", "how the file is called that stdin is")
	f.defineConfig(cmd)
}

func (f *inputFlags) defineConfig(cmd *cobra.Command) {
	onceFlag(cmd.Flags(), &f.config, "config", "FILE", "the configuration, instead of the "+config.Name+" of the path's folder or one above; none: no configuration")
}

// configure reads the configuration that holds for the paths.
func (f *loadFlags) configure(paths []string) error {
	if f.input.stdinPath != "" && !slices.Contains(paths, load.Stdin) {
		return usageErrorf("--stdin-path %q: stdin is not read, want - as the path", f.input.stdinPath)
	}
	if p := f.input.stdinPath; terraform.IsSource(filepath.Base(p)) {
		if info, err := os.Stat(p); err != nil || info.IsDir() {
			return usageErrorf("--stdin-path %q: there is no such file, want one of the folder that is read with it", p)
		}
	}
	path := f.input.config
	if path == noConfig {
		return nil
	}
	if path == "" {
		var err error
		if path, err = f.findConfig(paths); path == "" {
			return err
		}
	}
	var err error
	f.file, err = config.Read(path)
	return err
}

// findConfig returns the path of the configuration that holds for the paths; "" if there is none.
func (f *loadFlags) findConfig(paths []string) (string, error) {
	found, of := "", ""
	for i, path := range paths {
		if path == load.Stdin {
			path = f.input.stdinPath // the working directory, if it is empty
		}
		file, err := config.Find(cmp.Or(path, "."))
		if err != nil {
			return "", err
		}
		if i > 0 && value.RealPath(found) != value.RealPath(file) {
			return "", fmt.Errorf("path %q: its configuration is %s, and that of %q is %s, want --config FILE, or a check of each",
				path, cmp.Or(file, noConfig), of, cmp.Or(found, noConfig))
		}
		found, of = file, path
	}
	return found, nil
}

// configured sets the options that the configuration has and no flag. It returns what is wrong with them.
func (f *loadFlags) configured(o *load.Options) []error {
	var errs []error
	set := func(to *string, s config.Setting, check func(string, string) error, what string) {
		if err := check(what, s.Value); err != nil {
			errs = append(errs, f.file.Error(s.At, err))
		} else if *to == "" {
			*to = s.Value
		}
	}
	set(&o.Account, f.file.Account, checkAccount, "account")
	set(&o.Region, f.file.Region, checkRegion, "region")
	set(&o.StackName, f.file.StackName, checkStackName, "stack-name")
	o.Shared = map[string]bool{}
	named := func(to map[string]string, all []config.Named) {
		for _, n := range all {
			if _, given := to[n.Name]; !given {
				to[n.Name], o.Shared[n.Name] = n.Value, true
			}
		}
	}
	named(o.Parameters, f.file.Parameters)
	named(o.Variables, f.file.Variables)
	var files []string
	for _, s := range f.file.VarFiles {
		files = append(files, f.file.From(s.Value))
	}
	o.VarFiles = append(files, o.VarFiles...) // the last one wins
	for _, s := range f.file.Exclude {
		list, err := gitignore.New(f.file.Folder(), s.Value)
		for _, err := range leaves(err) {
			errs = append(errs, f.file.Error(s.At, err))
		}
		o.Exclude = append(o.Exclude, list)
	}
	return errs
}

// configured sets the flags of a check that are not given and that the configuration has.
func (f *checkFlags) configured(cmd *cobra.Command) {
	file := f.load.file
	if file == nil {
		return
	}
	if s := file.FailOn.Value; s != "" && !cmd.Flags().Changed("fail-on") {
		f.failOn = failOn(s)
	}
	if s := file.Severity.Value; s != "" && !cmd.Flags().Changed("severity") {
		f.severity = check.Severity(s)
	}
	if s := file.Baseline.Value; s != "" && !cmd.Flags().Changed("baseline") {
		f.baseline = file.From(s)
	}
}

// judgedAs sets what the configuration says of rules.
func (f *loadFlags) judgedAs(o *check.Options) {
	if f.file == nil {
		return
	}
	o.Severities, o.Accepted = map[string]check.Severity{}, map[string]string{}
	for _, r := range f.file.Rules {
		if r.Off {
			o.Accepted[r.ID] = r.Reason
		} else {
			o.Severities[r.ID] = r.Severity
		}
	}
}

// newConfig returns the command that shows the settings of a check.
func (c *Command) newConfig() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "config [PATH...]",
		Short: "Show the settings that hold for a path, and where each comes from",
		Long: `Show the settings with which hopgrant check, explain, migrate and diagnose --template read a path, by default the working
directory, and where each of them comes from: a flag, the configuration, or the default.

The configuration is the file ` + config.Name + ` in the path's folder, or in one of those above it up to the repository's. A flag counts more
than the configuration, and more files to exclude, parameters and variables are added to its own.`,
		Example: `  hopgrant config infra
  hopgrant config infra --fail-on warning`,
	}
	cmd.Flags().SortFlags = false
	f.settingFlags(cmd)
	f.load.define(cmd)
	f.load.input.define(cmd)
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		if len(paths) == 0 {
			paths = []string{"."}
		}
		if err := f.load.configure(paths); err != nil {
			return err
		}
		_, errs := f.load.options()
		f.configured(cmd)
		if err := errors.Join(errs...); err != nil {
			return err
		}
		var b bytes.Buffer
		report.SettingsText(&b, f.settings(cmd), c.style())
		return c.write(b.Bytes())
	}
	return cmd
}

// settings returns the settings that hold, each with where it comes from.
func (f *checkFlags) settings(cmd *cobra.Command) []report.Setting {
	file := f.load.file
	if file == nil {
		file = &config.File{}
	}
	at := func(s config.Setting) string { return fmt.Sprintf("%s:%d:%d", file.Path, s.At.Line, s.At.Column) }
	all := []report.Setting{{Name: "config", Value: cmp.Or(file.Path, noConfig), From: "found"}}
	switch {
	case cmd.Flags().Changed("config"):
		all[0].From = "--config"
	case f.load.file == nil:
		all[0].From = "there is no " + config.Name
	}
	one := func(name, value string, s config.Setting) {
		from := "default"
		switch {
		case cmd.Flags().Changed(name):
			from = "--" + name
		case s.Value != "":
			value, from = cmp.Or(value, s.Value), at(s)
		}
		all = append(all, report.Setting{Name: name, Value: cmp.Or(value, "not known"), From: from})
	}
	one("fail-on", string(f.failOn), file.FailOn)
	one("severity", string(f.severity), file.Severity)
	one("baseline", cmp.Or(f.baseline, noConfig), file.Baseline)
	one("account", f.load.account, file.Account)
	one("region", f.load.region, file.Region)
	one("stack-name", f.load.stack, file.StackName)
	for _, r := range file.Rules {
		all = append(all, report.Setting{Name: "rule " + r.ID, Value: cmp.Or(string(r.Severity), "off"), From: at(config.Setting{At: r.At}) + ": " + r.Reason})
	}
	many := func(name, flag string, given []string, configured []config.Setting) {
		for _, s := range configured {
			all = append(all, report.Setting{Name: name, Value: s.Value, From: at(s)})
		}
		for _, s := range given {
			all = append(all, report.Setting{Name: name, Value: s, From: flag})
		}
	}
	many("exclude", "--exclude", f.load.input.exclude, file.Exclude)
	many("parameter", "--parameter", f.load.parameters, without(file.Parameters, f.load.parameters))
	many("var", "--var", f.load.variables, without(file.Variables, f.load.variables))
	many("var-file", "--var-file", f.load.varFiles, file.VarFiles)
	return all
}

// without returns the values as NAME=VALUE, without those that a flag gives in their place.
func without(all []config.Named, given []string) []config.Setting {
	var left []config.Setting
	for _, n := range all {
		if !slices.ContainsFunc(given, func(s string) bool { return strings.HasPrefix(s, n.Name+"=") }) {
			left = append(left, config.Setting{Value: n.Name + "=" + n.Value, At: n.At})
		}
	}
	return left
}
