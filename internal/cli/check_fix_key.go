package cli

import (
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/mend"
	"github.com/hopgrant/hopgrant/internal/report"
)

// managedKey is the rule about AWS managed keys.
const managedKey = "aws-managed-key"

// underKey gives what an AWS managed key encrypts the key of --fix-key, with what the hops then need on it: all of it, or nothing.
func (r *repair) underKey(found []judged, before *check.Report) {
	was := r.files.Now()
	var mended []report.Mend
	why := ""
	for f, in := range r.wanted(found) {
		if f.Rule != managedKey {
			continue
		}
		mended = append(mended, report.Mend{Rule: f.Rule, Message: f.Message})
		if err := r.files.UnderKey(f, r.flags.fixKey, in); err != nil {
			why = err.Error()
		}
	}
	known := mend.Keys(before)
	for fresh := true; fresh && why == ""; {
		fresh = false
		found, _, err := r.judge(check.Options{Severity: check.Warning, Baseline: r.find.Baseline})
		if err != nil {
			why = err.Error()
		}
		for f, in := range each(found) {
			if known[f.Key()] {
				continue
			}
			known[f.Key()] = true
			if err := r.files.Try(f, in); err != nil {
				why = f.Message + ": " + err.Error()
			}
			fresh = true
		}
	}
	if why == "" {
		why, _ = r.verified(before, mended)
	}
	if why == "" {
		r.mended = append(r.mended, mended...)
		if len(mended) > 0 {
			r.c.hint("%s: whoever reads these queues and is not in the files needs kms:Decrypt on it", r.flags.fixKey)
		}
		return
	}
	r.files.State = was
	for _, m := range mended {
		m.Reason = why
		r.left = append(r.left, m)
	}
}
