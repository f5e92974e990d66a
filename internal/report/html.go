package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"

	"github.com/hopgrant/hopgrant/internal/check"
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
	Drawn   []int // the hops in the order in which they are drawn: broken ones on top
	Broken  int
	Unknown int
	OK      int
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
	Calls          []pageCall
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
	columnGap  = 120
	margin     = 24
	headHeight = 46
)

// HopsHTML returns the hops as one page: publishers, topics, queues and consumers in columns, and the reasons on click. It
// holds everything that it shows and asks the network for nothing.
func HopsHTML(hops []check.Hop, paths []string) ([]byte, error) {
	f := newFlow(hops)
	p := page{Title: "hopgrant explain", Paths: clean(strings.Join(paths, ", ")), Counts: hopCounts(summarizeHops(hops))}
	at := f.layout(&p)
	from, to := f.ports(at)
	var lines []bezier
	for i, e := range f.edges {
		lines = append(lines, line(*at[e.from], *at[e.to], from[i], to[i], i))
	}
	xs, ys := labels(lines, p.Nodes)
	for i, e := range f.edges {
		hop := pageHopOf(i, e)
		hop.Path, hop.LabelX, hop.LabelY = lines[i].String(), xs[i], ys[i]
		p.Hops = append(p.Hops, hop)
		switch e.hop.Verdict {
		case check.Broken:
			p.Broken++
		case check.OK:
			p.OK++
		default:
			p.Unknown++
		}
	}
	var b bytes.Buffer
	if err := pageTemplate().Execute(&b, p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// layout places the nodes, and returns the place of each.
func (f *flow) layout(p *page) map[*node]*pageNode {
	at := map[*node]*pageNode{}
	rows := 1
	place := map[*node]float64{}
	for c, title := range columnTitles {
		x := margin + c*(nodeWidth+columnGap)
		p.Columns = append(p.Columns, pageColumn{title, x + nodeWidth/2})
		nodes := f.ordered(column(c), place)
		rows = max(rows, len(nodes))
		for i, n := range nodes {
			place[n] = float64(i)
			at[n] = &pageNode{X: x, Y: headHeight + margin + i*(nodeHeight+rowGap), W: nodeWidth, H: nodeHeight,
				Name: shorten(clean(short(n.label())), 26), Sub: shorten(clean(n.sub), 35), Full: tooltip(n), Class: class(n), Symbol: columnTitles[c]}
		}
	}
	f.center(at, rows)
	for _, n := range f.nodes {
		p.Nodes = append(p.Nodes, *at[n])
	}
	p.Drawn = drawn(f.edges)
	p.Width = 2*margin + len(columnTitles)*nodeWidth + (len(columnTitles)-1)*columnGap
	p.Height = headHeight + 2*margin + rows*(nodeHeight+rowGap)
	return at
}

func drawn(edges []edge) []int {
	order := make([]int, len(edges))
	for i := range order {
		order[i] = i
	}
	rank := map[check.Verdict]int{check.OK: 0, check.Unknown: 1, check.Broken: 2}
	slices.SortStableFunc(order, func(a, b int) int { return rank[edges[a].hop.Verdict] - rank[edges[b].hop.Verdict] })
	return order
}

// ordered returns the nodes of a column beside what they hang on: by the middle of their neighbours in earlier columns, a
// dead-letter queue below its source.
func (f *flow) ordered(c column, place map[*node]float64) []*node {
	nodes := f.column(c)
	weight := map[*node]float64{}
	for i, n := range nodes {
		sum, count := 0.0, 0
		for _, e := range f.edges {
			other := e.from
			if e.from == n {
				other = e.to
			} else if e.to != n {
				continue
			}
			if y, ok := place[other]; ok && other.column < c {
				sum, count = sum+y, count+1
			}
		}
		weight[n] = float64(i)
		if count > 0 {
			weight[n] = sum / float64(count)
		}
	}
	slices.SortStableFunc(nodes, func(a, b *node) int { return cmp.Compare(weight[a], weight[b]) })
	return f.belowSources(nodes)
}

// belowSources moves dead-letter queues to right below the first queue that they serve.
func (f *flow) belowSources(nodes []*node) []*node {
	source := map[*node]*node{}
	for _, e := range f.edges {
		if e.hop.Moved && source[e.to] == nil && e.from != e.to {
			source[e.to] = e.from
		}
	}
	var ordered []*node
	placed := map[*node]bool{}
	var place func(n *node)
	place = func(n *node) {
		if placed[n] {
			return
		}
		placed[n] = true
		ordered = append(ordered, n)
		for _, m := range nodes {
			if source[m] == n {
				place(m)
			}
		}
	}
	for _, n := range nodes {
		if source[n] == nil {
			place(n)
		}
	}
	for _, n := range nodes {
		place(n) // of those that serve each other
	}
	return ordered
}

// center moves the columns with fewer nodes to the middle.
func (f *flow) center(at map[*node]*pageNode, rows int) {
	for c := range columnTitles {
		nodes := f.column(column(c))
		shift := (rows - len(nodes)) * (nodeHeight + rowGap) / 2
		for _, n := range nodes {
			at[n].Y += shift
		}
	}
}

func tooltip(n *node) string {
	text := n.label()
	if n.sub != "" {
		text += "\n" + n.sub
	}
	if n.at.Line > 0 {
		text += "\n" + n.at.String()
	}
	return clean2(text)
}

// clean2 is clean, but keeps lines.
func clean2(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n")
}

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

// short returns the name at the end of an ARN; the tooltip has all of it.
func short(name string) string {
	if !strings.HasPrefix(name, "arn:") {
		return name
	}
	if i := strings.LastIndexAny(name, ":/"); i >= 0 && i+1 < len(name) && !strings.Contains(name, "${") {
		return "… " + name[i+1:]
	}
	return name
}

func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	head := most * 2 / 3
	return string(r[:head]) + "…" + string(r[len(r)-(most-head-1):])
}

func pageHopOf(i int, e edge) pageHop {
	h := e.hop
	p := pageHop{N: i, Kind: string(h.Kind), From: clean(e.from.label()), To: clean(e.to.label()), Verdict: h.Verdict.String(), Why: clean(h.Why),
		At: clean(h.By.At.String()), Scenario: clean(h.Scenario), Inferred: clean(h.Inferred), Moved: h.Moved}
	for k := range h.Calls {
		c := &h.Calls[k]
		class := "unknown"
		switch {
		case c.Outcome.Denied():
			class = "broken"
		case c.Outcome.String() == "allowed":
			class = "ok"
		}
		p.Calls = append(p.Calls, pageCall{Action: c.Action, On: clean(holder(c)), Caller: clean(c.Caller.String()), Resource: clean(string(c.Resource)),
			Decision: c.Outcome.String(), Class: class, Why: clean(c.Why()), Unsure: c.Unsure, Doc: c.Doc})
		if c.Why() == h.Why {
			p.Why = ""
		}
	}
	return p
}

// A bezier is the line of an edge.
type bezier [4]struct{ x, y int }

func (b bezier) String() string {
	return fmt.Sprintf("M%d %d C%d %d %d %d %d %d", b[0].x, b[0].y, b[1].x, b[1].y, b[2].x, b[2].y, b[3].x, b[3].y)
}

// at returns the point at t, from 0 to 1.
func (b bezier) at(t float64) (x, y int) {
	u := 1 - t
	weights := [4]float64{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t}
	var fx, fy float64
	for i, w := range weights {
		fx += w * float64(b[i].x)
		fy += w * float64(b[i].y)
	}
	return int(fx), int(fy)
}

// line returns the line of an edge whose ends are at these heights.
func line(from, to pageNode, y1, y2, i int) bezier {
	x1, x2 := from.X+from.W, to.X
	if from.X == to.X {
		// Within a column the edge bows out to the right.
		bow := 40 + 12*(i%4)
		x2 = to.X + to.W
		return bezier{{x1, y1}, {x1 + bow, y1}, {x2 + bow, y2}, {x2 + 2, y2}}
	}
	if from.X > to.X {
		x1, x2 = from.X, to.X+to.W
		middle := (x1 + x2) / 2
		return bezier{{x1, y1}, {middle, y1}, {middle, y2}, {x2 + 2, y2}}
	}
	middle := (x1 + x2) / 2
	return bezier{{x1, y1}, {middle, y1}, {middle, y2}, {x2 - 2, y2}}
}

// A port is where an edge meets a node: on its left or right side.
type port struct {
	n    *node
	left bool
}

// ports spreads the ends of edges over the sides of the nodes, in the order of the other ends, so that lines cross little.
func (f *flow) ports(at map[*node]*pageNode) (from, to []int) {
	from, to = make([]int, len(f.edges)), make([]int, len(f.edges))
	type end struct {
		y     *int
		other int
	}
	sides := map[port][]end{}
	for i, e := range f.edges {
		sameColumn := e.from.column == e.to.column
		out := port{e.from, e.from.column > e.to.column}
		in := port{e.to, e.from.column < e.to.column}
		if sameColumn {
			out.left, in.left = false, false
		}
		sides[out] = append(sides[out], end{&from[i], at[e.to].Y})
		sides[in] = append(sides[in], end{&to[i], at[e.from].Y})
	}
	for p, ends := range sides {
		slices.SortStableFunc(ends, func(a, b end) int { return a.other - b.other })
		for i, e := range ends {
			*e.y = at[p.n].Y + nodeHeight*(i+1)/(len(ends)+1)
		}
	}
	return from, to
}

// tagWidth and tagHeight are those of an edge's label.
const tagWidth, tagHeight = 80, 22

// labels places each edge's label on its line, where it covers neither a node nor another label as far as possible.
func labels(lines []bezier, nodes []pageNode) (xs, ys []int) {
	for _, l := range lines {
		x, y, least := 0, 0, 1<<30
		for _, t := range []float64{0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78, 0.45, 0.55, 0.16, 0.84} {
			tx, ty := l.at(t)
			covered := 0
			for i := range xs {
				if abs(xs[i]-tx) < tagWidth && abs(ys[i]-ty) < tagHeight {
					covered++
				}
			}
			for _, n := range nodes {
				if tx+tagWidth/2 > n.X && tx-tagWidth/2 < n.X+n.W && ty+tagHeight/2 > n.Y && ty-tagHeight/2 < n.Y+n.H {
					covered += 2
				}
			}
			if covered < least {
				x, y, least = tx, ty, covered
			}
		}
		xs, ys = append(xs, x), append(ys, y)
	}
	return xs, ys
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
