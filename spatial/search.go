package spatial

import (
	"math"
	"sync"

	"blemish/geom"
)

// Searches of one point: k nearest, nearest, all within a radius.

// search is the working memory of a search: the candidates found so far, and the
// bound beyond which nothing is a candidate any more.
type search struct {
	tree  *Tree
	q     [3]float32
	k     int // 0: everything within bound
	bound float32
	// tie is an index: candidates at the bound itself count up to it.
	tie int32
	n   int
	d   []float32 // candidates: squared distance
	id  []int32   // and index
	sorter
	// Working memory of batches.
	listed listChunk
	room   []Neighbor
	wait   []Neighbor
}

var searches = sync.Pool{New: func() any { return new(search) }}

var inf32 = float32(math.Inf(1))

// slack is the most candidates that one group of blocks can add.
const slack = lanes * lanes

// KNN writes the k points nearest to q into dst[:0] and returns it: min(k, Len)
// neighbours in ascending order of (Dist2, Index). A query that is a point of the
// tree finds itself. Where dst has the capacity, nothing is allocated. A query that
// is not finite is at distance +Inf from every point.
func (t *Tree) KNN(q geom.Vec3, k int, dst []Neighbor) []Neighbor {
	if k <= 0 {
		return dst[:0]
	}
	if !q.Finite() {
		return t.byIndex(k, dst[:0])
	}
	w := t.beginWalk(k, inf32)
	dst = w.next(q, dst)
	w.end()
	return t.appendStrays(k, dst)
}

// appendStrays fills dst up to k with the points that are not finite.
func (t *Tree) appendStrays(k int, dst []Neighbor) []Neighbor {
	for i := t.finite; i < len(t.order) && len(dst) < k; i++ {
		dst = append(dst, Neighbor{t.order[i], inf32})
	}
	return dst
}

// byIndex is the answer to a query that is not finite.
func (t *Tree) byIndex(k int, dst []Neighbor) []Neighbor {
	for i, p := range t.points {
		if len(dst) == k {
			break
		}
		if p.Finite() {
			dst = append(dst, Neighbor{int32(i), inf32})
		}
	}
	return t.appendStrays(k, dst)
}

// Nearest returns the point nearest to q, that of the lowest index among equals;
// Index is -1 where the tree is empty.
func (t *Tree) Nearest(q geom.Vec3) Neighbor {
	var room [1]Neighbor
	if found := t.KNN(q, 1, room[:0]); len(found) == 1 {
		return found[0]
	}
	return Neighbor{-1, inf32}
}

// Radius writes all points with Dist2 <= float32(r*r) into dst[:0] and returns it,
// in ascending order of (Dist2, Index). A radius that is negative or NaN has no
// neighbours.
func (t *Tree) Radius(q geom.Vec3, r float64, dst []Neighbor) []Neighbor {
	if !(r >= 0) || !q.Finite() {
		return dst[:0]
	}
	w := t.beginWalk(0, float32(r*r))
	dst = w.next(q, dst)
	w.end()
	return dst
}

// collect gathers the candidates within bound. With k > 0 the bound falls as
// candidates come in, and all of the k nearest within the first bound are among
// them.
func (s *search) collect(bound float32) {
	s.n, s.bound, s.tie = 0, bound, math.MaxInt32
	if levels := len(s.tree.levels); levels > 0 {
		s.visit(levels-1, 0)
	}
}

// visit searches one group of boxes, the nearest first.
func (s *search) visit(level, group int) {
	if level == 0 {
		s.scan(group)
		return
	}
	var dist [lanes]float32
	boxes := (*[groupFloats]float32)(s.tree.levels[level][group*groupFloats:])
	mask := boxDist(&s.q, s.bound, boxes, &dist)
	var queue [lanes]int
	n := 0
	for i := 0; mask != 0; i, mask = i+1, mask>>1 {
		if mask&1 == 0 {
			continue
		}
		at := n
		for ; at > 0 && dist[queue[at-1]] > dist[i]; at-- {
			queue[at] = queue[at-1]
		}
		queue[at] = i
		n++
	}
	lowest := (*[lanes]int32)(s.tree.lowest[level][group*lanes:])
	for _, i := range queue[:n] {
		if dist[i] > s.bound {
			break
		}
		if dist[i] == s.bound && lowest[i] > s.tie {
			continue // of many at one distance the k lowest are found
		}
		s.visit(level-1, group*lanes+i)
	}
}

// scan takes in the candidates of one group of blocks, and lowers the bound once
// there are clearly more than k.
func (s *search) scan(group int) {
	s.makeRoom(s.n)
	t := s.tree
	boxes := (*[groupFloats]float32)(t.levels[0][group*groupFloats:])
	s.n += scanGroup(&s.q, s.bound, boxes, t.coords[group*lanes*blockFloats:], t.ids[group*lanes*lanes:], s.d[s.n:], s.id[s.n:])
	if s.k == 1 && s.n > 0 {
		s.keepNearest()
		return
	}
	if s.k > 0 && s.n >= s.k && (s.bound == inf32 || s.n >= 2*s.k+slack/2) {
		s.sortCandidates(s.k)
		s.n = s.k
		for i, key := range s.keys[:s.k] {
			s.d[i], s.id[i] = key.dist2(), key.index()
		}
		s.bound, s.tie = s.d[s.k-1], s.id[s.k-1]
	}
}

// makeRoom makes room for one group's candidates behind the first n.
func (s *search) makeRoom(n int) {
	if len(s.d) < n+slack {
		s.d = append(s.d, make([]float32, n+2*slack)...)
		s.id = append(s.id, make([]int32, n+2*slack)...)
	}
}

// keepNearest leaves the nearest candidate alone.
func (s *search) keepNearest() {
	least := makeKey(s.d[0], s.id[0])
	for i, d := range s.d[1:s.n] {
		least = min(least, makeKey(d, s.id[i+1]))
	}
	s.n, s.d[0], s.id[0] = 1, least.dist2(), least.index()
	s.bound, s.tie = least.dist2(), least.index()
}
