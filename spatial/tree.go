package spatial

import (
	"context"
	"math"
	"math/bits"

	"blemish/geom"
	"blemish/task"
)

// The k-d tree: how points are ordered, and the boxes above them.

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
}

// item is a point on its way into the tree.
type item struct {
	p  [3]float32
	id int32
}

// NewTree sorts points into a tree. It keeps points without a copy: they must not
// change while the tree is in use. Equal input gives an equal tree.
func NewTree(points []geom.Vec3) *Tree {
	t, _ := BuildTree(context.Background(), 1, points) // no error without cancellation
	return t
}

// BuildTree is NewTree on several workers, with the same result.
func BuildTree(ctx context.Context, workers int, points []geom.Vec3) (*Tree, error) {
	t := &Tree{points: points, order: make([]int32, len(points))}
	items := make([]item, 0, len(points))
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
	if err := arrangeAll(ctx, workers, items); err != nil {
		return nil, err
	}
	t.fill(items)
	t.raise()
	return t, nil
}

// arrangeAll is arrange on several workers, with the same result.
func arrangeAll(ctx context.Context, workers int, items []item) error {
	parts := [][]item{items}
	for workers = task.Workers(workers); len(parts) < workers && len(parts[0]) > parallelItems; {
		halves := make([][]item, 2*len(parts))
		err := task.For(ctx, workers, len(parts), 1, func(i, _, _ int) {
			halves[2*i], halves[2*i+1] = split(parts[i])
		})
		if err != nil {
			return err
		}
		parts = halves
	}
	if err := task.For(ctx, workers, len(parts), 1, func(i, _, _ int) { arrange(ctx, parts[i]) }); err != nil {
		return err
	}
	return ctx.Err()
}

// arrange splits items at the median of their longest side, again and again. The
// left half is always a power of two of blocks, so that every 16 (256, 4096, …)
// aligned blocks are one subtree.
func arrange(ctx context.Context, items []item) {
	for len(items) > lanes {
		if len(items) > parallelItems && ctx.Err() != nil {
			return
		}
		left, right := split(items)
		arrange(ctx, right)
		items = left
	}
	if len(items) > 1 {
		sortAlong(items, longestSide(items))
	}
}

// split parts items at the median of their longest side.
func split(items []item) (left, right []item) {
	if len(items) <= lanes {
		return items, nil
	}
	n := half(len(items))
	selectNth(items, n, longestSide(items))
	return items[:n], items[n:]
}

// half is the size of the left part of n points, more than a block.
func half(n int) int {
	blocks := (n + lanes - 1) / lanes
	return lanes << (bits.Len(uint(blocks-1)) - 1)
}

// longestSide is the axis in which items spread most, as far as every n-th of
// many tells; the first of equals.
func longestSide(items []item) int {
	first := &items[0].p
	lowX, lowY, lowZ := first[0], first[1], first[2]
	highX, highY, highZ := lowX, lowY, lowZ
	step := max(1, len(items)/sideSample)
	for i := 0; i < len(items); i += step {
		// Comparisons that rarely hold are faster than minima.
		p := &items[i].p
		x, y, z := p[0], p[1], p[2]
		if x < lowX {
			lowX = x
		}
		if x > highX {
			highX = x
		}
		if y < lowY {
			lowY = y
		}
		if y > highY {
			highY = y
		}
		if z < lowZ {
			lowZ = z
		}
		if z > highZ {
			highZ = z
		}
	}
	// Halves, since a difference may overflow.
	x, y, z := highX/2-lowX/2, highY/2-lowY/2, highZ/2-lowZ/2
	switch {
	case y > x && y >= z:
		return 1
	case z > x && z > y:
		return 2
	}
	return 0
}

// fill writes items into blocks.
func (t *Tree) fill(items []item) {
	blocks := (len(items) + lanes - 1) / lanes
	t.coords = make([]float32, blocks*blockFloats)
	t.ids = make([]int32, blocks*lanes)
	for i := len(items); i < len(t.ids); i++ {
		t.ids[i] = -1
		for a := 0; a < 3; a++ {
			t.coords[i/lanes*blockFloats+a*lanes+i%lanes] = float32(math.NaN())
		}
	}
	for i, it := range items {
		t.order[i], t.ids[i] = it.id, it.id
		block := t.coords[i/lanes*blockFloats:]
		block[i%lanes], block[lanes+i%lanes], block[2*lanes+i%lanes] = it.p[0], it.p[1], it.p[2]
	}
}

// raise builds the levels of boxes over the blocks.
func (t *Tree) raise() {
	blocks := len(t.ids) / lanes
	if blocks == 0 {
		return
	}
	level := emptyGroups(blocks)
	for b := 0; b < blocks; b++ {
		count := min(lanes, t.finite-b*lanes)
		block := t.coords[b*blockFloats:]
		for a := 0; a < 3; a++ {
			values := block[a*lanes : a*lanes+count]
			setSide(level, b, a, values, values)
		}
	}
	t.levels = raiseGroups(level, blocks)
}

// raiseGroups builds the levels above level, which holds count boxes: the boxes of
// its groups, of their groups, and so on up to a single group. level comes first.
func raiseGroups(level []float32, count int) [][]float32 {
	levels := [][]float32{level}
	for count > lanes {
		groups := (count + lanes - 1) / lanes
		next := emptyGroups(groups)
		for g := 0; g < groups; g++ {
			used := min(lanes, count-g*lanes)
			for a := 0; a < 3; a++ {
				low := level[g*groupFloats+a*lanes:]
				high := level[g*groupFloats+(3+a)*lanes:]
				setSide(next, g, a, low[:used], high[:used])
			}
		}
		levels = append(levels, next)
		level, count = next, groups
	}
	return levels
}

// emptyGroups makes room for n boxes, all of them NaN.
func emptyGroups(n int) []float32 {
	groups := make([]float32, (n+lanes-1)/lanes*groupFloats)
	for i := range groups {
		groups[i] = float32(math.NaN())
	}
	return groups
}

// setSide writes the extent along one axis of box b: the least of low and the
// greatest of high.
func setSide(level []float32, b, axis int, low, high []float32) {
	lo, hi := low[0], high[0]
	for i := range low {
		lo = min(lo, low[i])
		hi = max(hi, high[i])
	}
	group := level[b/lanes*groupFloats:]
	group[axis*lanes+b%lanes] = lo
	group[(3+axis)*lanes+b%lanes] = hi
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
