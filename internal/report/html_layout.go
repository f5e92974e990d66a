package report

import (
	"cmp"
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
)

// layout adds the nodes and columns to the page, and returns the page's node for each.
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
				Name: shorten(clean(short(n.name)), 26), Sub: shorten(clean(n.sub), 35), Full: tooltip(n), Class: class(n), Symbol: columnTitles[c]}
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

// drawn returns the indexes of the edges in the order in which they are drawn.
func drawn(edges []edge) []int {
	order := make([]int, len(edges))
	for i := range order {
		order[i] = i
	}
	rank := map[check.Verdict]int{check.OK: 0, check.Unknown: 1, check.Broken: 2} // the worst on top
	slices.SortStableFunc(order, func(a, b int) int { return rank[edges[a].hop.Verdict] - rank[edges[b].hop.Verdict] })
	return order
}

// ordered returns the nodes of a column from top to bottom. Each is near the middle of its neighbours in earlier columns, and
// a dead-letter queue is below its source.
func (f *flow) ordered(c column, place map[*node]float64) []*node {
	nodes := f.column(c)
	weight := map[*node]float64{}
	for i, n := range nodes {
		sum, count := 0.0, 0
		for _, e := range slices.Concat(f.into[n], f.out[n]) {
			other := e.from
			if e.from == n {
				other = e.to
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

// belowSources moves each dead-letter queue right below the first queue that it serves.
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
		place(n) // queues that are each other's dead-letter queue have no first
	}
	return ordered
}

// center centers the nodes of each column between the first and the last row.
func (f *flow) center(at map[*node]*pageNode, rows int) {
	for c := range columnTitles {
		nodes := f.column(column(c))
		shift := (rows - len(nodes)) * (nodeHeight + rowGap) / 2
		for _, n := range nodes {
			at[n].Y += shift
		}
	}
}
