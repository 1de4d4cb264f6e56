package spatial

import (
	"math"

	"blemish/geom"
)

// Searches for the k nearest, one after the other, each near the one before.

// walk is a run of such searches.
type walk struct {
	*search
	guess float32 // where the k-th neighbour of the next query is expected, at most
	limit float32 // beyond which nothing is a neighbour
	// before is the query before, for searches of one neighbour.
	before [3]float32
}

// margin is how much farther, squared, the k-th neighbour of a query may be than
// that of the query before it for the guess to hold. Higher, and there are more
// candidates to sort; lower, and more searches run twice.
const margin = 1.25

func (t *Tree) beginWalk(k int, limit float32) walk {
	s := searches.Get().(*search)
	s.tree, s.k = t, k
	return walk{search: s, guess: limit, limit: limit}
}

func (w *walk) end() {
	w.tree = nil
	searches.Put(w.search)
}

// next writes the k nearest finite points within the limit into dst[:0]; with k of
// 0, all within it. q must be finite. A search within a guessed bound is right
// whenever it finds k points, since it finds all within the bound; otherwise it is
// done again as far as k points certainly lie.
func (w *walk) next(q geom.Vec3, dst []Neighbor) []Neighbor {
	w.q = [3]float32{q.X, q.Y, q.Z}
	if w.k == 1 {
		w.guess = min(w.reachOne(), w.limit)
		w.before = w.q
	} else if w.k > 0 && w.guess == inf32 {
		w.guess = min(w.reach(), w.limit)
	}
	w.collect(w.guess)
	if w.n < w.k && w.guess < w.limit {
		w.collect(min(w.reach(), w.limit))
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

// reachOne returns a squared distance within which there most likely is a point:
// the way from the last query and on to its neighbour, unless that is far longer.
func (w *walk) reachOne() float32 {
	if w.guess < inf32 {
		step := math.Sqrt(float64(dist2(w.before[0]-w.q[0], w.before[1]-w.q[1], w.before[2]-w.q[2])))
		near := math.Sqrt(float64(w.guess))
		if way := step + near; way <= 4*near {
			return float32(way * way)
		}
	}
	return w.reach()
}

// reach returns a squared distance within which there are k points: that of the
// farthest in as many of the blocks near q as it takes, +Inf where one group of
// blocks is too few.
func (s *search) reach() float32 {
	t := s.tree
	group := 0
	var dist [lanes]float32
	for level := len(t.levels) - 1; ; level-- {
		if level < 0 {
			return inf32
		}
		boxDist(&s.q, 0, (*[groupFloats]float32)(t.levels[level][group*groupFloats:]), &dist)
		if level == 0 {
			break
		}
		group = group*lanes + leastOf(&dist)
	}
	far := float32(0)
	for found := 0; found < s.k; {
		i := leastOf(&dist)
		if !(dist[i] < inf32) {
			return inf32
		}
		dist[i] = inf32
		b := group*lanes + i
		block := (*[blockFloats]float32)(t.coords[b*blockFloats:])
		near := inf32
		for j := range min(lanes, t.finite-b*lanes) {
			d := dist2(block[j]-s.q[0], block[lanes+j]-s.q[1], block[2*lanes+j]-s.q[2])
			far, near = max(far, d), min(near, d)
			found++
		}
		if s.k == 1 {
			return near
		}
	}
	return far
}

// leastOf is the place of the least value, none of which is negative; NaN, whose
// bits are greater than those of any number, comes last.
func leastOf(values *[lanes]float32) int {
	least := uint64(math.MaxUint64)
	for i, v := range values {
		least = min(least, uint64(math.Float32bits(v))<<8|uint64(i))
	}
	return int(least & 0xff)
}
