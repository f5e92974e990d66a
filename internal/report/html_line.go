package report

import (
	"fmt"
	"slices"
)

// A bezier is the line of an edge: a cubic curve with its two ends and two control points, and a straight run in front of it or behind it.
type bezier struct {
	points [4]struct{ x, y int }
	// before and behind are the ends of the runs, which are level with the ends of the curve.
	before, behind int
	// labelled is from where on the curve its label is looked for: 0.5 is the middle.
	labelled float64
}

func (b bezier) String() string {
	p := b.points
	return fmt.Sprintf("M%d %dH%dC%d %d %d %d %d %dH%d", b.before, p[0].y, p[0].x, p[1].x, p[1].y, p[2].x, p[2].y, p[3].x, p[3].y, b.behind)
}

// at returns the point at t, which is from 0 to 1 on the curve; below 0 and above 1 it is on the runs, with their middles at -1 and 2.
func (b bezier) at(t float64) (x, y int) {
	p := b.points
	switch {
	case t < 0:
		return (p[0].x + b.before) / 2, p[0].y
	case t > 1:
		return (p[3].x + b.behind) / 2, p[3].y
	}
	u := 1 - t
	weights := [4]float64{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t}
	var fx, fy float64
	for i, w := range weights {
		fx += w * float64(p[i].x)
		fy += w * float64(p[i].y)
	}
	return int(fx), int(fy)
}

// far is the height from which on a line has a straight run at one end, where its label is.
const far = 4 * (nodeHeight + rowGap)

// run is how long the straight run is.
const run = tagWidth + 16

// line returns the line of edge i, which leaves from at height y1 and reaches to at height y2. A long one has a run at the end with fewer
// lines, which is behind the curve if that is where it goes to.
func line(from, to pageNode, y1, y2, i int, behind bool) bezier {
	x1, x2 := from.X+from.W, to.X-2
	if from.X == to.X {
		// Within a column the edge bows out to the right.
		bow := 40 + 12*(i%4)
		x2 = to.X + to.W
		return curve(x1, y1, x2+2, y2, x1+bow, x2+bow, 0.5)
	}
	if from.X > to.X {
		x1, x2 = from.X, to.X+to.W+2
	}
	if abs(y1-y2) < far {
		return curve(x1, y1, x2, y2, (x1+x2)/2, (x1+x2)/2, 0.5)
	}
	towards := run
	if x2 < x1 {
		towards = -run
	}
	if behind {
		middle := (x1 + x2 - towards) / 2
		b := curve(x1, y1, x2-towards, y2, middle, middle, 2)
		b.behind = x2
		return b
	}
	middle := (x1 + towards + x2) / 2
	b := curve(x1+towards, y1, x2, y2, middle, middle, -1)
	b.before = x1
	return b
}

func curve(x1, y1, x2, y2, control1, control2 int, labelled float64) bezier {
	return bezier{[4]struct{ x, y int }{{x1, y1}, {control1, y1}, {control2, y2}, {x2, y2}}, x1, x2, labelled}
}

// A port is the side of a node where edges meet it.
type port struct {
	n    *node
	left bool
}

// ports returns the heights at which each edge leaves and reaches its nodes, and whether fewer edges meet where it reaches than where
// it leaves. On each side the ends have the order of the other ends, so that few lines cross.
func (f *flow) ports(at map[*node]*pageNode) (from, to []int, behind []bool) {
	from, to, behind = make([]int, len(f.edges)), make([]int, len(f.edges)), make([]bool, len(f.edges))
	type end struct {
		y     *int
		other int
	}
	sides := map[port][]end{}
	ends := make([][2]port, len(f.edges))
	for i, e := range f.edges {
		sameColumn := e.from.column == e.to.column
		out := port{e.from, e.from.column > e.to.column}
		in := port{e.to, e.from.column < e.to.column}
		if sameColumn {
			out.left, in.left = false, false
		}
		ends[i] = [2]port{out, in}
		sides[out] = append(sides[out], end{&from[i], at[e.to].Y})
		sides[in] = append(sides[in], end{&to[i], at[e.from].Y})
	}
	for p, ends := range sides {
		slices.SortStableFunc(ends, func(a, b end) int { return a.other - b.other })
		for i, e := range ends {
			*e.y = at[p.n].Y + nodeHeight*(i+1)/(len(ends)+1)
		}
	}
	for i, e := range ends {
		behind[i] = len(sides[e[1]]) <= len(sides[e[0]])
	}
	return from, to, behind
}

// An edge's label is tagWidth wide and tagHeight high, with the space around it.
const tagWidth, tagHeight = 80, 18

// maxPlaced is how many labels are placed; a picture with more has none, because they would take too long to place.
const maxPlaced = 2000

// A place is the center of an edge's label, if there is room for it.
type place struct {
	x, y  int
	found bool
}

// labels returns the places of the edges' labels: for each the point nearest to that where its line wants it, where it covers no node
// and no other label. Edges that are drawn last, which are the broken ones, are placed first. An edge without room has no label.
func labels(lines []bezier, nodes []pageNode, drawn []int) []place {
	places := make([]place, len(lines))
	if len(lines) > maxPlaced {
		return places
	}
	var taken []place
	for k := len(drawn) - 1; k >= 0; k-- {
		i := drawn[k]
		for _, t := range lines[i].candidates() {
			x, y := lines[i].at(t)
			if free(x, y, taken, nodes) {
				places[i] = place{x, y, true}
				taken = append(taken, places[i])
				break
			}
		}
	}
	return places
}

// candidates returns where on the line its label may be: the best place first.
func (b bezier) candidates() []float64 {
	all := []float64{b.labelled}
	for step := range 40 {
		// From there along the curve: outwards from its middle, or inwards from its end.
		t := 0.5 + float64((step+1)/2)*0.02*float64(1-2*(step%2))
		switch {
		case b.labelled < 0:
			t = float64(step) * 0.02
		case b.labelled > 1:
			t = 1 - float64(step)*0.02
		}
		all = append(all, t)
	}
	return all
}

// free reports whether a label with this center covers no node and none of those that are placed.
func free(x, y int, taken []place, nodes []pageNode) bool {
	for _, p := range taken {
		if abs(p.x-x) < tagWidth && abs(p.y-y) < tagHeight {
			return false
		}
	}
	for _, n := range nodes {
		if x+tagWidth/2 > n.X && x-tagWidth/2 < n.X+n.W && y+tagHeight/2 > n.Y && y-tagHeight/2 < n.Y+n.H {
			return false
		}
	}
	return true
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
