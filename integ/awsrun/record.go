package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"

	"github.com/hopgrant/hopgrant/integ/internal/account"
	"github.com/hopgrant/hopgrant/integ/internal/flow"
)

// A record is a call of a delivery with the observed outcome, in the form of the evaluator's corpus.
type record struct {
	call   policygen.Call
	policy policygen.Document
	want   eval.Outcome
	reason string
}

// record notes the outcome of a delivery: of all its calls if every statement was in place, otherwise of the call that
// needed the removed statement.
func (r *runner) record(f flow.Flow, d *flow.Deployed, v flow.Delivery, without *flow.Carrier, arrived bool) {
	for _, call := range v.Hop.Calls() {
		rec := record{call: call, want: eval.Allowed, reason: fmt.Sprintf("a message of examples/%s was delivered", f.Example)}
		doc := d.ResourcePolicy(call)
		if doc == nil {
			continue
		}
		rec.policy = *doc
		if without != nil {
			if !slices.ContainsFunc(d.Carriers(call), func(c flow.Carrier) bool { return c.String() == without.String() }) {
				continue
			}
			rec.policy = without.Attached.Without(without.Statement)
			rec.reason += fmt.Sprintf(" although statement %q had been taken away", without.Sid())
			if !arrived {
				rec.want = eval.ImplicitDeny
				rec.reason = fmt.Sprintf("a message of examples/%s was lost when statement %q had been taken away", f.Example, without.Sid())
			}
		}
		r.records = append(r.records, rec)
	}
}

// source returns what a recorded case has in place of an AWS page.
func source(day string) string {
	what := "recorded"
	if account.IsEmulated() {
		what = "emulated"
	}
	return "https://github.com/hopgrant/hopgrant/blob/main/integ/README.md#" + what + "-" + day
}

// writeRecords writes the recorded cases to one file in the form of the corpus, named after the day.
func (r *runner) writeRecords() error {
	if r.options.record == "" || len(r.records) == 0 {
		return nil
	}
	day := time.Now().UTC().Format(time.DateOnly)
	text, err := r.corpus(day)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.options.record, 0o755); err != nil {
		return err
	}
	file := filepath.Join(r.options.record, "recorded-"+day+".txtar")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "%d cases recorded in %s\n", len(r.records), file)
	return nil
}

// corpus returns the cases in the form that policygen/eval/testdata/corpus/README.md describes.
func (r *runner) corpus(day string) (string, error) {
	var b, documents strings.Builder
	fmt.Fprintf(&b, "Deliveries from SNS to SQS, recorded on %s in Region %s.", day, r.clients.Region)
	if account.IsEmulated() {
		b.WriteString(" An emulator was asked: THIS IS NO EVIDENCE ABOUT AWS and does not belong into the corpus.")
	}
	b.WriteString("\n\n")
	names := map[string]string{}
	for i, rec := range r.records {
		data, err := json.Marshal(rec.policy)
		if err != nil {
			return "", err
		}
		name, ok := names[string(data)]
		if !ok {
			name = fmt.Sprintf("policy-%d", len(names)+1)
			names[string(data)] = name
			fmt.Fprintf(&documents, "-- %s.json --\n%s\n", name, data)
		}
		rec.write(&b, i+1, name, source(day))
	}
	return anonymous(b.String()+documents.String(), r.clients.Account), nil
}

func (rec record) write(b *strings.Builder, n int, policy, source string) {
	fmt.Fprintf(b, "-- delivery-%d --\nsource: %s\nreason: %s\nwant: %s\nprincipal: %s\naction: %s\nresource: %s\n",
		n, source, rec.reason, rec.want, rec.call.Caller, rec.call.Action, rec.call.Resource)
	var absent []string
	for _, key := range sortedKeys(rec.call.Context) {
		if values := rec.call.Context[key]; len(values) > 0 {
			fmt.Fprintf(b, "context: %s = %s\n", key, strings.Join(values, ", "))
		} else {
			absent = append(absent, key)
		}
	}
	if len(absent) > 0 {
		fmt.Fprintf(b, "absent: %s\n", strings.Join(absent, ", "))
	}
	fmt.Fprintf(b, "resource-policy: %s\n\n", policy)
}

// anonymous replaces the real account with one for documentation.
func anonymous(text, account string) string {
	return strings.ReplaceAll(text, account, "111122223333")
}
