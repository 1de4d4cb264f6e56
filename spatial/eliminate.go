package spatial

import (
	"context"
	"fmt"
	"math"
	"slices"

	"blemish/geom"
	"blemish/task"
)

// Poisson-disk sampling by weighted sample elimination (Yuksel, "Sample elimination
// for generating Poisson disk sample sets", 2015).

// Constants of the paper, section 3.
const (
	eliminateBeta  = 0.65 // of the weight limit
	eliminateGamma = 1.5
)

// Eliminate picks n points that keep their distance from one another as well as
// n of these can: it takes away the point that is most crowded, again and again,
// until n are left, and returns their indices in ascending order. points should be
// at least five times as many as n, and are best drawn at random. area is that of
// the surface they lie on, see SurfaceArea. Of points at one place only the first may
// be picked, and none that is not finite, so fewer than n come back where there are
// not enough places. Ties take away the lowest index.
func Eliminate(ctx context.Context, workers task.Workers, points []geom.Vec3, n int, area float64) ([]int32, error) {
	if n < 0 || !(area >= 0) || math.IsInf(area, 0) {
		return nil, fmt.Errorf("sample elimination: %d points of an area of %g", n, area)
	}
	e, err := newElimination(ctx, workers, points, discRadius(area, n), n)
	if err != nil {
		return nil, err
	}
	for len(e.heap) > n {
		if err := e.drop(ctx); err != nil {
			return nil, err
		}
	}
	return e.indices(e.heap), nil
}

// EliminateWithin takes away points until no two are closer than spacing, the most
// crowded first, and then puts back those that fit in again, by index: every point
// is closer than spacing to one that is left. expected is about how many will be
// left; it only tunes how weights are limited.
func EliminateWithin(ctx context.Context, workers task.Workers, points []geom.Vec3, spacing float64, expected int) ([]int32, error) {
	if !(spacing > 0) || math.IsInf(spacing, 0) {
		return nil, fmt.Errorf("sample elimination: a spacing of %g", spacing)
	}
	e, err := newElimination(ctx, workers, points, spacing/2, expected)
	if err != nil {
		return nil, err
	}
	for len(e.heap) > 0 {
		if i := e.heap[0]; e.crowd[i] == 0 {
			e.pop()
			e.at[i] = kept
			continue
		}
		if err := e.drop(ctx); err != nil {
			return nil, err
		}
	}
	var left []int32
	for i := range e.at {
		if e.at[i] != kept {
			e.near = e.tree.Radius(e.tree.points[i], e.reach, e.near)
			if !slices.ContainsFunc(e.near, func(o Neighbor) bool { return e.at[o.Index] == kept }) {
				e.at[i] = kept
			}
		}
		if e.at[i] == kept {
			left = append(left, int32(i))
		}
	}
	return e.indices(left), nil
}

// Places of points that are not in the heap.
const (
	gone = -1
	kept = -2
)

// discRadius is the largest radius of n equal discs that fill an area without
// overlap: the paper's r_max in two dimensions.
func discRadius(area float64, n int) float64 {
	return math.Sqrt(area / (2 * math.Sqrt(3) * float64(max(n, 1))))
}

// Discs is about how many points EliminateWithin leaves on a surface of that area.
func Discs(area, spacing float64) int {
	// About half of the densest packing, as measured.
	n := 0.5 * area * 2 / math.Sqrt(3) / (spacing * spacing)
	return int(min(n, math.MaxInt32))
}

// SurfaceArea estimates the area that the points sample, from the distances to
// their eighth neighbours: a disc of radius r holds π·r²/area points.
func SurfaceArea(ctx context.Context, workers task.Workers, t *Tree) (float64, error) {
	const k = 8
	if t.finite <= k {
		return 0, ctx.Err()
	}
	own := make([]float64, t.Len())
	err := t.ForNeighbors(ctx, workers, k+1, func(_ int, point int32, near []Neighbor) {
		if d := float64(near[len(near)-1].Dist2); !math.IsInf(d, 0) {
			own[point] = math.Pi * d / k
		}
	})
	var sum float64
	for _, a := range own {
		sum += a
	}
	return sum, err
}

