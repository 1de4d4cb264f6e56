package spatial

import "blemish/geom"

// Searches for the k nearest, one after the other, each near the one before.

// walk is a run of such searches.
type walk struct {
	*search
	guess float32 // where the k-th neighbour of the next query is expected, at most
	limit float32 // beyond which nothing is a neighbour
}

// margin is how much farther, squared, the k-th neighbour of a query may be than
// that of the query before it for the guess to hold. Higher, and there are more
// candidates to sort; lower, and more searches run twice.
const margin = 1.25

func (t *Tree) beginWalk(k int, limit float32) walk {
	s := searches.Get().(*search)
	s.tree, s.k = t, k
	return walk{s, limit, limit}
}

func (w *walk) end() {
	w.tree = nil
	searches.Put(w.search)
}

// next writes the k nearest finite points within the limit into dst[:0]; with k of
// 0, all within it. q must be finite. A search within a guessed bound is right
// whenever it finds k points, since it finds all within the bound; otherwise the
// next guess is wider, the last one the limit.
func (w *walk) next(q geom.Vec3, dst []Neighbor) []Neighbor {
	w.q = [3]float32{q.X, q.Y, q.Z}
	w.collect(w.guess)
	if w.n < w.k && w.guess < w.limit {
		w.collect(min(w.guess*2, w.limit))
		if w.n < w.k && w.guess*2 < w.limit {
			w.collect(w.limit)
		}
	}
	n := w.n
	if w.k > 0 {
		n = min(n, w.k)
	}
	w.sortCandidates(n)
	if w.k > 0 && n == w.k {
		w.guess = min(w.keys[n-1].dist2()*margin, w.limit)
	}
	if cap(dst) < n {
		dst = make([]Neighbor, n)
	}
	dst = dst[:n]
	for i, key := range w.keys[:n] {
		dst[i] = key.neighbor()
	}
	return dst
}
