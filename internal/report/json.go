// Package report formats findings, rules, and hops with their verdicts, as text, JSON, SARIF, HTML, pictures and GitHub
// annotations. It adds nothing to a finding.
package report

import (
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// The JSON of hopgrant check and hopgrant explain is a contract: fields are added, never renamed.
type findingsJSON struct {
	Findings []findingJSON `json:"findings"`
	Summary  summaryJSON   `json:"summary"`
	// Gaps are calls that AWS did not answer when an account was read, and Notes say what was not looked at there.
	Gaps  []unreadJSON `json:"gaps,omitempty"`
	Notes []string     `json:"notes,omitempty"`
}

type findingJSON struct {
	Rule     string         `json:"rule"`
	Severity check.Severity `json:"severity"`
	Message  string         `json:"message"`
	File     string         `json:"file"`
	Line     int            `json:"line"`
	Column   int            `json:"column"`
	Hop      *hopRefJSON    `json:"hop"`
	Paths    []pathJSON     `json:"paths,omitempty"`
	Others   []otherJSON    `json:"others,omitempty"`
	Evidence []evidenceJSON `json:"evidence,omitempty"`
	Fix      []fixJSON      `json:"fix"`
	Advice   string         `json:"advice,omitempty"`
	Scenario string         `json:"scenario,omitempty"`
	Help     string         `json:"help"`
	AWS      string         `json:"aws,omitempty"`
}

// An otherJSON is another hop that the same cause breaks.
type otherJSON struct {
	Message string     `json:"message"`
	Hop     hopRefJSON `json:"hop"`
}

// A pathJSON is the path of the CDK construct of a resource that a finding names by its logical id.
type pathJSON struct {
	ID   string `json:"id"`
	Path string `json:"path"`
}

type hopRefJSON struct {
	Kind policygen.HopKind `json:"kind"`
	From string            `json:"from"`
	To   string            `json:"to"`
	// FromPath and ToPath are the paths of their CDK constructs.
	FromPath string `json:"fromPath,omitempty"`
	ToPath   string `json:"toPath,omitempty"`
	// Inferred names the policy from which a hop was inferred that the file does not declare.
	Inferred string `json:"inferred,omitempty"`
}

type fixJSON struct {
	On         policygen.Target      `json:"on"`
	Of         string                `json:"of"`
	Resource   policygen.ARN         `json:"resource,omitempty"`
	Account    string                `json:"account,omitempty"`
	Statements []policygen.Statement `json:"statements"`
}

type summaryJSON struct {
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Infos      int `json:"infos"`
	Suppressed int `json:"suppressed"`
	Known      int `json:"known"`
	Files      int `json:"files"`
	Hops       int `json:"hops"`
	OK         int `json:"ok"`
	Broken     int `json:"broken"`
	Unknown    int `json:"unknown"`
	// Unread counts parts of the files that have to do with topics or queues and could not be placed.
	Unread int `json:"unread,omitempty"`
}

// A Mend is a finding that was mended, or that was not, for a Reason.
type Mend struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Reason  string `json:"reason,omitempty"`
}

// Name returns the message, with the rule behind it.
func (m Mend) Name() string { return m.Message + " [" + m.Rule + "]" }

// A Change is the change of one file as a unified diff.
type Change struct {
	File string `json:"file"`
	Diff string `json:"diff"`
}

// ChangesJSON returns the changes that mend findings, which findings they mend, and which are left, as JSON.
func ChangesJSON(changes []Change, mended, left []Mend) []byte {
	return plainJSON(value.EncodeJSON(struct {
		Changes []Change `json:"changes"`
		Mended  []Mend   `json:"mended"`
		Left    []Mend   `json:"left"`
	}{changes, append([]Mend{}, mended...), append([]Mend{}, left...)}, "  "))
}

// FindingsJSON returns a report as JSON.
func FindingsJSON(r check.Report) ([]byte, error) {
	out := findingsJSON{Findings: []findingJSON{}, Summary: summarize(r), Notes: r.Notes,
		Gaps: unreadJSONOf(r.Unread, func(u *topology.Unknown) bool { return u.Gap })}
	for i := range r.Findings {
		out.Findings = append(out.Findings, jsonOf(&r.Findings[i]))
	}
	return plainJSON(value.EncodeJSON(out, "  ")), nil
}

