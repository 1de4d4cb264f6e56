package spatial

import (
	"context"
	"fmt"
	"math/bits"

	"blemish/geom"
	"blemish/task"
)

// All neighbours within a radius, of many points at once: counts and lists.

// Lists holds neighbourhoods of different sizes, one after the other: that of row i
// is Index[Start[i]:Start[i+1]], its squared distances Dist2 of the same range, in
// ascending order of (distance, index).
type Lists struct {
	Start []int
	Index []int32
	Dist2 []float32
}

// Row is the neighbourhood of row i.
func (l *Lists) Row(i int) (index []int32, dist2 []float32) {
	lo, hi := l.Start[i], l.Start[i+1]
	return l.Index[lo:hi:hi], l.Dist2[lo:hi:hi]
}

// RadiusBatch lists for every query what Radius finds. The pairs are counted first,
// so memory is theirs alone; more than most of them are an error (most <= 0: any
// number).
func (t *Tree) RadiusBatch(ctx context.Context, workers int, queries []geom.Vec3, r float64, most int) (*Lists, error) {
	return t.lists(ctx, workers, queries, t.itinerary(queries), r, most)
}

// RadiusSelf is RadiusBatch for the tree's own points: the graph that joins points
// within a radius. Every finite point is a neighbour of itself.
func (t *Tree) RadiusSelf(ctx context.Context, workers int, r float64, most int) (*Lists, error) {
	return t.lists(ctx, workers, t.points, t.order, r, most)
}

// CountWithin returns for every query the number of points that Radius finds. Whole
// boxes within the radius are counted at once.
func (t *Tree) CountWithin(ctx context.Context, workers int, queries []geom.Vec3, r float64) ([]int32, error) {
	return t.counts(ctx, workers, queries, t.itinerary(queries), r)
}

func (t *Tree) counts(ctx context.Context, workers int, queries []geom.Vec3, order []int32, r float64) ([]int32, error) {
	count := make([]int32, len(queries))
	err := t.forQueries(ctx, workers, len(queries), order, func(w walk, i int) {
		if r >= 0 && queries[i].Finite() {
			count[i] = int32(w.count(queries[i], float32(r*r)))
		}
	})
	if err != nil {
		return nil, err
	}
	return count, nil
}

func (t *Tree) lists(ctx context.Context, workers int, queries []geom.Vec3, order []int32, r float64, most int) (*Lists, error) {
	count, err := t.counts(ctx, workers, queries, order, r)
	if err != nil {
		return nil, err
	}
	l := &Lists{Start: make([]int, len(queries)+1)}
	for i, c := range count {
		l.Start[i+1] = l.Start[i] + int(c)
	}
	total := l.Start[len(queries)]
	if most > 0 && total > most {
		return nil, fmt.Errorf("radius %v holds %d pairs of points, more than %d: use a smaller radius, or thin the cloud first", r, total, most)
	}
	l.Index, l.Dist2 = make([]int32, total), make([]float32, total)
	err = t.forQueries(ctx, workers, len(queries), order, func(w walk, i int) {
		if lo, hi := l.Start[i], l.Start[i+1]; lo < hi {
			w.limit, w.guess = float32(r*r), float32(r*r)
			w.fill(queries[i], l.Index[lo:hi], l.Dist2[lo:hi])
		}
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// forQueries calls body for every query i, in the given order (nil: as they come),
// with a walk for searches of all within a limit.
func (t *Tree) forQueries(ctx context.Context, workers, n int, order []int32, body func(w walk, i int)) error {
	return task.For(ctx, workers, n, ChunkSize, func(_, lo, hi int) {
		w := t.beginWalk(0, inf32)
		defer w.end()
		for at := lo; at < hi; at++ {
			if order != nil {
				body(w, int(order[at]))
			} else {
				body(w, at)
			}
		}
	})
}

// fill writes the neighbours within the walk's limit.
func (w *walk) fill(q geom.Vec3, index []int32, dist2 []float32) {
	w.q = [3]float32{q.X, q.Y, q.Z}
	w.collect(w.limit)
	w.sortCandidates(w.n)
	for i, key := range w.keys[:w.n] {
		index[i], dist2[i] = key.index(), key.dist2()
	}
}

// count is the number of points at most bound away from q.
func (s *search) count(q geom.Vec3, bound float32) int {
	s.q, s.bound = [3]float32{q.X, q.Y, q.Z}, bound
	if len(s.tree.levels) == 0 {
		return 0
	}
	return s.countBelow(len(s.tree.levels)-1, 0)
}

func (s *search) countBelow(level, group int) int {
	t := s.tree
	if level == 0 {
		s.makeRoom(0)
		boxes := (*[groupFloats]float32)(t.levels[0][group*groupFloats:])
		return scanGroup(&s.q, s.bound, boxes, t.coords[group*lanes*blockFloats:], t.ids[group*lanes*lanes:], s.d, s.id)
	}
	var dist [lanes]float32
	boxes := (*[groupFloats]float32)(t.levels[level][group*groupFloats:])
	n := 0
	for mask := boxDist(&s.q, s.bound, boxes, &dist); mask != 0; mask &= mask - 1 {
		child := group*lanes + bits.TrailingZeros32(mask)
		if low, high := t.box(level, child); farthest2(s.q, low, high) <= s.bound {
			lo, hi := t.span(level, child)
			n += hi - lo
			continue
		}
		n += s.countBelow(level-1, child)
	}
	return n
}

// mostVisits is the number of pairs from which on a walk over all of them is refused:
// about a minute's work.
const mostVisits = 1 << 34

// checkVisits refuses a walk over more than mostVisits pairs, which many points at
// one place make. One point of each block stands for the others.
func (t *Tree) checkVisits(ctx context.Context, workers int, r float64) error {
	sums := make([]int, task.Count(t.finite, ChunkSize))
	err := task.For(ctx, workers, t.finite, ChunkSize, func(chunk, lo, hi int) {
		w := t.beginWalk(0, inf32)
		defer w.end()
		for place := lo; place < hi; place += lanes {
			sums[chunk] += min(lanes, hi-place) * w.count(t.points[t.order[place]], float32(r*r))
		}
	})
	if err != nil {
		return err
	}
	total := 0
	for _, s := range sums {
		total += s
	}
	if total > mostVisits {
		return fmt.Errorf("radius %v holds about %d pairs of points, more than %d: use a smaller radius, or thin the cloud first", r, total, mostVisits)
	}
	return nil
}
