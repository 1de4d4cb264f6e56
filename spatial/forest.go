package spatial

import "sync/atomic"

// Union-find.

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
