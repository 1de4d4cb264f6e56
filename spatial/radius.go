package spatial

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"

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

// RadiusBatch lists for every query what Radius finds. More than most pairs in all
// are an error, told before there are many more (most <= 0: any number).
func (t *Tree) RadiusBatch(ctx context.Context, workers int, queries []geom.Vec3, r float64, most int) (*Lists, error) {
	return t.lists(ctx, workers, queries, itinerary(queries), r, most)
}

// RadiusSelf is RadiusBatch for the tree's own points: the graph that joins points
// within a radius. Every finite point is a neighbour of itself.
func (t *Tree) RadiusSelf(ctx context.Context, workers int, r float64, most int) (*Lists, error) {
	return t.lists(ctx, workers, t.points, t.order, r, most)
}

// CountWithin returns for every query the number of points that Radius finds. Whole
// boxes within the radius are counted at once.
func (t *Tree) CountWithin(ctx context.Context, workers int, queries []geom.Vec3, r float64) ([]int32, error) {
	order := itinerary(queries)
	count := make([]int32, len(queries))
	err := task.For(ctx, workers, len(queries), ChunkSize, func(_, lo, hi int) {
		w := t.beginWalk(0, inf32)
		defer w.end()
		var asked [ChunkSize]geom.Vec3
		gather(asked[:hi-lo], queries, order, lo)
		var found [ChunkSize]int32
		for i, q := range asked[:hi-lo] {
			if r >= 0 && q.Finite() {
				found[i] = int32(w.count(q, float32(r*r)))
			}
		}
		for i, n := range found[:hi-lo] {
			count[placeOf(order, lo+i)] = n
		}
	})
	if err != nil {
		return nil, err
	}
	return count, nil
}

// lists searches once, chunk by chunk, and then puts the rows in place.
func (t *Tree) lists(ctx context.Context, workers int, queries []geom.Vec3, order []int32, r float64, most int) (*Lists, error) {
	if most <= 0 {
		most = math.MaxInt
	} else if err := t.checkPairs(ctx, workers, queries, order, r, most); err != nil {
		return nil, err
	}
	l := &Lists{Start: make([]int, len(queries)+1)}
	chunks := make([]listChunk, task.Count(len(queries), ChunkSize))
	var total atomic.Int64
	err := task.For(ctx, workers, len(queries), ChunkSize, func(chunk, lo, hi int) {
		w := t.beginWalk(0, float32(r*r))
		defer w.end()
		var asked [ChunkSize]geom.Vec3
		gather(asked[:hi-lo], queries, order, lo)
		c := &chunks[chunk]
		var count [ChunkSize]int
		for i, q := range asked[:hi-lo] {
			if r >= 0 && q.Finite() {
				count[i] = w.list(q, c, ChunkSize/(i+1))
				if total.Add(int64(count[i])) > int64(most) {
					return
				}
			}
		}
		for i, n := range count[:hi-lo] {
			l.Start[placeOf(order, lo+i)+1] = n
		}
	})
	if err != nil {
		return nil, err
	}
	if total.Load() > int64(most) {
		return nil, tooManyPairs(r, most)
	}
	for i := range queries {
		l.Start[i+1] += l.Start[i]
	}
	l.Index, l.Dist2 = make([]int32, total.Load()), make([]float32, total.Load())
	err = task.For(ctx, workers, len(queries), ChunkSize, func(chunk, lo, hi int) {
		keys := chunks[chunk].keys
		for at := lo; at < hi; at++ {
			i := placeOf(order, at)
			index, dist2 := l.Row(i)
			for j, key := range keys[:len(index)] {
				index[j], dist2[j] = key.index(), key.dist2()
			}
			keys = keys[len(index):]
		}
		chunks[chunk].keys = nil
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// listChunk is what the queries of a chunk find, one after the other.
type listChunk struct{ keys []key }

// list appends the neighbours within the walk's limit to a chunk and returns their
// number. The chunk expects some more queries like all up to this one.
func (w *walk) list(q geom.Vec3, c *listChunk, more int) int {
	w.q = [3]float32{q.X, q.Y, q.Z}
	w.collect(w.limit)
	w.sortCandidates(w.n)
	if free := cap(c.keys) - len(c.keys); free < w.n {
		c.keys = slices.Grow(c.keys, w.n+(len(c.keys)+w.n)*min(more, 4))
	}
	c.keys = append(c.keys, w.keys[:w.n]...)
	return w.n
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

// checkPairs refuses a radius that holds more than most pairs. Only where every 16th
// query has a share that comes near are all counted.
func (t *Tree) checkPairs(ctx context.Context, workers int, queries []geom.Vec3, order []int32, r float64, most int) error {
	sample := make([]geom.Vec3, 0, len(queries)/lanes+1)
	for at := 0; at < len(queries); at += lanes {
		sample = append(sample, queries[placeOf(order, at)])
	}
	near, err := t.pairs(ctx, workers, sample, r)
	if err != nil || near <= most/(2*lanes) {
		return err
	}
	all, err := t.pairs(ctx, workers, queries, r)
	if err == nil && all > most {
		err = tooManyPairs(r, most)
	}
	return err
}

// pairs is the sum of CountWithin.
func (t *Tree) pairs(ctx context.Context, workers int, queries []geom.Vec3, r float64) (int, error) {
	count, err := t.CountWithin(ctx, workers, queries, r)
	total := 0
	for _, c := range count {
		total += int(c)
	}
	return total, err
}

func tooManyPairs(r float64, most int) error {
	return fmt.Errorf("radius %v holds more than %d pairs of points: use a smaller radius, or thin the cloud first", r, most)
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
