// Package generator answers a form that asks for policies: what hopgrant policy prints, as data for a page that shows it. Names stand
// for ARNs there, and an error belongs to a field.
package generator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hopgrant/hopgrant/internal/existing"
	"github.com/hopgrant/hopgrant/internal/snippet/heading"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Form is what somebody filled in.
type Form struct {
	Role string `json:"role"` // the name of the command below hopgrant policy
	// Fields are the values of the command's flags, by name. A flag without a value is "true".
	Fields map[string][]string `json:"fields"`
	// Account and Region are those of what has only a name.
	Account string `json:"account"`
	Region  string `json:"region"`
	Format  string `json:"format"` // json, or one of the languages
	// Merge is the policy that is there, to be completed, and Into the number of the generated document, from 0, that it belongs to.
	Merge string `json:"merge"`
	Into  int    `json:"into"`
}

// An Answer holds the documents, or what is wrong with the form.
type Answer struct {
	Command   []string   `json:"command"` // the words of the command that prints the same
	Documents []Document `json:"documents"`
	Files     []string   `json:"files"` // the documents in the form's format, one text for each, or one for all
	Problems  []Problem  `json:"problems"`
	// Merged is the policy of the form's Merge with what the document lacks there, and Doubts say why that may not suffice.
	Merged string   `json:"merged"`
	Doubts []string `json:"doubts"`
}

// A Document is one policy.
type Document struct {
	Heading    string           `json:"heading"` // what to attach it to, and what becomes of the policy that is there
	On         policygen.Target `json:"on"`
	Statements []Reason         `json:"statements"`
}

// A Language writes documents otherwise than as JSON. Languages are given to [Fill], so that a page need not load them before
// somebody asks for one.
type Language struct {
	Account   string              // the account of keys whose ARN does not tell; may be empty
	Reference func(string) string // completes what is given for an ARN; may be nil
	Files     func(policygen.Policies) ([]string, error)
}

// plain is JSON, as a language.
var plain = Language{Files: func(all policygen.Policies) ([]string, error) {
	var texts []string
	for _, p := range all {
		texts = append(texts, p.Document.String())
	}
	return texts, nil
}}

// JSON answers a form that is JSON with JSON. A panic is a problem of no field, so that the next form is answered too.
func JSON(form string, languages map[string]Language) string {
	var f Form
	var a Answer
	err := json.Unmarshal([]byte(form), &f)
	if err == nil {
		func() {
			defer func() {
				if r := recover(); r != nil {
					err = fmt.Errorf("internal error: %v; this is a bug of hopgrant", r)
				}
			}()
			a = Fill(f, languages)
		}()
	}
	if err != nil {
		a = Answer{Problems: []Problem{{Text: err.Error()}}}
	}
	b, _ := json.Marshal(a) // there are only texts and numbers in it
	return string(b)
}

// Fill answers a form.
func Fill(f Form, languages map[string]Language) Answer {
	var a Answer
	r, known := roles[f.Role]
	if !known {
		a.Problems = []Problem{{"role", value.Sentence("role", f.Role, "there is no such role", value.Or(slices.Sorted(maps.Keys(roles))), "")}}
		return a
	}
	language, known := languages[f.Format]
	if f.Format == "json" {
		language = plain
	} else if !known {
		a.Problems = []Problem{{"format", value.Sentence("format", f.Format, "there is no such format", value.Or(append([]string{"json"}, slices.Sorted(maps.Keys(languages))...)), "")}}
		return a
	}
	v, errs := f.values(&r, &language)
	a.Command = v.command(f.Role, f.Format)
	hops, options, err := r.hops(v)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		a.Problems = v.problems(errors.Join(append(errs, OtherProblems(hops)...)...))
		return a
	}
	all, err := policygen.Generate(options, policygen.Hops(hops))
	if err == nil && len(all) == 0 {
		err = errors.New("there is nothing to grant: no queue or topic")
	}
	if err != nil {
		a.Problems = v.problems(err)
		return a
	}
	if f.Role == accountWide {
		all = v.wide(all)
	}
	if a.Files, err = language.Files(all); err != nil {
		a.Problems = v.problems(err)
		return a
	}
	for _, p := range all {
		a.Documents = append(a.Documents, Document{heading.Of(p), p.On, reasons(p, all, hops)})
	}
	if f.Merge != "" && f.Into < len(all) {
		options.KeyStatementsOnly = true
		a.merge(f, all, options, hops)
	}
	return a
}

// merge completes the policy that is there.
func (a *Answer) merge(f Form, all policygen.Policies, options policygen.Options, hops []policygen.Hop) {
	into := all[f.Into]
	added, err := policygen.Generate(options, policygen.Hops(hops))
	if err != nil {
		a.Problems = []Problem{{"merge", err.Error()}}
		return
	}
	into.Document.Statements = nil
	for _, p := range added {
		if p.On == into.On && p.Resource == into.Resource && p.Principal == into.Principal {
			into = p
		}
	}
	there, err := existing.Read("the policy that is there", []byte(f.Merge))
	if err != nil {
		a.Problems = []Problem{{"merge", err.Error()}}
		return
	}
	whole, err := there.Complete(policygen.Policies{into}, added, hops)
	if err != nil {
		a.Problems = []Problem{{"merge", err.Error()}}
		return
	}
	a.Merged, a.Doubts = whole.Document.String(), whole.Doubts
}
