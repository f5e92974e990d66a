package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"strings"
	"sync"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/text"
)

//go:embed page.gohtml
var pageText string

var pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageText)) })

// A page is what the HTML template shows.
type page struct {
	Title   string
	Paths   string
	Counts  string
	Width   int
	Height  int
	Columns []pageColumn
	Nodes   []pageNode
	Hops    []pageHop
	Drawn   []int // indexes of the hops in the order in which they are drawn: broken ones last, on top
	Broken  int
	Unknown int
	OK      int
	Unread  []string
	Notes   []string
	// Findings are those of the report; it has none if the hops are only explained.
	Findings []pageFinding
}

type pageColumn struct {
	Title string
	X     int
}

type pageNode struct {
	X, Y, W, H    int
	Name, Sub     string
	Full          string // tooltip
	Class, Symbol string
}

type pageHop struct {
	N              int
	Kind, From, To string
	Verdict, Why   string
	At, Scenario   string
	Inferred       string
	Path           string // SVG
	LabelX, LabelY int
	Labelled       bool  // there is room for the label
	Findings       []int // indexes of the findings that are about the hop
	Calls          []pageCall
	Evidence       []string
	Moved          bool
}

type pageCall struct {
	Action, On, Caller, Resource string
	Decision, Class, Why         string
	Unsure, Doc                  string
}

// Measures of the picture, in pixels.
const (
	nodeWidth  = 250
	nodeHeight = 54
	rowGap     = 22
	columnGap  = 136
	margin     = 24
	headHeight = 46
)

// HopsHTML returns the hops as one page with publishers, topics, queues and consumers in columns, which shows a hop's reasons
// on a click, and the findings with what mends them, written by the style's Fix. The page is complete: it needs no network.
func HopsHTML(r check.Report, paths []string, style Style) ([]byte, error) {
	f := newFlow(r.Hops)
	p := page{Title: "hopgrant explain", Paths: clean(strings.Join(paths, ", ")), Counts: hopCounts(summarize(r)) + notKnown(r), OK: r.OK, Broken: r.Broken, Unknown: r.Unknown}
	for i := range r.Unread {
		u := &r.Unread[i]
		p.Unread = append(p.Unread, cleanLines(u.Label()+" is not known: "+u.Why+" ("+u.At.String()+")"))
	}
	for _, n := range r.Notes {
		p.Notes = append(p.Notes, clean(n))
	}
	at := f.layout(&p)
	from, to, behind := f.ports(at)
	var lines []bezier
	for i, e := range f.edges {
		lines = append(lines, line(*at[e.from], *at[e.to], from[i], to[i], i, behind[i]))
	}
	places := labels(lines, p.Nodes, p.Drawn)
	for i, e := range f.edges {
		hop := pageHopOf(i, e)
		hop.Path = lines[i].String()
		hop.LabelX, hop.LabelY, hop.Labelled = places[i].x, places[i].y, places[i].found
		p.Hops = append(p.Hops, hop)
	}
	if err := p.addFindings(r, f.edges, style); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := pageTemplate().Execute(&b, p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func tooltip(n *node) string {
	text := n.name
	if n.logical != "" {
		text += "\nlogical id " + n.logical
	}
	if n.sub != "" {
		text += "\n" + n.sub
	}
	if n.at.Line > 0 {
		text += "\n" + n.at.String()
	}
	return cleanLines(text)
}

// class returns the CSS classes of a node.
func class(n *node) string {
	class := "node " + columnTitles[n.column]
	if n.foreign {
		class += " foreign"
	}
	if n.dlq {
		class += " dlq"
	}
	return class
}

// short returns the last part of an ARN, and other names as they are.
func short(name string) string {
	parts, ok := text.SplitARN(name)
	if !ok || text.Unresolved(name) {
		return name
	}
	if last := parts[text.Resource][strings.LastIndexAny(parts[text.Resource], ":/")+1:]; last != "" {
		return "… " + last
	}
	return name
}

func pageHopOf(i int, e edge) pageHop {
	h := e.hop
	p := pageHop{N: i, Kind: string(h.Kind), From: clean(e.from.name), To: clean(e.to.name), Verdict: h.Verdict.String(), Why: clean(h.Why),
		At: clean(h.By.At.String()), Scenario: clean(h.Scenario), Inferred: clean(h.Inferred), Moved: h.Moved}
	for k := range h.Evidence {
		p.Evidence = append(p.Evidence, evidenceText(&h.Evidence[k]))
	}
	for k := range h.Calls {
		c := &h.Calls[k]
		p.Calls = append(p.Calls, pageCall{Action: c.Action, On: clean(holder(c)), Caller: clean(c.Caller.String()), Resource: clean(string(c.Resource)),
			Decision: c.Outcome.String(), Class: outcomeVerdict(c.Outcome).String(), Why: clean(c.Why()), Unsure: c.Unsure, Doc: c.Doc})
		if c.Why() == h.Why {
			p.Why = ""
		}
	}
	return p
}
