package cli

import (
	"bytes"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
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
	cmd.Flags().StringSliceVar(rules, "fix", nil, "write what mends the findings into the files: `RULE,...`, or errors and warnings of all rules")
	cmd.Flags().Lookup("fix").NoOptDefVal = everyRule
}

// A repair is a check whose findings are mended in the files.
type repair struct {
	c      *Command
	flags  *checkFlags
	paths  []string
	find   check.Options // what is mended
	files  *mend.Files
	mended []report.Mend
	left   []report.Mend // why the other findings are not mended
}

// A judged is the report of one world, and what was read of it.
type judged struct {
	report     check.Report
	topologies []*topology.Topology
}

// judge checks the paths with the changes that are not written yet.
func (r *repair) judge(o check.Options) ([]judged, check.Report, error) {
	load := r.flags.load
	load.judgedAs(&o)
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
	for _, m := range r.left {
		c.hint("%s: not mended, %s", report.Line(m.Name()), report.Line(m.Reason))
	}
	if f.diff {
		if err := c.write(r.printed()); err != nil {
			return err
		}
		r.files = mend.NewFiles() // what the files are afterwards is what they were
	} else {
		if err := r.files.Write(); err != nil {
			return errors.Join(failed(err), loadErr)
		}
		for _, m := range r.mended {
			c.hint("mended: %s", report.Line(m.Name()))
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

// each yields findings with the topologies that they are about.
func each(found []judged) iter.Seq2[*check.Finding, []*topology.Topology] {
	return func(yield func(*check.Finding, []*topology.Topology) bool) {
		for _, j := range found {
			for i := range j.report.Findings {
				if !yield(&j.report.Findings[i], j.topologies) {
					return
				}
			}
		}
	}
}

// wanted yields the findings that are to be mended.
func (r *repair) wanted(found []judged) iter.Seq2[*check.Finding, []*topology.Topology] {
	return func(yield func(*check.Finding, []*topology.Topology) bool) {
		for f, in := range each(found) {
			if f.Severity.AtLeast(r.find.Severity) && (len(r.find.Rules) == 0 || slices.Contains(r.find.Rules, f.Rule)) && !yield(f, in) {
				return
			}
		}
	}
}

// mend makes the changes of all findings at once. If anything is worse then, it makes those of one finding after the other, and keeps
// those that do what they should.
func (r *repair) mend(found []judged, before *check.Report) {
	if r.flags.fixKey != "" {
		r.underKey(found, before)
	}
	start, mended, left := r.files.Now(), slices.Clip(r.mended), slices.Clip(r.left)
	r.each(found, nil)
	why, ok := r.verified(before, r.mended)
	if ok {
		return
	}
	tried := r.mended[len(mended):]
	r.files.State, r.mended = start, mended
	if len(tried) == 1 {
		tried[0].Reason = why
		r.left = append(r.left, tried[0])
		return
	}
	r.left = left
	r.each(found, func(m report.Mend) (string, bool) {
		return r.verified(before, append(slices.Clone(r.mended), m))
	})
}

// each makes the changes of each finding that is to be mended, and takes them back unless keep says that they are right.
func (r *repair) each(found []judged, keep func(report.Mend) (why string, ok bool)) {
	for f, in := range r.wanted(found) {
		if f.Rule == managedKey && r.flags.fixKey != "" {
			continue
		}
		m := report.Mend{Rule: f.Rule, Message: f.Message}
		was := r.files.Now()
		err := r.files.Try(f, in)
		if err == nil && keep != nil {
			if why, ok := keep(m); !ok {
				err, r.files.State = errors.New(why), was
			}
		}
		if err != nil {
			m.Reason = err.Error()
			r.left = append(r.left, m)
			continue
		}
		r.mended = append(r.mended, m)
	}
}

// verified reports whether the findings are gone under the changes, and nothing is worse than before.
func (r *repair) verified(before *check.Report, mended []report.Mend) (why string, ok bool) {
	_, after, err := r.judge(check.Options{Severity: check.Info, Baseline: r.find.Baseline})
	if err != nil && len(r.files.Paths()) == 0 {
		return err.Error(), false
	}
	if why := mend.Worse(before, &after); why != "" {
		return why, false
	}
	for i := range after.Findings {
		f := &after.Findings[i]
		if slices.Contains(mended, report.Mend{Rule: f.Rule, Message: f.Message}) {
			return "the finding would still be there", false
		}
	}
	return "", true
}

// printed returns the changes in the format that the flags ask for.
func (r *repair) printed() []byte {
	changes := r.changes()
	if r.flags.format == "json" {
		return report.ChangesJSON(changes, r.mended, r.left)
	}
	var b bytes.Buffer
	for _, c := range changes {
		b.WriteString(c.Diff)
	}
	return b.Bytes()
}

// changes returns the changes of each file as a unified diff that git apply and patch -p1 read in the working directory, or, for files
// elsewhere, in the root.
func (r *repair) changes() []report.Change {
	changes := []report.Change{}
	content := r.files.Content()
	for _, path := range r.files.Paths() {
		changes = append(changes, report.Change{File: path, Diff: string(fileDiff(path, r.files.Original(path), content[path]))})
	}
	return changes
}

// fileDiff returns what changes in a file as a unified diff.
func fileDiff(path string, was, is []byte) []byte {
	name := diffName(path)
	_, text, _ := bytes.Cut(diff.Diff("a/"+name, was, "b/"+name, is), []byte("\n")) // without "diff OLD NEW", which is no line of a unified diff
	return text
}

// diffName returns how a diff names a file: relative to the working directory if it is in it, else from the root. Programs that read
// diffs take what follows a tab for no part of a name, so that one with a space ends in a tab, as git writes it.
func diffName(path string) string {
	name := filepath.Clean(path)
	if wd, err := os.Getwd(); err == nil && !filepath.IsLocal(name) {
		absolute := name
		if !filepath.IsAbs(name) {
			absolute = filepath.Join(wd, name)
		}
		name = strings.TrimPrefix(absolute, filepath.VolumeName(absolute)+string(filepath.Separator))
		if inside, err := filepath.Rel(wd, absolute); err == nil && filepath.IsLocal(inside) {
			name = inside
		}
	}
	if strings.Contains(name, " ") {
		name += "\t"
	}
	return filepath.ToSlash(name)
}
