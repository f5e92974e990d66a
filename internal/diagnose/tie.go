package diagnose

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// maxInFile is the number of hops of files that an answer lists, if the text does not tell which of them it is.
const maxInFile = 5

// How well a name in a text fits an element of a file, from not at all to surely.
const (
	other = iota
	possible
	unnamed // the text has no name
	generated
	same
)

// Tie looks for the hops of files that the answers are about, and compares their verdicts with what the text proves. It returns
// how many hops there are besides that may be an answer and are not listed.
func (out *Diagnosis) Tie(hops []check.Hop) (more int) {
	for i := range out.Answers {
		more += out.Answers[i].tie(&out.denial, hops)
	}
	sure := false
	for i := range out.Answers {
		for _, f := range out.Answers[i].InFile {
			sure = sure || f.Sure
		}
	}
	if !sure {
		return more
	}
	// Where one hop is sure, the others that only may be meant are not.
	for i := range out.Answers {
		a := &out.Answers[i]
		a.uneditable()
		var kept []InFile
		for _, f := range a.InFile {
			if f.Sure {
				kept = append(kept, f)
			}
		}
		a.InFile = kept
	}
	return 0
}

// Tied reports whether any hop of files is, or may be, an answer.
func (out *Diagnosis) Tied() bool {
	return slices.ContainsFunc(out.Answers, func(a Answer) bool { return len(a.InFile) > 0 })
}

// uneditable says of the statements for a key's policy that they are for another key, if the key in the file is AWS managed.
func (a *Answer) uneditable() {
	for _, f := range a.InFile {
		what, key := "queue", string(f.Hop.Queue.Key)
		if a.Record().Resource() == kind.Topic {
			what, key = "topic", string(f.Hop.Topic.Key)
		}
		name, managed := service.ManagedKey(key)
		for i := range a.Remedies {
			if r := &a.Remedies[i]; f.Sure && managed && r.On == policygen.OnKey {
				r.Denied, r.If = false, "the "+what+" gets a customer managed key: it has alias/aws/"+name+" in the file, whose policy nobody can edit"
			}
		}
	}
}

func (a *Answer) tie(d *denial, hops []check.Hop) (more int) {
	for i := range hops {
		h := &hops[i]
		if h.Grouped || h.Moved || h.Record().BySNS() != a.Record().BySNS() || !h.Record().BySNS() && h.Kind != a.Hop.Kind {
			continue
		}
		fit := d.fit(h)
		if fit == other {
			continue
		}
		if fit < generated && len(a.InFile) == maxInFile {
			more++
			continue
		}
		f := InFile{Hop: *h, Sure: fit >= generated}
		f.Says, f.Contradicts = d.compare(h)
		a.InFile = append(a.InFile, f)
	}
	return more
}

// fit tells how well a hop of a file fits what the text names: as well as the end that fits least.
func (d *denial) fit(h *check.Hop) int {
	fit := other
	least := same
	take := func(f int) {
		least = min(least, f)
		if f != unnamed {
			fit = max(fit, f)
		}
	}
	take(nameFit(d.topic, string(h.Topic.ARN), h.End(kind.Topic)))
	take(nameFit(d.queue, string(h.Queue.ARN), h.End(kind.Queue)))
	if c := h.CallerElement; c != nil && c.Principal != nil && !d.bySNS {
		switch arn := d.callerARN(); {
		case d.byService != "" && policygen.IsService(c.Principal):
			if !text.EqualFold(c.Principal.String(), d.byService) {
				return other
			}
		case d.byService != "" || policygen.IsService(c.Principal) && arn != "":
			return other
		default:
			take(nameFit(arn, c.Principal.String(), &c.Element))
		}
	}
	if d.logical != "" {
		if d.logical != h.By.ID && d.logical != h.From.ID && d.logical != h.To.ID {
			return other
		}
		fit = same
	}
	switch {
	case least == other:
		return other
	case least == possible:
		return possible
	case fit == other:
		return unnamed
	}
	return fit
}

// nameFit tells how well an ARN of the text fits an element. CloudFormation and the CDK make a name of the stack's name, the
// logical id and random letters.
func nameFit(arn, of string, e *topology.Element) int {
	switch {
	case arn == "":
		return unnamed
	case e == nil && of == "":
		return unnamed
	case arn == of:
		return same
	case text.Equal(arn, of) == text.Yes:
		return same
	}
	p, _ := text.SplitARN(arn)
	name := p[text.Resource][strings.LastIndexByte(p[text.Resource], '/')+1:]
	if e != nil && e.ID != "" && !strings.Contains(e.ID, ":") && strings.Contains(name, "-"+e.ID+"-") && strings.HasPrefix(name, e.Stack) && text.Equal(arn, of) != text.No {
		return generated
	}
	if text.Equal(arn, of) == text.No {
		// What the text leaves out may be what the file has.
		if q, ok := text.SplitARN(of); ok && text.Unresolved(arn) {
			for i := range p {
				if text.Equal(p[i], q[i]) == text.No {
					return other
				}
			}
			return possible
		}
		return other
	}
	if q, ok := text.SplitARN(of); ok && q[text.Resource] == p[text.Resource] {
		return same // the file leaves open the account or the Region alone
	}
	return possible
}

// compare says whether the verdict of a hop in a file and the denial agree.
func (d *denial) compare(h *check.Hop) (says string, contradicts bool) {
	denied := h.Verdict == check.Broken
	hit, onKey := false, false
	for i := range h.Calls {
		c := &h.Calls[i]
		onKey = onKey || c.On == policygen.OnKey
		hit = hit || d.is(c.Call) && c.Outcome.Denied()
	}
	switch {
	case d.kms != "" && !onKey && h.EncryptionUnknown() == "":
		says = "the text proves that a KMS key is used, and in the file the hop needs none: what is deployed is not what the file has"
		if h.Record().Leaves() {
			says += ", or messages of an older key wait in the queue"
		}
		return says, true
	case denied && hit:
		return "the file says the same: the call is denied there too", false
	case denied:
		return "the hop is broken in the file too, for another reason than the call that was denied", false
	case h.Verdict == check.OK && (d.explicit || d.policy != "" && d.policy != identity && d.policy != resource):
		return "the file allows the hop; the policy that AWS names may not be in it", false
	case h.Verdict == check.OK:
		return "the text proves that the call was denied, and the file allows it: what is deployed is not what the file has, or something outside of it denies (a service control policy, a permissions boundary, a policy set by hand)", true
	}
	return "the file does not tell, and the text proves that the call was denied", false
}
