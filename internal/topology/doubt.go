package topology

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// Doubt notes that the element need not mean another one by what it refers to; why says when it does, and is empty if it surely
// does. A hop of both has no verdict.
func (e *Element) Doubt(about *Element, why string) {
	if why == "" {
		return
	}
	if e.Doubts == nil {
		e.Doubts = map[*Element]string{}
	}
	e.Doubts[about] = why
}

// Elsewhere says in which account and Region a literal ARN or a queue's URL is that of an element with an ARN of its own; empty
// if it is wherever the file is deployed to. That nothing else in the file names another account is no proof.
func Elsewhere(written string, e *Element, arn string) string {
	if e.Foreign {
		return ""
	}
	if url := QueueOfURL(written); url != "" {
		written = string(url)
	}
	w, ok := text.SplitARN(written)
	own, known := text.SplitARN(arn)
	if !ok || !known {
		return ""
	}
	var where, flags []string
	if w[text.Account] != own[text.Account] {
		where, flags = append(where, "account "+w[text.Account]), append(flags, "--account")
	}
	if w[text.Region] != own[text.Region] {
		where, flags = append(where, "Region "+w[text.Region]), append(flags, "--region")
	}
	if where == nil {
		return ""
	}
	return written + " is " + e.Label() + " only in " + strings.Join(where, " and ") + ", and it is not known whether that is where it is deployed; pass " +
		strings.Join(flags, " and ")
}

// InDoubt says why it is not known whether what the hop connects belongs together; empty if it is known.
func (h *Hop) InDoubt() string {
	from := []*Element{h.By}
	var to []*Element
	add := func(e *Element) { from, to = append(from, e), append(to, e) }
	if h.TopicElement != nil {
		add(&h.TopicElement.Element)
	}
	for _, q := range []*Queue{h.QueueElement, h.DestinationElement} {
		if q != nil {
			add(&q.Element)
		}
	}
	if h.CallerElement != nil {
		add(&h.CallerElement.Element)
	}
	for _, q := range h.Sources {
		if h.Moved || q.Key != nil { // else it does not matter whose dead-letter queue it is
			from = append(from, &q.Element)
		}
	}
	for r := range h.keys {
		to = append(to, &r.Key.Element)
	}
	for _, a := range from {
		if a == nil || a.Doubts == nil {
			continue
		}
		for _, b := range to {
			if why := a.Doubts[b]; why != "" {
				return why
			}
		}
	}
	return ""
}

// DoubtForeign notes that what is only referred to may be a resource of the file: one whose name is made at deployment, or one of
// several of a name. Its policies then are that resource's.
func (r *Registry) DoubtForeign() {
	type end struct {
		*Element
		arn                string
		policies, possible *[]*Policy
		name               string // is in the ARN whatever else is: CloudFormation writes the logical id into names that it makes
		why                string
	}
	var own, foreign []end
	add := func(e end) {
		e.name = text.Known(e.arn, text.Resource)
		switch {
		case e.Foreign:
			if e.name != "" && len(*e.policies) > 0 {
				foreign = append(foreign, e)
			}
		case generated(e.Element, strings.TrimSuffix(e.arn, ".fifo")):
			e.name, e.why = e.ID, "whose name is made at deployment"
			own = append(own, e)
		case e.name != "" && text.Unresolved(e.arn):
			e.why = "whose account and Region are not known"
			own = append(own, e)
		}
	}
	for _, q := range r.Queues {
		add(end{Element: &q.Element, arn: string(q.ARN), policies: &q.Policies, possible: &q.Possible})
	}
	for _, t := range r.Topics {
		add(end{Element: &t.Element, arn: string(t.ARN), policies: &t.Policies, possible: &t.Possible})
	}
	for _, c := range r.Callers {
		add(end{Element: &c.Element, arn: c.Principal.String(), policies: &c.Identity, possible: &c.Possible})
	}
	for _, f := range foreign {
		for _, o := range own {
			if !strings.Contains(f.arn, o.name) || text.Equal(f.arn, o.arn) == text.No {
				continue
			}
			why := f.arn + " may be " + o.Label() + ", " + o.why
			f.Doubt(f.Element, why)
			for _, p := range *f.policies {
				p.Doubt(o.Element, why)
				*o.possible = append(*o.possible, p)
			}
		}
	}
}

// generated reports whether the name of an element with the ARN is made at deployment: the ARN ends in a reference to the element
// itself.
func generated(e *Element, arn string) bool {
	_, reference, _ := text.CutTrailing(arn)
	return strings.HasSuffix(reference, e.ID+"}")
}

// ownARNs are the ARNs of resources of the file that end in what is made at deployment, for each resource something else. A name that
// a parameter gives is none: it may be that of another one, which is there in its stead.
type ownARNs map[string]bool

// Distinct reports whether two unresolved ARNs are those of different resources of the file.
func (h *Hop) Distinct(a, b string) bool { return a != b && h.own[a] && h.own[b] }

func (t *Topology) ownARNs() ownARNs {
	own := ownARNs{}
	add := func(e *Element, arn string) {
		_, reference, _ := text.CutTrailing(strings.TrimSuffix(arn, ".fifo"))
		made := strings.TrimSuffix(strings.TrimPrefix(reference, "${"), "}")
		if !e.Foreign && (made == e.ID || strings.HasSuffix(made, "/"+e.ID) || strings.HasPrefix(made, e.ID+".")) {
			own[arn] = true
		}
	}
	for _, x := range t.Topics {
		add(&x.Element, string(x.ARN))
	}
	for _, q := range t.Queues {
		add(&q.Element, string(q.ARN))
	}
	for _, k := range t.Keys {
		add(&k.Element, string(k.ARN))
	}
	for _, c := range t.Callers {
		add(&c.Element, c.Principal.String())
	}
	return own
}
