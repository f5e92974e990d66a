package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/mend"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// everyRule is the value of --fix without rules.
const everyRule = "all"

// fixFlag defines the flag that asks for mends.
func fixFlag(cmd *cobra.Command, rules *[]string) {
	cmd.Flags().StringSliceVar(rules, "fix", nil, "write what mends the findings into the templates: `RULE,…`, or errors and warnings of all rules")
	cmd.Flags().Lookup("fix").NoOptDefVal = everyRule
}

// A repair is a check whose findings are mended in the files.
type repair struct {
	c      *Command
	flags  *checkFlags
	paths  []string
	find   check.Options // what is mended
	files  *mend.Files
	mended []string // the messages of findings
	left   []string // why others are not mended
}

// A judged is the report of one world, and what was read of it.
type judged struct {
	report     check.Report
	topologies []*topology.Topology
}

// judge checks the paths with the changes that are not written yet.
func (r *repair) judge(o check.Options) ([]judged, check.Report, error) {
	load := r.flags.load
	if len(r.files.Paths()) > 0 {
		load.content = r.files.Content()
	}
	all, err := loadEach(r.c, &load, r.paths, func(t []*topology.Topology) judged { return judged{check.Run(t, o), t} })
	reports := make([]check.Report, len(all))
	for i := range all {
		reports[i] = all[i].report
	}
	return all, check.Join(reports), err
}

// runFix mends the findings of a check in the files, as far as that can be verified, and reports what is left.
func (c *Command) runFix(f *checkFlags, paths []string) error {
	if slices.Contains(f.fix, everyRule) {
		f.fix = nil
	}
	_, err := lookUpRules("--fix", f.fix)
	o, err2 := c.checkOptions(f)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	r := &repair{c: c, flags: f, paths: paths, find: check.Options{Severity: check.Warning, Baseline: o.Baseline}, files: mend.NewFiles()}
	if len(f.fix) > 0 {
		r.find.Severity, r.find.Rules = check.Info, f.fix
	}
	found, before, loadErr := r.judge(check.Options{Severity: check.Info, Baseline: o.Baseline})
	if len(found) == 0 {
		return loadErr
	}
	r.mend(found, &before)
	for _, why := range r.left {
		c.hint("%s", report.Line(why))
	}
	if f.diff {
		if err := c.write(r.changes()); err != nil {
			return err
		}
		r.files = mend.NewFiles() // what the files are afterwards is what they were
	} else {
		if err := r.files.Write(); err != nil {
			return errors.Join(failed(err), loadErr)
		}
		for _, m := range r.mended {
			c.hint("mended: %s", report.Line(m))
		}
	}
	_, after, _ := r.judge(o)
	if !f.diff {
		if err := c.printFindings(f, after); err != nil {
			return err
		}
	}
	return f.end(&after, loadErr)
}

// mend makes the changes of all findings at once. If anything is worse then, it makes those of one finding after the other, and keeps
// those that do what they should.
func (r *repair) mend(found []judged, before *check.Report) {
	r.each(found, nil)
	if why, ok := r.verified(before, r.mended); ok {
		return
	} else if len(r.mended) == 1 {
		r.left, r.mended, r.files = append(r.left, r.mended[0]+": not mended, "+why), nil, mend.NewFiles()
		return
	}
	r.files, r.mended, r.left = mend.NewFiles(), nil, nil
	r.each(found, func(message string) (string, bool) {
		return r.verified(before, append(slices.Clone(r.mended), message))
	})
}

// each makes the changes of each finding that is to be mended, and takes them back unless keep says that they are right.
func (r *repair) each(found []judged, keep func(message string) (why string, ok bool)) {
	for _, j := range found {
		for i := range j.report.Findings {
			f := &j.report.Findings[i]
			if !f.Severity.AtLeast(r.find.Severity) || len(r.find.Rules) > 0 && !slices.Contains(r.find.Rules, f.Rule) {
				continue
			}
			name := f.Message + " [" + f.Rule + "]"
			was := r.files.Now()
			err := r.files.Try(f, j.topologies)
			if err == nil && keep != nil {
				if why, ok := keep(name); !ok {
					err, r.files.State = errors.New(why), was
				}
			}
			if err != nil {
				r.left = append(r.left, name+": not mended, "+err.Error())
				continue
			}
			r.mended = append(r.mended, name)
		}
	}
}

// verified reports whether the findings are gone under the changes, and nothing is worse than before.
func (r *repair) verified(before *check.Report, mended []string) (why string, ok bool) {
	_, after, err := r.judge(check.Options{Severity: check.Info, Baseline: r.find.Baseline})
	if err != nil && len(r.files.Paths()) == 0 {
		return err.Error(), false
	}
	if why := mend.Worse(before, &after); why != "" {
		return why, false
	}
	for i := range after.Findings {
		f := &after.Findings[i]
		if slices.Contains(mended, f.Message+" ["+f.Rule+"]") {
			return "the finding would still be there", false
		}
	}
	return "", true
}

// changes returns the changes of all files as a unified diff.
func (r *repair) changes() []byte { return differences(r.files, nil) }
