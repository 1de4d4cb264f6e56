package spatial

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/task"
)

// The k-d tree: how points are ordered.

const (
	// lanes is the number of points in a block, of boxes in a group.
	lanes = 16
	// blockFloats is the size of a block: 16 x, 16 y, 16 z.
	blockFloats = 3 * lanes
	// groupFloats is the size of a group of boxes: 16 each of low x, y, z and high x, y, z.
	groupFloats = 6 * lanes
	// sideSample is the number of items by which a range's longest side is judged.
	sideSample = 48
	// parallelItems is the size of a range from which on it is worth another worker.
	parallelItems = 8192
)

// Neighbor is one answer of a search.
type Neighbor struct {
	Index int32   // into the points that the tree was made of
	Dist2 float32 // squared distance, see the package's comment on rounding
}

// Tree is a k-d tree over points. It does not change once made and may be used
// from several goroutines.
type Tree struct {
	points []geom.Vec3
	// order lists the points' indices in tree order: finite points first, the
	// others behind them by index.
	order  []int32
	finite int
	// coords holds blocks of 16 consecutive points of order. The last block is
	// filled up with NaN, whose distance is below no bound.
	coords []float32
	ids    []int32 // order, filled up to whole blocks
	// levels[0] holds the blocks' boxes in groups of 16, levels[i+1] the boxes of
	// the groups of levels[i]; the last level is a single group. Groups are filled
	// up with NaN.
	levels [][]float32
	// lowest holds the lowest index below each box of each level, filled up to
	// whole groups: where many points lie at one place, it tells which to pass over.
	lowest [][]int32
}

// item is a point on its way into the tree.
type item struct {
	p  [3]float32
	id int32
}

// NewTree sorts points into a tree. It keeps points without a copy: they must not
// change while the tree is in use. Equal input gives an equal tree. It panics where
// there are more points than int32 counts.
func NewTree(points []geom.Vec3) *Tree {
	t, items, err := startTree(points)
	if err != nil {
		panic(err)
	}
	arrange(nil, items, pages.Make[item](len(items)))
	t.fill(items)
	t.raise()
	return t
}

// BuildTree is NewTree on several workers, with the same result. More points than
// int32 counts are an error.
func BuildTree(ctx context.Context, workers task.Workers, points []geom.Vec3) (*Tree, error) {
	t, items, err := startTree(points)
	if err != nil {
		return nil, err
	}
	if err := arrangeAll(ctx, workers, items); err != nil {
		return nil, err
	}
	t.fill(items)
	t.raise()
	return t, nil
}

// startTree is a tree in which the finite points have no order yet, and those points.
func startTree(points []geom.Vec3) (*Tree, []item, error) {
	if err := checkCount(len(points)); err != nil {
		return nil, nil, err
	}
	t := &Tree{points: points, order: pages.Make[int32](len(points))}
	items := pages.Make[item](len(points))[:0]
	for i, p := range points {
		if p.Finite() {
			items = append(items, item{[3]float32{p.X, p.Y, p.Z}, int32(i)})
		}
	}
	t.finite = len(items)
	if t.finite < len(points) {
		at := t.finite
		for i, p := range points {
			if !p.Finite() {
				t.order[at] = int32(i)
				at++
			}
		}
	}
	return t, items, nil
}

// arrangeAll is arrange on several workers, with the same result.
func arrangeAll(ctx context.Context, workers task.Workers, items []item) error {
	room := pages.Make[item](len(items))
	parts, rooms := [][]item{items}, [][]item{room}
	for most := workers.Count(); len(parts) < most && len(parts[0]) > parallelItems; {
		halves, halfRooms := make([][]item, 2*len(parts)), make([][]item, 2*len(parts))
		err := task.For(ctx, workers, len(parts), 1, func(i, _, _ int) {
			left, right := split(parts[i], rooms[i])
			halves[2*i], halves[2*i+1] = left, right
			halfRooms[2*i], halfRooms[2*i+1] = rooms[i][:len(left)], rooms[i][len(left):]
		})
		if err != nil {
			return err
		}
		parts, rooms = halves, halfRooms
	}
	if err := task.For(ctx, workers, len(parts), 1, func(i, _, _ int) { arrange(ctx.Done(), parts[i], rooms[i]) }); err != nil {
		return err
	}
	return ctx.Err()
}

// checkCount refuses more points than can be numbered, filled up to whole blocks.
func checkCount(n int) error {
	if n > math.MaxInt32-lanes {
		return fmt.Errorf("%d points are too many: at most %d can be numbered", n, math.MaxInt32-lanes)
	}
	return nil
}

// arrange splits items at the median of their longest side, again and again. The
// left half is always a power of two of blocks, so that every 16 (256, 4096, …)
// aligned blocks are one subtree. room is for as many items. It stops where done is closed.
func arrange(done <-chan struct{}, items, room []item) {
	for len(items) > lanes {
		if len(items) > parallelItems {
			select {
			case <-done:
				return
			default:
			}
		}
		left, right := split(items, room)
		if right == nil {
			return
		}
		arrange(done, right, room)
		items = left
	}
}

// split parts items at the median of their longest side. Few items, and items that
// all lie at one place, stay together; the latter are then in order of their index.
func split(items, room []item) (left, right []item) {
	if len(items) <= lanes {
		return items, nil
	}
	axis, length := widest(items, max(1, len(items)/sideSample))
	if length == 0 {
		// The sample lies at one place: do all?
		if axis, length = widest(items, 1); length == 0 {
			slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.id, b.id) })
			return items, nil
		}
	}
	n := half(len(items))
	selectNth(items, n, axis, room)
	return items[:n], items[n:]
}

// half is the size of the left part of n points, more than a block.
func half(n int) int {
	blocks := (n + lanes - 1) / lanes
	return lanes << (bits.Len(uint(blocks-1)) - 1)
}

// widest is the axis in which items spread most, as far as every step-th of
// them tells, the first of equals; and half the length.
func widest(items []item, step int) (axis int, length float32) {
	low, high := span(items, step)
	// Halves, since a difference may overflow.
	x, y, z := high[0]/2-low[0]/2, high[1]/2-low[1]/2, high[2]/2-low[2]/2
	switch {
	case y > x && y >= z:
		return 1, y
	case z > x && z > y:
		return 2, z
	}
	return 0, x
}

// Len is the number of points, those that are not finite included.
func (t *Tree) Len() int { return len(t.points) }

// Points returns the points in their original order; do not change them.
func (t *Tree) Points() []geom.Vec3 { return t.points }

// Order lists the points' indices in tree order, in which neighbours in the list
// are mostly neighbours in space; points that are not finite come last. Do not
// change it.
func (t *Tree) Order() []int32 { return t.order }

// at returns the finite point at a place of the tree order.
func (t *Tree) at(place int) (x, y, z float32) {
	block := t.coords[place/lanes*blockFloats:]
	i := place % lanes
	return block[i], block[lanes+i], block[2*lanes+i]
}

// point is at as a vector.
func (t *Tree) point(place int) geom.Vec3 {
	x, y, z := t.at(place)
	return geom.Vec3{X: x, Y: y, Z: z}
}
