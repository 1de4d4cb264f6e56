package bank

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"blemish/task"
	"blemish/tensor"
)

// Nearest vectors: blocked products rule out, exact distances decide.

// queryRows is the number of queries that are multiplied at once.
const queryRows = 192

// Nearest returns the min(k, Len) nearest vectors of every query as two row-major
// arrays, in ascending order of (distance, index): indices, and squared distances
// rounded to float32. Queries are rows of Dim values, all finite.
//
// From |q−v|²/2 = |q|²/2 − (q·v − |v|²/2) and a bound on the rounding of the
// product, each vector has a least and a greatest distance that it may be at. Only
// those whose least is within the k-th greatest are measured. The time is that of
// the products, unless many vectors are as good as equal. Of long vectors a part is
// multiplied first: where they lie in clusters, that rules out most (see head.go).
func (b *Bank) Nearest(ctx context.Context, workers task.Workers, queries []float32, k int) (index []int32, dist2 []float32, err error) {
	n, err := countRows("queries", queries, b.dim)
	if err != nil {
		return nil, nil, err
	}
	k = max(0, min(k, b.n))
	if k > 0 && n > math.MaxInt/k {
		return nil, nil, fmt.Errorf("nearest vectors: %d queries with %d neighbours each are too many", n, k)
	}
	index, dist2 = make([]int32, n*k), make([]float32, n*k)
	if k == 0 {
		return index, dist2, ctx.Err()
	}
	err = task.For(ctx, workers, n, queryRows, func(_, lo, hi int) {
		s := sweeps.Get().(*sweep)
		defer sweeps.Put(s)
		if !s.run(ctx, b, queries[lo*b.dim:hi*b.dim], k) {
			return
		}
		for i := range s.queries {
			at := (lo + i) * k
			s.queries[i].finish(index[at:at+k], dist2[at:at+k])
		}
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, nil, err
	}
	return index, dist2, nil
}

// sweep is the work on up to queryRows queries: one pass over all blocks.
type sweep struct {
	scratch tensor.Scratch
	moved   []float32
	heads   []float32
	product []float32
	queries []query
}

var sweeps = sync.Pool{New: func() any { return new(sweep) }}

// run goes through the bank; false where ctx ended first.
func (s *sweep) run(ctx context.Context, b *Bank, rows []float32, k int) bool {
	n := len(rows) / b.dim
	s.moved = slices.Grow(s.moved[:0], n*b.dim)[:n*b.dim]
	s.product = slices.Grow(s.product[:0], n*blockRows)[:n*blockRows]
	s.queries = slices.Grow(s.queries[:0], n)[:n]
	s.begin(b, rows, k)
	if len(b.head) > 0 && k <= headMost && !b.headless.Load() {
		if s.runHeads(ctx, b, k) {
			return true
		}
		b.headless.Store(true)
		s.begin(b, rows, k)
	}
	for c := range b.blocks {
		if ctx.Err() != nil {
			return false
		}
		from := &b.blocks[c]
		width := len(from.bias)
		s.scratch.MulPacked(n, tensor.Rows(s.moved, b.dim), b.wholes(c), from.bias, tensor.Rows(s.product, width), false)
		for i := range s.queries {
			s.queries[i].take(s.product[i*width:(i+1)*width], int32(c*blockRows), from.norm)
		}
	}
	return true
}

func (s *sweep) begin(b *Bank, rows []float32, k int) {
	for i := range s.queries {
		v := rows[i*b.dim : (i+1)*b.dim]
		s.queries[i].begin(b, v, s.moved[i*b.dim:(i+1)*b.dim], k)
	}
}

// query is the state of one search. Distances in it are halves of squares of moved
// vectors, less the query's own: −(q·v − |v|²/2).
type query struct {
	bank   *Bank
	v      []float32
	k      int
	norm   float64   // of the moved vector
	within []float64 // the k least of the greatest distances, ascending
	found  []candidate
	exact  []measured
	beyond bool // too far from the bank for products
}

// candidate is a vector that may be among the k nearest.
type candidate struct {
	index int32
	least float64
}

type measured struct {
	index int32
	dist2 float64
}

// farAway is the norm of moved vectors from which on a query is measured against
// all vectors: float32 might overflow.
const farAway = 1e12

func (q *query) begin(b *Bank, v, moved []float32, k int) {
	q.bank, q.v, q.k = b, v, k
	q.norm = math.Sqrt(b.move(moved, v))
	q.beyond = !(q.norm < farAway)
	if q.beyond {
		clear(moved)
	}
	q.within, q.found, q.exact = q.within[:0], q.found[:0], q.exact[:0]
}

// limit is the distance that the k-th neighbour does not exceed, as far as known.
func (q *query) limit() float64 {
	if len(q.within) < q.k {
		return math.Inf(1)
	}
	return q.within[q.k-1]
}

// slack bounds how far a product may be from half the squared distance: for dim
// products and sums of float32, at most dim+3 roundings of |q||v| + |v|²/2 (Higham,
// "Accuracy and stability of numerical algorithms", 2002, section 3.1), and for the
// rounding of moved vectors, (|q|+|v|)². 2⁻²³ is two roundings, to be safe.
func (q *query) slack(norm float64) float64 {
	both := q.norm + norm
	return 0x1p-23 * (float64(q.bank.dim+8)*(q.norm*norm+norm*norm/2) + 2*both*both)
}

// take goes through the products with one block: greater is nearer.
func (q *query) take(product []float32, first int32, norm float64) {
	if q.beyond {
		for i := range product {
			q.keep(first+int32(i), math.Inf(-1), math.Inf(1))
		}
		return
	}
	slack := q.slack(norm)
	least := lowered(-q.limit() - slack)
	above(product, &least, func(i int, v float32) {
		q.keep(first+int32(i), -float64(v)-slack, -float64(v)+slack)
		least = lowered(-q.limit() - slack)
	})
}

// lowered is a float32 not above x.
func lowered(x float64) float32 {
	return math.Nextafter32(float32(x), float32(math.Inf(-1)))
}

// keep takes in a candidate with the least and greatest distance it may be at.
func (q *query) keep(index int32, least, greatest float64) {
	q.found = append(q.found, candidate{index, least})
	if greatest < q.limit() {
		at, _ := slices.BinarySearch(q.within, greatest)
		q.within = slices.Insert(q.within[:min(len(q.within), q.k-1)], at, greatest)
	}
	if room := 8*q.k + 256; len(q.found) >= room {
		q.drop()
		if len(q.found) >= room/2 {
			q.measure()
		}
	}
}

// drop leaves out candidates that are certainly too far.
func (q *query) drop() {
	limit := q.limit()
	q.found = slices.DeleteFunc(q.found, func(c candidate) bool { return c.least > limit })
}

// measure replaces the candidates by the k nearest of them.
func (q *query) measure() {
	for _, c := range q.found {
		q.exact = append(q.exact, measured{c.index, Dist2(q.v, q.bank.row(int(c.index)))})
	}
	q.found = q.found[:0]
	slices.SortFunc(q.exact, nearer)
	q.exact = q.exact[:min(len(q.exact), q.k)]
}

// finish writes the k nearest.
func (q *query) finish(index []int32, dist2 []float32) {
	q.drop()
	q.measure()
	for i, m := range q.exact[:len(index)] {
		index[i], dist2[i] = m.index, float32(m.dist2)
	}
	q.bank, q.v = nil, nil
}
