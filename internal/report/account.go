package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// evidenceText returns evidence in one line. It names what the evidence is about by the last part of the ARN, because the report has
// the whole ARN already.
func evidenceText(e *topology.Evidence) string {
	of := e.Of
	if arn, ok := text.SplitARN(of); ok {
		of = arn[text.Resource]
	}
	return clean(of + ", " + e.String())
}

// gapsText writes what of an account was not read, and what was not looked at, whichever findings are shown.
func gapsText(b *bytes.Buffer, r check.Report, style Style) {
	some := false
	for i := range r.Unread {
		if u := &r.Unread[i]; u.Gap {
			some = true
			fmt.Fprintf(b, "%s: %s: %s: %s\n", style.paint(bold, clean(u.At.String())), style.paint(yellow, "not read"), clean(strings.TrimPrefix(u.Label(), "the answer to ")), clean(u.Why))
		}
	}
	notesText(b, r, style)
	if some || len(r.Notes) > 0 {
		b.WriteByte('\n')
	}
}

func notesText(b *bytes.Buffer, r check.Report, style Style) {
	for _, n := range r.Notes {
		fmt.Fprintf(b, "%s: %s\n", style.paint(dim, "note"), clean(n))
	}
}

// An evidenceJSON is one sign that messages arrive or do not.
type evidenceJSON struct {
	Of     string     `json:"of"`
	Source string     `json:"source"`
	From   *time.Time `json:"from,omitempty"`
	To     *time.Time `json:"to,omitempty"`
	Value  float64    `json:"value"`
	Text   string     `json:"text,omitempty"`
}

func evidenceJSONOf(all []topology.Evidence) []evidenceJSON {
	var out []evidenceJSON
	for _, e := range all {
		j := evidenceJSON{Of: e.Of, Source: e.Source, Value: e.Value, Text: e.Text}
		if !e.From.IsZero() {
			j.From = &e.From
		}
		if !e.To.IsZero() {
			j.To = &e.To
		}
		out = append(out, j)
	}
	return out
}

// unreadJSONOf returns parts of the files that could not be placed.
func unreadJSONOf(all []topology.Unknown, wanted func(*topology.Unknown) bool) []unreadJSON {
	var out []unreadJSON
	for i := range all {
		if u := &all[i]; wanted(u) {
			out = append(out, unreadJSON{u.ID, u.Path, u.What, u.Why, u.At.File, u.At.Line, u.At.Column, u.Stack})
		}
	}
	return out
}
