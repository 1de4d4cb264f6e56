package dataset

import (
	"container/heap"
	"math"

	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

// Partial scans: a connected region of the part is not there.

const (
	missingDraws     = 12 // regions that are tried until most of the defect is left
	missingNeighbors = 10 // over which a region grows
	missingWaves     = 8  // of the random function that makes its outline uneven,
	missingShort     = 0.1
	missingLong      = 0.6 // of these wavelengths, in diagonals
)

// removeRegion takes a region away where the recipe wants it, and one that leaves
// most of a defect.
func (m *maker) removeRegion(sample *Sample, cloud *geom.Cloud) *geom.Cloud {
	c := m.conditions()
	sample.Missing = 0
	if c.MaxMissing == 0 {
		return cloud
	}
	r := m.stream("missing")
	gone := int(math.Round(r.Uniform(c.MinMissing, c.MaxMissing) * float64(cloud.Len())))
	if gone == 0 {
		return cloud
	}
	g := newGrowth(cloud.Points, m.target.Diagonal(), r)
	label := cloud.Scalar("label")
	all := 0.0
	for _, l := range label {
		all += float64(l)
	}
	best, left := -1.0, []int32(nil)
	for try := 0; try < missingDraws && best < inSight; try++ {
		rest := g.rest(int32(r.Intn(cloud.Len())), gone)
		kept := 1.0
		if all > 0 {
			kept = 0
			for _, i := range rest {
				kept += float64(label[i]) / all
			}
		}
		if kept > best {
			best, left = kept, rest
		}
	}
	sample.Missing = float64(gone) / float64(cloud.Len())
	return cloud.Select(left)
}

// growth grows regions over a cloud, from a point to its nearest neighbours. How fast
// follows a random function of the place, so that outlines are uneven.
type growth struct {
	points []geom.Vec3
	tree   *spatial.Tree
	slow   field
}

func newGrowth(points []geom.Vec3, diagonal float64, r *seed.Rand) *growth {
	turns := func(r *seed.Rand) float64 { return 1 / (diagonal * r.LogUniform(missingShort, missingLong)) }
	return &growth{points, spatial.NewTree(points), newField(missingWaves, turns, r)}
}

// rest lists the points that are left when n have gone, the first of them start. Where a
// region has nowhere to grow to, because a part of the cloud stands alone, it
// jumps to the nearest point that is left.
func (g *growth) rest(start int32, n int) []int32 {
	taken := make([]bool, len(g.points))
	var near []spatial.Neighbor
	q := &frontier{{0, start}}
	for count := 0; count < n; {
		if q.Len() == 0 {
			heap.Push(q, step{0, g.nearestLeft(start, taken)})
		}
		s := heap.Pop(q).(step)
		if taken[s.to] {
			continue
		}
		taken[s.to] = true
		count++
		near = g.tree.KNN(g.points[s.to], missingNeighbors, near)
		slow := 0.5 + 2*g.slow.rank(g.points[s.to].D())
		for _, k := range near {
			if !taken[k.Index] {
				heap.Push(q, step{s.length + float64(slow*math.Sqrt(float64(k.Dist2))), k.Index})
			}
		}
	}
	left := make([]int32, 0, len(taken)-n)
	for i, t := range taken {
		if !t {
			left = append(left, int32(i))
		}
	}
	return left
}

// nearestLeft is the point nearest to start that is not taken.
func (g *growth) nearestLeft(start int32, taken []bool) int32 {
	best, least := int32(-1), math.Inf(1)
	for i, t := range taken {
		if d := float64(g.points[start].Dist2(g.points[i])); !t && d < least {
			best, least = int32(i), d
		}
	}
	return best
}

// step is a point that a region reaches next, and how far that is.
type step struct {
	length float64
	to     int32
}

// frontier is a heap of steps, the shortest first, ties by index.
type frontier []step

func (f frontier) Len() int { return len(f) }
func (f frontier) Less(i, k int) bool {
	return f[i].length < f[k].length || f[i].length == f[k].length && f[i].to < f[k].to
}
func (f frontier) Swap(i, k int) { f[i], f[k] = f[k], f[i] }
func (f *frontier) Push(s any)   { *f = append(*f, s.(step)) }
func (f *frontier) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}
