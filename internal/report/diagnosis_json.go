package report

import (
	"github.com/hopgrant/hopgrant/internal/diagnose"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// The JSON of hopgrant diagnose is a contract: fields are added, never renamed.
type diagnosesJSON struct {
	Diagnoses []diagnosisJSON `json:"diagnoses"`
}

type diagnosisJSON struct {
	Input    string              `json:"input"`
	Form     string              `json:"form"`
	FormDoc  string              `json:"formDoc"`
	Times    int                 `json:"times"`
	Denied   string              `json:"denied"`
	Why      string              `json:"why"`
	Action   string              `json:"action,omitempty"`
	Resource policygen.ARN       `json:"resource,omitempty"`
	Policy   diagnose.PolicyType `json:"policyType,omitempty"`
	Explicit bool                `json:"explicitDeny"`
	Denier   string              `json:"policyArn,omitempty"`
	Hops     []answerJSON        `json:"hops"`
	Missing  []string            `json:"missing"`
	Notes    []string            `json:"notes"`
	Open     []questionJSON      `json:"open"`
}

type answerJSON struct {
	Kind     policygen.HopKind `json:"kind"`
	From     string            `json:"from"`
	To       string            `json:"to"`
	Unsolved string            `json:"unsolved,omitempty"`
	Mend     []remedyJSON      `json:"mend"`
	InFile   []inFileJSON      `json:"inFile,omitempty"`
}

type remedyJSON struct {
	On         policygen.Target      `json:"on"`
	Of         string                `json:"of"`
	Resource   policygen.ARN         `json:"resource,omitempty"`
	Denied     bool                  `json:"allowsDeniedCall"`
	If         string                `json:"if,omitempty"`
	Statements []policygen.Statement `json:"statements"`
}

type inFileJSON struct {
	Kind        policygen.HopKind `json:"kind"`
	From        string            `json:"from"`
	To          string            `json:"to"`
	File        string            `json:"file"`
	Line        int               `json:"line"`
	Column      int               `json:"column"`
	Sure        bool              `json:"sure"`
	Verdict     string            `json:"verdict"`
	Why         string            `json:"why,omitempty"`
	Says        string            `json:"says"`
	Contradicts bool              `json:"contradicts"`
}

type questionJSON struct {
	What    string `json:"what"`
	Command string `json:"command"`
}

// DiagnosesJSON returns diagnoses as JSON.
func DiagnosesJSON(all []diagnose.Diagnosis) ([]byte, error) {
	out := diagnosesJSON{Diagnoses: []diagnosisJSON{}}
	for i := range all {
		d := &all[i]
		j := diagnosisJSON{Input: d.Where, Form: d.Form.Name, FormDoc: d.Form.Doc, Times: d.Times, Denied: d.Denied, Why: d.Why, Action: d.Call, Resource: d.On,
			Policy: d.Policy, Explicit: d.Explicit, Denier: d.Denier, Hops: []answerJSON{}, Missing: []string{}, Notes: []string{}, Open: []questionJSON{}}
		j.Missing = append(j.Missing, d.Missing...)
		j.Notes = append(j.Notes, d.Notes...)
		for _, q := range d.Open {
			j.Open = append(j.Open, questionJSON{q.What, q.Command})
		}
		for k := range d.Answers {
			j.Hops = append(j.Hops, answerOf(&d.Answers[k]))
		}
		out.Diagnoses = append(out.Diagnoses, j)
	}
	return plainJSON(value.EncodeJSON(out, "  ")), nil
}

func answerOf(a *diagnose.Answer) answerJSON {
	from, to := hopEnds(a)
	j := answerJSON{Kind: a.Hop.Kind, From: from, To: to, Unsolved: a.Unsolved, Mend: []remedyJSON{}}
	for _, r := range a.Remedies {
		j.Mend = append(j.Mend, remedyJSON{r.On, r.Of, r.Resource, r.Denied, r.If, r.Document.Statements})
	}
	for i := range a.InFile {
		f := &a.InFile[i]
		at := f.Hop.By.At
		j.InFile = append(j.InFile, inFileJSON{f.Hop.Kind, f.Hop.From.ID, f.Hop.To.ID, at.File, at.Line, at.Column, f.Sure, f.Hop.Verdict.String(), f.Hop.Why, f.Says,
			f.Contradicts})
	}
	return j
}