// elimination is the points that are left, in a heap with the most crowded on top.
type elimination struct {
	index    []int32 // of the first point at each place; everything below counts places
	tree     *Tree
	reach    float64 // beyond which points do not crowd one another
	least    float64 // distances below count as this one
	weight   []int64 // in units of 2^-40: whole numbers, so that sums and ties are exact
	crowd    []int32 // neighbours within reach that are left
	heap     []int32
	at       []int32 // place in the heap, or gone or kept
	near     []Neighbor
	takeaway int
}

func newElimination(ctx context.Context, workers task.Workers, points []geom.Vec3, radius float64, n int) (*elimination, error) {
	e := &elimination{reach: 2 * radius}
	var places []geom.Vec3
	_, owner := VoxelDownsample(points, 0)
	for i, o := range owner {
		if int(o) == len(places) { // they are numbered as they appear
			e.index, places = append(e.index, int32(i)), append(places, points[i])
		}
	}
	tree, err := BuildTree(ctx, workers, places)
	if err != nil {
		return nil, err
	}
	e.tree = tree
	e.weight, e.crowd, e.at = make([]int64, len(places)), make([]int32, len(places)), make([]int32, len(places))
	share := min(1, float64(n)/float64(max(1, tree.finite)))
	e.least = 2 * radius * (1 - math.Pow(share, eliminateGamma)) * eliminateBeta
	if radius > 0 {
		err = tree.ForRadius(ctx, workers, e.reach, 0, func(_ int, i int32, near []Neighbor) {
			for _, o := range near {
				if o.Index != i {
					e.weight[i] += e.crowding(o.Dist2)
					e.crowd[i]++
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	for i := range places {
		e.at[i] = int32(i)
		e.heap = append(e.heap, int32(i))
	}
	for place := len(e.heap)/2 - 1; place >= 0; place-- {
		e.sink(place)
	}
	return e, nil
}

// indices are the points at some places, in ascending order.
func (e *elimination) indices(places []int32) []int32 {
	out := make([]int32, len(places))
	for k, i := range places {
		out[k] = e.index[i]
	}
	slices.Sort(out)
	return out
}

// crowding is the weight that two points put on one another: (1 − d/2r)^8 of the
// paper, its distance limited from below.
func (e *elimination) crowding(dist2 float32) int64 {
	d := min(1, max(math.Sqrt(float64(dist2)), e.least)/e.reach)
	w := (1 - d) * (1 - d)
	w *= w // an α of 8
	return int64(w * w * (1 << 40))
}

// drop takes the most crowded point away and relieves its neighbours.
func (e *elimination) drop(ctx context.Context) error {
	if e.takeaway++; e.takeaway%4096 == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	i := e.pop()
	if e.crowd[i] == 0 {
		return nil
	}
	e.near = e.tree.Radius(e.tree.points[i], e.reach, e.near)
	for _, o := range e.near {
		if place := e.at[o.Index]; place >= 0 {
			e.weight[o.Index] -= e.crowding(o.Dist2)
			e.crowd[o.Index]--
			e.sink(int(place))
		}
	}
	return nil
}

// pop takes the top off the heap.
func (e *elimination) pop() int32 {
	top := e.heap[0]
	e.at[top] = gone
	last := len(e.heap) - 1
	e.heap[0] = e.heap[last]
	e.heap = e.heap[:last]
	if last > 0 {
		e.at[e.heap[0]] = 0
		e.sink(0)
	}
	return top
}

// above orders the heap: the higher weight, then the lower index.
func (e *elimination) above(a, b int32) bool {
	if e.weight[a] != e.weight[b] {
		return e.weight[a] > e.weight[b]
	}
	return a < b
}

// sink moves the point at a place down to where its weight belongs.
func (e *elimination) sink(place int) {
	i := e.heap[place]
	for {
		child := 2*place + 1
		if child >= len(e.heap) {
			break
		}
		if child+1 < len(e.heap) && e.above(e.heap[child+1], e.heap[child]) {
			child++
		}
		if !e.above(e.heap[child], i) {
			break
		}
		e.heap[place] = e.heap[child]
		e.at[e.heap[place]] = int32(place)
		place = child
	}
	e.heap[place] = i
	e.at[i] = int32(place)
}
