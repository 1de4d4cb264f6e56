package spatial

import (
	"context"
	"math/bits"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/task"
)

// Connected components of the graph that joins points within a radius.

// Components labels the points so that two share a label exactly if a chain of
// points, each at most radius from the next (as Tree.Radius measures), joins them.
// Labels count from 0 in order of first appearance; a point that is not finite is
// alone.
//
// The graph is never made. Points of a box no larger than the radius are joined
// outright, and one link to them is enough, so that neither a wide radius nor
// millions of points at one place take more than about linear time.
func Components(ctx context.Context, workers task.Workers, points []geom.Vec3, radius float64) (label []int32, count int, err error) {
	t, err := BuildTree(ctx, workers, points)
	if err != nil {
		return nil, 0, err
	}
	f := NewForest(len(points))
	if radius >= 0 {
		err = task.For(ctx, workers, t.finite, ChunkSize, func(chunk, lo, hi int) {
			l := linker{tree: t, forest: f, bound: float32(radius * radius)}
			l.joinSmall(chunk)
		})
		if err != nil {
			return nil, 0, err
		}
		err = task.For(ctx, workers, t.finite, ChunkSize, func(_, lo, hi int) {
			l := linker{tree: t, forest: f, bound: float32(radius * radius)}
			for l.place = lo; l.place < hi; l.place++ {
				x, y, z := t.at(l.place)
				l.id, l.q = t.order[l.place], [3]float32{x, y, z}
				l.visit(len(t.levels)-1, 0, -1)
			}
		})
		if err != nil {
			return nil, 0, err
		}
	}
	label = pages.Make[int32](len(points))
	for i := range label {
		// A root is the lowest index of its tree, so it is labelled before the rest.
		if root := f.Root(int32(i)); root == int32(i) {
			label[i] = int32(count)
			count++
		} else {
			label[i] = label[root]
		}
	}
	return label, count, nil
}

// linker joins the point at a place of the tree order with those before it.
type linker struct {
	tree   *Tree
	forest Forest
	bound  float32
	place  int
	id     int32
	q      [3]float32
	d      [slack]float32
	near   [slack]int32
}

// small tells whether all points of a box are within the bound of each other.
func (l *linker) small(level, b int) bool {
	low, high := l.tree.box(level, b)
	return farthest2(low, low, high) <= l.bound
}

// joinSmall joins the points of one group of blocks that lie in a small box: with
// the first point of the largest such box.
func (l *linker) joinSmall(group int) {
	t := l.tree
	for level := len(t.levels) - 1; level > 0; level-- {
		box := group >> (4 * (level - 1))
		if l.small(level, box) {
			first, _ := t.span(level, box)
			l.joinAll(first, group*ChunkSize, min((group+1)*ChunkSize, t.finite))
			return
		}
	}
	for b := group * lanes; b*lanes < min((group+1)*ChunkSize, t.finite); b++ {
		if l.small(0, b) {
			lo, hi := t.span(0, b)
			l.joinAll(lo, lo, hi)
		}
	}
}

func (l *linker) joinAll(first, lo, hi int) {
	for _, id := range l.tree.order[lo:hi] {
		l.forest.Join(id, l.tree.order[first])
	}
}

// visit joins the point with those of a group within the bound that come before it.
// Where the group is part of a small box, target is one of its points, and the
// first link is enough: visit then tells whether there was one.
func (l *linker) visit(level, group int, target int32) bool {
	t := l.tree
	if level == 0 && target < 0 {
		l.scan(group)
		return false
	}
	var dist [lanes]float32
	boxes := (*[groupFloats]float32)(t.levels[level][group*groupFloats:])
	for mask := boxDist(&l.q, l.bound, boxes, &dist); mask != 0; mask &= mask - 1 {
		child := group*lanes + bits.TrailingZeros32(mask)
		lo, hi := t.span(level, child)
		if lo >= l.place {
			break
		}
		if l.child(level, child, lo, hi, target) && target >= 0 {
			return true
		}
	}
	return false
}

// child is visit for one box of a group.
func (l *linker) child(level, child, lo, hi int, target int32) bool {
	if target < 0 && l.small(level, child) {
		target = l.tree.order[lo]
		if l.forest.Root(l.id) == l.forest.Root(target) {
			return true
		}
	}
	if level > 0 {
		return l.visit(level-1, child, target)
	}
	linked := false
	block := l.tree.coords[child*blockFloats:]
	for i := range hi - lo {
		if dist2(block[i]-l.q[0], block[lanes+i]-l.q[1], block[2*lanes+i]-l.q[2]) <= l.bound {
			l.forest.Join(l.id, l.tree.order[lo+i])
			linked = true
			if target >= 0 {
				return true
			}
		}
	}
	return linked
}

// scan joins the point with all of a group of blocks, of which those in small boxes
// are joined already.
func (l *linker) scan(group int) {
	t := l.tree
	first := group * lanes
	if l.small(0, first) {
		// Likely all are small: box by box.
		var dist [lanes]float32
		for mask := boxDist(&l.q, l.bound, (*[groupFloats]float32)(t.levels[0][group*groupFloats:]), &dist); mask != 0; mask &= mask - 1 {
			b := first + bits.TrailingZeros32(mask)
			if lo, hi := t.span(0, b); lo < l.place {
				l.child(0, b, lo, hi, -1)
			}
		}
		return
	}
	n := scanGroup(&l.q, l.bound, (*[groupFloats]float32)(t.levels[0][group*groupFloats:]), t.coords[first*blockFloats:], t.ids[first*lanes:], l.d[:], l.near[:])
	for _, id := range l.near[:n] {
		if id != l.id {
			l.forest.Join(l.id, id)
		}
	}
}
