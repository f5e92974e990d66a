package report

import (
	"fmt"
	"slices"
)

// A bezier is the line of an edge: a cubic curve with its two ends and two control points.
type bezier [4]struct{ x, y int }

func (b bezier) String() string {
	return fmt.Sprintf("M%d %d C%d %d %d %d %d %d", b[0].x, b[0].y, b[1].x, b[1].y, b[2].x, b[2].y, b[3].x, b[3].y)
}

// at returns the point of the curve at t, from 0 to 1.
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

// line returns the line of edge i, which leaves from at height y1 and reaches to at height y2.
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

// A port is the side of a node where edges meet it.
type port struct {
	n    *node
	left bool
}

// ports returns the heights at which each edge leaves and reaches its nodes. On each side the ends have the order of the other
// ends, so that few lines cross.
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

// An edge's label is tagWidth wide and tagHeight high.
const tagWidth, tagHeight = 80, 22

// maxPlaced is how many labels are placed beside each other; in a picture with more they cover each other anywhere.
const maxPlaced = 1000

// labels returns the center of each edge's label: the place on its line where it covers the fewest nodes and labels.
func labels(lines []bezier, nodes []pageNode) (xs, ys []int) {
	if len(lines) > maxPlaced {
		for _, l := range lines {
			x, y := l.at(0.5)
			xs, ys = append(xs, x), append(ys, y)
		}
		return xs, ys
	}
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
