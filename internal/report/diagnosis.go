package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/diagnose"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// DiagnosesText returns diagnoses for people: what was denied, why, the statements that allow it, and what is open.
func DiagnosesText(all []diagnose.Diagnosis, style Style) ([]byte, error) {
	var b bytes.Buffer
	for i := range all {
		if i > 0 {
			b.WriteByte('\n')
		}
		diagnosisText(&b, &all[i], style)
	}
	return noCommands(b.Bytes()), nil
}

func diagnosisText(b *bytes.Buffer, d *diagnose.Diagnosis, style Style) {
	fmt.Fprintf(b, "%s: %s%s\n", style.paint(bold, clean(d.Where)), style.paint(red, clean(d.Denied)), times(d))
	fmt.Fprintf(b, "  why: %s\n", clean(d.Why))
	if d.Denier != "" {
		fmt.Fprintf(b, "  policy: %s\n", clean(d.Denier))
	}
	for i := range d.Answers {
		a := &d.Answers[i]
		from, to := hopEnds(a)
		fmt.Fprintf(b, "  %s: %s, %s -> %s\n", hopWord(d), a.Hop.Kind, clean(from), clean(to))
		for _, f := range a.InFile {
			inFileText(b, &f, style)
		}
		if a.Unsolved != "" {
			fmt.Fprintf(b, "  mend: %s\n", clean(a.Unsolved))
		}
		for _, r := range a.Remedies {
			text := statementsJSON(r.Document.Statements)
			fmt.Fprintf(b, "  mend: %s\n%s\n", clean(remedySentence(&r)), indent(cleanLines(text), "    "))
		}
	}
	if len(d.Missing) > 0 {
		fmt.Fprintf(b, "  fill in: %s, which the text does not tell\n", clean(strings.Join(d.Missing, ", ")))
	}
	for _, n := range d.Notes {
		fmt.Fprintf(b, "  note: %s\n", clean(n))
	}
	for _, q := range d.Open {
		fmt.Fprintf(b, "  open: %s\n    %s\n", clean(q.What), style.paint(dim, clean(q.Command)))
	}
	fmt.Fprintf(b, "  seen as: %s, %s\n", d.Form.Name, d.Form.Doc)
}

func times(d *diagnose.Diagnosis) string {
	if d.Times < 2 {
		return ""
	}
	return fmt.Sprintf(" (%d times)", d.Times)
}

// hopWord is what a line of a hop begins with: there may be several that the call can belong to.
func hopWord(d *diagnose.Diagnosis) string {
	if len(d.Answers) > 1 {
		return "may be the hop"
	}
	return "hop"
}

func inFileText(b *bytes.Buffer, f *diagnose.InFile, style Style) {
	is := "may be"
	if f.Sure {
		is = "is"
	}
	h := &f.Hop
	fmt.Fprintf(b, "  in the file: it %s %s, %s -> %s, at %s: %s\n", is, h.Kind, clean(h.From.Label()), clean(h.To.Label()), clean(h.By.At.String()),
		style.paint(verdictColor(h.Verdict), h.Verdict.String()))
	if h.Why != "" {
		fmt.Fprintf(b, "    %s\n", clean(h.Why))
	}
	says := clean(f.Says)
	if f.Contradicts {
		says = style.paint(yellow, "contradiction: ") + says
	}
	fmt.Fprintf(b, "    %s\n", says)
}

// hopEnds names the ends of an answer's hop in the direction of the message.
func hopEnds(a *diagnose.Answer) (from, to string) {
	k := a.Record()
	return endName(a, k.From), endName(a, k.To)
}

func endName(a *diagnose.Answer, p kind.Part) string {
	switch p {
	case kind.Topic:
		return string(a.Hop.Topic.ARN)
	case kind.Queue:
		return string(a.Hop.Queue.ARN)
	case kind.Destination:
		return string(a.Hop.Destination.ARN)
	}
	switch {
	case a.Hop.Caller != nil:
		return a.Hop.Caller.String()
	case a.Hop.Client == policygen.LambdaTrigger:
		return "the function's execution role"
	}
	return "the caller"
}

// remedySentence says to which policy the statements of a remedy belong, and when.
func remedySentence(r *diagnose.Remedy) string {
	s := "add to the " + string(r.On) + " policy of " + r.Of
	if r.On == policygen.OnIdentity {
		s = "add to an identity policy of " + r.Of
	}
	switch {
	case r.If != "":
		return s + ", if " + r.If
	case !r.Denied:
		return s + " too, if it is not there"
	}
	return s
}
