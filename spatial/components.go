package spatial

import (
	"context"
	"sync/atomic"

	"blemish/geom"
)

// Connected components of the graph that joins points within a radius.

// Components labels the points so that two share a label exactly if a chain of
// points, each at most radius from the next (as Tree.Radius measures), joins them.
// Labels count from 0 in order of first appearance; a point that is not finite is
// alone.
func Components(ctx context.Context, workers int, points []geom.Vec3, radius float64) (label []int32, count int, err error) {
	t, err := BuildTree(ctx, workers, points)
	if err != nil {
		return nil, 0, err
	}
	f := newForest(len(points))
	err = t.ForRadius(ctx, workers, radius, 0, func(_ int, i int32, near []Neighbor) {
		for _, n := range near {
			if n.Index < i {
				f.join(i, n.Index)
			}
		}
	})
	if err != nil {
		return nil, 0, err
	}
	label = make([]int32, len(points))
	for i := range label {
		// A root is the lowest index of its tree, so it is labelled before the rest.
		if root := f.root(int32(i)); root == int32(i) {
			label[i] = int32(count)
			count++
		} else {
			label[i] = label[root]
		}
	}
	return label, count, nil
}

// forest is a union-find that several goroutines may join into at once (Jayanti
// and Tarjan, "Concurrent disjoint set union", 2021). A parent's index is never
// above its child's, so what is connected in the end, and every root, is the same
// in whichever order the joins came.
type forest []atomic.Int32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i].Store(int32(i))
	}
	return f
}

// root finds the root of i and halves the path to it.
func (f forest) root(i int32) int32 {
	for {
		parent := f[i].Load()
		if parent == i {
			return i
		}
		above := f[parent].Load()
		if above != parent {
			f[i].CompareAndSwap(parent, above)
		}
		i = above
	}
}

func (f forest) join(a, b int32) {
	for {
		a, b = f.root(a), f.root(b)
		if a == b {
			return
		}
		if a < b {
			a, b = b, a
		}
		if f[a].CompareAndSwap(a, b) {
			return
		}
	}
}
