package spatial

import "blemish/geom"

// Searches for the k nearest, one after the other, each near the one before.

// walk is a run of such searches.
type walk struct {
	*search
	guess float32 // where the k-th neighbour of the next query is expected, at most
}

// margin is how much farther, squared, the k-th neighbour of a query may be than
// that of the query before it for the guess to hold. Higher, and there are more
// candidates to sort; lower, and more searches run twice.
const margin = 1.25

func (t *Tree) beginWalk(k int) walk {
	s := searches.Get().(*search)
	s.tree, s.k = t, k
	return walk{s, inf32}
}

func (w *walk) end() {
	w.tree = nil
	searches.Put(w.search)
}

// next writes the neighbours of q into dst[:0]. A search within a guessed bound
// is right whenever it finds k points, since it finds all within the bound;
// otherwise the next guess is wider, the last one infinite.
func (w *walk) next(q geom.Vec3, dst []Neighbor) []Neighbor {
	dst = dst[:0]
	if w.k <= 0 {
		return dst
	}
	if !q.Finite() {
		return w.tree.byIndex(w.k, dst)
	}
	w.q = [3]float32{q.X, q.Y, q.Z}
	w.collect(w.guess)
	if w.n < w.k && w.guess < inf32 {
		w.collect(w.guess * 2)
		if w.n < w.k {
			w.collect(inf32)
		}
	}
	w.sortCandidates(w.k)
	keys := w.keys[:min(w.k, w.n)]
	for _, key := range keys {
		dst = append(dst, key.neighbor())
	}
	if len(keys) == w.k {
		w.guess = keys[w.k-1].dist2() * margin
	}
	return w.tree.appendStrays(w.k, dst)
}
