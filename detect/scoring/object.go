package scoring

import (
	"cmp"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
)

// The score of a whole scan: that of its worst region.

const (
	// ObjectShare is the share of a scan's points that a region must have to carry the
	// object score, and leastRegion the least number. A share, not a number, so that scans
	// of 8,000 and 30,000 points compare.
	ObjectShare = 0.0025
	leastRegion = 10
	// regionReach is within how many spacings points of a region lie.
	regionReach = 2.5
)

// ObjectScore is the score of the worst region: the highest that connected points, as many
// as ObjectShare says, all have. However high a few points score, alone
// they carry nothing. points are finite; score holds pooled ones, at least 0, which count
// where use is true (nil: everywhere). 0 where no region scores above 0.
func ObjectScore(points []geom.Vec3, score []float32, use []bool) float32 {
	return objectScore(points, score, use, regionSize(len(points)))
}

// SmallRegion is how many points a region has at least where a tolerance decides: what is out
// of tolerance may be small, and the tolerance, unlike what was learnt, is no guess.
const SmallRegion = leastRegion

// objectScore is ObjectScore for regions of so many points.
func objectScore(points []geom.Vec3, score []float32, use []bool, need int) float32 {
	var order []int32
	for i, s := range score {
		if s > 0 && (use == nil || use[i]) {
			order = append(order, int32(i))
		}
	}
	if len(order) == 0 {
		return 0
	}
	tree := spatial.NewTree(points)
	some := make([]geom.Vec3, 0, 1000)
	for i := 0; i < len(order); i += stat.Step(len(order), 1000) {
		some = append(some, points[order[i]])
	}
	reach := regionReach * typicalSpacing(tree, some)
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b)) })
	g := growth{parent: map[int32]int32{}, size: map[int32]int{}}
	var near []spatial.Neighbor
	for _, i := range order {
		g.parent[i], g.size[i] = i, 1
		root := i
		near = tree.Radius(points[i], reach, near)
		for _, n := range near {
			if _, in := g.parent[n.Index]; in {
				root = g.join(i, n.Index)
			}
		}
		if g.size[root] >= need {
			return score[i]
		}
	}
	return 0
}

// regionSize is how many points a region has at least, in a scan of n.
func regionSize(n int) int { return max(leastRegion, int(math.Round(ObjectShare*float64(n)))) }

// growth is the forest of the points that were reached from the highest score down.
type growth struct {
	parent map[int32]int32
	size   map[int32]int
}

func (g *growth) root(i int32) int32 {
	for g.parent[i] != i {
		g.parent[i] = g.parent[g.parent[i]]
		i = g.parent[i]
	}
	return i
}

func (g *growth) join(a, b int32) int32 {
	a, b = g.root(a), g.root(b)
	if a == b {
		return a
	}
	if b < a {
		a, b = b, a
	}
	g.parent[b] = a
	g.size[a] += g.size[b]
	return a
}
