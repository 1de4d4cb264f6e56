package spatial

import "sync/atomic"

// Forest tells what hangs together: a union-find that several goroutines may join into
// at once (Jayanti and Tarjan, "Concurrent disjoint set union", 2021). A parent's index
// is never above its child's, so what is connected in the end, and every root, is the
// same in whichever order the joins came.
type Forest []atomic.Int32

// NewForest is n members, each by itself.
func NewForest(n int) Forest {
	f := make(Forest, n)
	for i := range f {
		f[i].Store(int32(i))
	}
	return f
}

// Root is the lowest member of what i hangs together with. It halves the path to it.
func (f Forest) Root(i int32) int32 {
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

// Join puts what hangs together with a and with b together.
func (f Forest) Join(a, b int32) {
	for {
		a, b = f.Root(a), f.Root(b)
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
