package spatial

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"sync/atomic"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/task"
)

// All neighbours within a radius, of many points at once: counts and lists.

// Lists holds neighbourhoods of different sizes. It does not change once made and may
// be used from several goroutines.
type Lists struct {
	rows   []listRow
	chunks []listChunk
	pairs  int
}

// listRow is where a row lies: in a chunk, from a place on.
type listRow struct {
	at    int
	chunk int32
	n     int32
}

// listChunk is what the queries of a chunk find, one after the other.
type listChunk struct {
	index []int32
	dist2 []float32
}

// Len is the number of rows, one for each query.
func (l *Lists) Len() int { return len(l.rows) }

// Pairs is the number of neighbours in all rows together.
func (l *Lists) Pairs() int { return l.pairs }

// Row is the neighbourhood of query i: indices and squared distances, in ascending
// order of (distance, index). Do not change it.
func (l *Lists) Row(i int) (index []int32, dist2 []float32) {
	r := l.rows[i]
	c := &l.chunks[r.chunk]
	lo, hi := r.at, r.at+int(r.n)
	return c.index[lo:hi:hi], c.dist2[lo:hi:hi]
}

// RadiusBatch lists for every query what Radius finds. More than most pairs in all
// are an error, told before there are many more (most <= 0: any number).
func (t *Tree) RadiusBatch(ctx context.Context, workers task.Workers, queries []geom.Vec3, r float64, most int) (*Lists, error) {
	return t.lists(ctx, workers, queries, itinerary(queries), r, most)
}

// RadiusSelf is RadiusBatch for the tree's own points: the graph that joins points
// within a radius. Every finite point is a neighbour of itself.
func (t *Tree) RadiusSelf(ctx context.Context, workers task.Workers, r float64, most int) (*Lists, error) {
	return t.lists(ctx, workers, t.points, t.order, r, most)
}

// CountWithin returns for every query the number of points that Radius finds. Whole
// boxes within the radius are counted at once.
func (t *Tree) CountWithin(ctx context.Context, workers task.Workers, queries []geom.Vec3, r float64) ([]int32, error) {
	order := itinerary(queries)
	count := pages.Make[int32](len(queries))
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

// lists searches chunk by chunk. Rows stay in the order in which the queries are
// visited, neighbours mostly beside each other: putting them in the order of the
// queries would cost more than finding them.
func (t *Tree) lists(ctx context.Context, workers task.Workers, queries []geom.Vec3, order []int32, r float64, most int) (*Lists, error) {
	if most <= 0 {
		most = math.MaxInt
	} else if err := t.checkPairs(ctx, workers, queries, order, r, most); err != nil {
		return nil, err
	}
	l := &Lists{rows: pages.Make[listRow](len(queries)), chunks: make([]listChunk, task.Count(len(queries), ChunkSize))}
	var total atomic.Int64
	err := task.For(ctx, workers, len(queries), ChunkSize, func(chunk, lo, hi int) {
		w := t.beginWalk(0, float32(r*r))
		defer w.end()
		var asked [ChunkSize]geom.Vec3
		gather(asked[:hi-lo], queries, order, lo)
		var rows [ChunkSize]listRow
		found := 0
		for i, q := range asked[:hi-lo] {
			rows[i] = listRow{at: found, chunk: int32(chunk)}
			if r >= 0 && q.Finite() {
				n := w.list(q, found)
				rows[i].n = int32(n)
				found += n
				if total.Add(int64(n)) > int64(most) {
					return
				}
			}
		}
		// Appending leaves out to clear what is written next.
		l.chunks[chunk] = listChunk{append([]int32(nil), w.listed.index[:found]...), append([]float32(nil), w.listed.dist2[:found]...)}
		for i := range hi - lo {
			l.rows[placeOf(order, lo+i)] = rows[i]
		}
	})
	if err != nil {
		return nil, err
	}
	if total.Load() > int64(most) {
		return nil, tooManyPairs(r, most)
	}
	l.pairs = int(total.Load())
	return l, nil
}

// list writes the neighbours within the walk's limit behind the first found of those
// listed, and returns their number.
func (w *walk) list(q geom.Vec3, found int) int {
	w.q = [3]float32{q.X, q.Y, q.Z}
	w.collect(w.limit)
	w.sortCandidates(w.n)
	to := &w.listed
	// Whole vectors are written.
	if need := found + w.n + lanes; len(to.index) < need {
		to.index = append(to.index, make([]int32, need)...)
		to.dist2 = append(to.dist2, make([]float32, need)...)
	}
	splitKeys(w.keys[:w.n], to.index[found:], to.dist2[found:])
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
func (t *Tree) checkPairs(ctx context.Context, workers task.Workers, queries []geom.Vec3, order []int32, r float64, most int) error {
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
func (t *Tree) pairs(ctx context.Context, workers task.Workers, queries []geom.Vec3, r float64) (int, error) {
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
func (t *Tree) checkVisits(ctx context.Context, workers task.Workers, r float64) error {
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
