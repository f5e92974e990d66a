package cli

import (
	"strconv"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// appendAnswer appends the line that answers a request, without reflection: it is most of what a decision costs. Its fields
// are added, never renamed:
//
//	id           as the request has it
//	decision     allowed, explicitly-denied, implicitly-denied or undecided
//	explanation  why, in one paragraph
//	reasons      of each statement: policy (the field that holds it), level (of control policies, from 0), index (in the list
//	             of policies, from 0), statement (from 0), sid, effect, applies (no, maybe or yes), element (because of which it
//	             does not, or may not, apply) and text
//	notes        what should be known about the request; see [eval.Decision.Notes]
func appendAnswer(b []byte, id string, d eval.Decision) []byte {
	b = append(b, '{')
	if id != "" {
		b = append(append(append(b, `"id":`...), id...), ',')
	}
	b = appendText(b, `"decision":`, d.Outcome.String())
	b = appendText(b, `,"explanation":`, d.Explain())
	b = append(b, `,"reasons":[`...)
	for i := range d.Reasons {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendReason(b, &d.Reasons[i])
	}
	b = append(b, ']')
	if notes := d.Notes(); len(notes) > 0 {
		b = append(b, `,"notes":[`...)
		for i, note := range notes {
			if i > 0 {
				b = append(b, ',')
			}
			b = value.AppendJSON(b, note)
		}
		b = append(b, ']')
	}
	return append(b, '}', '\n')
}

func appendReason(b []byte, r *eval.Reason) []byte {
	b = appendText(b, `{"policy":`, policyFieldOf(r.Policy).name)
	switch r.Policy {
	case eval.ServiceControlPolicy, eval.ResourceControlPolicy:
		b = appendNumber(appendNumber(b, `,"level":`, r.Level), `,"index":`, r.Index)
	case eval.IdentityPolicy, eval.SessionPolicy:
		b = appendNumber(b, `,"index":`, r.Index)
	}
	b = appendNumber(b, `,"statement":`, r.Statement)
	if r.Sid != "" {
		b = appendText(b, `,"sid":`, r.Sid)
	}
	b = appendText(b, `,"effect":`, string(r.Effect))
	b = appendText(b, `,"applies":`, r.Applies.String())
	if r.Element != eval.NoElement {
		b = appendText(b, `,"element":`, r.Element.String())
	}
	return append(appendText(b, `,"text":`, r.String()), '}')
}

func appendText(b []byte, name, text string) []byte {
	return value.AppendJSON(append(b, name...), text)
}

func appendNumber(b []byte, name string, n int) []byte {
	return strconv.AppendInt(append(b, name...), int64(n), 10)
}