func jsonOf(f *check.Finding) findingJSON {
	j := findingJSON{Rule: f.Rule, Severity: f.Severity, Message: f.Message, File: f.At.File, Line: f.At.Line, Column: f.At.Column,
		Evidence: evidenceJSONOf(f.Evidence), Fix: []fixJSON{}, Advice: f.Advice, Scenario: f.Scenario, Help: f.Help, AWS: f.AWS}
	if f.Hop != nil {
		hop := hopRef(f.Hop)
		j.Hop = &hop
	}
	for _, o := range f.Others {
		j.Others = append(j.Others, otherJSON{o.Message, hopRef(o.Hop)})
	}
	for _, fix := range f.Fix {
		j.Fix = append(j.Fix, fixJSON{fix.On, fix.Of, fix.Resource, fix.Account, fix.Document.Statements})
	}
	for _, n := range f.Names() {
		j.Paths = append(j.Paths, pathJSON(n))
	}
	return j
}

func hopRef(h *check.Hop) hopRefJSON {
	return hopRefJSON{h.Kind, h.From.ID, h.To.ID, h.From.Path, h.To.Path, h.Inferred}
}

func summarize(r check.Report) summaryJSON {
	s := summaryJSON{Suppressed: len(r.Suppressed), Known: r.Known, Files: r.Files, Hops: r.OK + r.Broken + r.Unknown,
		OK: r.OK, Broken: r.Broken, Unknown: r.Unknown, Unread: len(r.Unread)}
	for _, f := range r.Findings {
		switch f.Severity {
		case check.Error:
			s.Errors++
		case check.Warning:
			s.Warnings++
		default:
			s.Infos++
		}
	}
	return s
}

type hopsJSON struct {
	Hops []hopJSON `json:"hops"`
	// Unread are parts of the files that have to do with topics or queues and could not be placed.
	Unread []unreadJSON `json:"unread,omitempty"`
	Notes  []string     `json:"notes,omitempty"`
}

type unreadJSON struct {
	ID     string `json:"id,omitempty"`
	Path   string `json:"path,omitempty"`
	What   string `json:"what"`
	Why    string `json:"why"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Stack  string `json:"stack,omitempty"`
}

type hopJSON struct {
	Kind     policygen.HopKind `json:"kind"`
	From     string            `json:"from"`
	To       string            `json:"to"`
	Verdict  string            `json:"verdict"`
	Why      string            `json:"why,omitempty"`
	File     string            `json:"file"`
	Line     int               `json:"line"`
	Column   int               `json:"column"`
	FromPath string            `json:"fromPath,omitempty"`
	ToPath   string            `json:"toPath,omitempty"`
	Stack    string            `json:"stack,omitempty"`
	Scenario string            `json:"scenario,omitempty"`
	Inferred string            `json:"inferred,omitempty"`
	Evidence []evidenceJSON    `json:"evidence,omitempty"`
	Calls    []callJSON        `json:"calls"`
}

type callJSON struct {
	Action   string        `json:"action"`
	Resource policygen.ARN `json:"resource"`
	On       string        `json:"on"`
	Caller   string        `json:"caller"`
	Decision string        `json:"decision"`
	Why      string        `json:"why"`
	Unsure   string        `json:"unsure,omitempty"`
	Doc      string        `json:"doc,omitempty"`
}

// HopsJSON returns hops and their verdicts as JSON.
func HopsJSON(r check.Report) ([]byte, error) {
	out := hopsJSON{Hops: []hopJSON{}, Notes: r.Notes, Unread: unreadJSONOf(r.Unread, func(*topology.Unknown) bool { return true })}
	for i := range r.Hops {
		h := &r.Hops[i]
		j := hopJSON{Kind: h.Kind, From: h.From.ID, To: h.To.ID, FromPath: h.From.Path, ToPath: h.To.Path, Verdict: h.Verdict.String(), Why: h.Why, File: h.By.At.File, Line: h.By.At.Line,
			Column: h.By.At.Column, Stack: h.To.Stack, Scenario: h.Scenario, Inferred: h.Inferred,
			Evidence: evidenceJSONOf(h.Evidence), Calls: []callJSON{}}
		for k := range h.Calls {
			c := &h.Calls[k]
			j.Calls = append(j.Calls, callJSON{Action: c.Action, Resource: c.Resource, On: holder(c), Caller: c.Caller.String(),
				Decision: c.Outcome.String(), Why: c.Why(), Unsure: c.Unsure, Doc: c.Doc})
		}
		out.Hops = append(out.Hops, j)
	}
	return plainJSON(value.EncodeJSON(out, "  ")), nil
}

// holder names the topic, queue or key that a call is made on.
func holder(c *check.Call) string {
	if c.Documents.Holder != nil {
		return string(c.On) + " " + c.Documents.Holder.Label()
	}
	return string(c.On)
}

// encode returns v as indented JSON, in which <, > and & stay as they are.
