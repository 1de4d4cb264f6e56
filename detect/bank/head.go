package bank

import (
	"cmp"
	"context"
	"math"
	"slices"

	"blemish/tensor"
)

// Vectors of many values: products of some values rule out most vectors.

const (
	// headFrom is the number of values from which on vectors have a head, headShare
	// the part of them that it takes.
	headFrom, headShare = 128, 8
	// headSample is the number of vectors from which the values that vary most are told.
	headSample = 1024
	// headMost is the most neighbours that heads are used for.
	headMost = 32
	// measureCost is how many vectors' products take about the time of measuring one.
	measureCost = 16
)

// chooseHead picks the values that vary most over the bank: they tell most about
// distances (partial distance search; Bei and Gray, "An improvement of the minimum
// distortion encoding algorithm for vector quantization", 1985).
func (b *Bank) chooseHead() {
	if b.dim < headFrom || b.n == 0 {
		return
	}
	spread, all := make([]float64, b.dim), make([]int32, b.dim)
	for i := 0; i < b.n; i += max(1, b.n/headSample) {
		for j, v := range b.row(i) {
			d := (float64(v) - b.mean[j]) * b.scale
			spread[j] += float64(d * d)
		}
	}
	for j := range all {
		all[j] = int32(j)
	}
	slices.SortFunc(all, func(i, j int32) int {
		return cmp.Or(cmp.Compare(spread[j], spread[i]), cmp.Compare(i, j))
	})
	b.head = all[:b.dim/headShare]
	slices.Sort(b.head)
}

// headWidth is the number of values of a head: those chosen and one for the rest.
func (b *Bank) headWidth() int { return len(b.head) + 1 }

// behead writes the head of a moved vector: the chosen values, and the length of what
// the others make, whose product with another's is at least that of the others. So
// products of heads are not below those of whole vectors.
func (b *Bank) behead(dst, moved []float32, norm2 float64) {
	for j, from := range b.head {
		v := float64(moved[from])
		dst[j] = moved[from]
		norm2 -= float64(v * v)
	}
	dst[len(b.head)] = float32(math.Sqrt(max(norm2, 0)))
}

// runHeads is run by products of heads, which bound distances from below, and by
// measuring what they do not rule out: first the k that look nearest, which limit what
// can be nearer, and then, with the same products made again, the rest. It gives up,
// with false, where that is so much that whole products are quicker.
func (s *sweep) runHeads(ctx context.Context, b *Bank, k int) bool {
	n, width := len(s.queries), b.headWidth()
	s.heads = slices.Grow(s.heads[:0], n*width)[:n*width]
	for i := range s.queries {
		q := &s.queries[i]
		b.behead(s.heads[i*width:(i+1)*width], s.moved[i*b.dim:(i+1)*b.dim], float64(q.norm*q.norm))
	}
	allowed := n * (b.n/measureCost + 2*k)
	ok := s.eachHead(ctx, b, func(q *query, product []float32, first int32, _ float64) bool {
		q.lookNearest(product, first)
		return true
	})
	if !ok {
		return false
	}
	for i := range s.queries {
		q := &s.queries[i]
		for _, c := range q.found {
			q.settle(c.index)
		}
		q.found = q.found[:0]
	}
	return s.eachHead(ctx, b, func(q *query, product []float32, first int32, norm float64) bool {
		allowed -= q.takeHeads(product, first, norm)
		return allowed >= 0
	})
}

// eachHead calls body with the products of every query's head and every block's.
func (s *sweep) eachHead(ctx context.Context, b *Bank, body func(q *query, product []float32, first int32, norm float64) bool) bool {
	n, width := len(s.queries), b.headWidth()
	for c := range b.blocks {
		if ctx.Err() != nil {
			return false
		}
		from := &b.blocks[c]
		columns := len(from.bias)
		s.scratch.MulPacked(n, tensor.Rows(s.heads, width), &from.head, from.bias, tensor.Rows(s.product, columns), false)
		for i := range s.queries {
			if !body(&s.queries[i], s.product[i*columns:(i+1)*columns], int32(c*blockRows), from.norm) {
				return false
			}
		}
	}
	return true
}

// lookNearest keeps the k vectors that have the greatest products so far.
func (q *query) lookNearest(product []float32, first int32) {
	least := float32(math.Inf(-1))
	if len(q.found) == q.k {
		least = float32(-q.found[q.k-1].least)
	}
	above(product, &least, func(i int, v float32) {
		c := candidate{first + int32(i), -float64(v)}
		at, _ := slices.BinarySearchFunc(q.found, c, func(a, b candidate) int { return cmp.Compare(a.least, b.least) })
		q.found = slices.Insert(q.found[:min(len(q.found), q.k-1)], min(at, q.k-1), c)
		if len(q.found) == q.k {
			least = float32(-q.found[q.k-1].least)
		}
	})
}

// takeHeads is take for products of heads; it returns how many vectors it measured.
func (q *query) takeHeads(product []float32, first int32, norm float64) (measures int) {
	if q.beyond {
		for i := range product {
			q.settle(first + int32(i))
		}
		return len(product)
	}
	slack := q.slack(norm)
	least := lowered(-q.measuredLimit() - slack)
	above(product, &least, func(i int, _ float32) {
		q.settle(first + int32(i))
		measures++
		least = lowered(-q.measuredLimit() - slack)
	})
	return measures
}

// above calls body for the values that are not below least, which it may raise.
func above(values []float32, least *float32, body func(i int, v float32)) {
	i := 0
	for ; i+8 <= len(values); i += 8 {
		p := values[i : i+8 : i+8]
		l := *least
		if p[0] < l && p[1] < l && p[2] < l && p[3] < l && p[4] < l && p[5] < l && p[6] < l && p[7] < l {
			continue
		}
		for j, v := range p {
			if v >= *least {
				body(i+j, v)
			}
		}
	}
	for ; i < len(values); i++ {
		if v := values[i]; v >= *least {
			body(i, v)
		}
	}
}

// measuredLimit is limit from the vectors measured so far. slack covers what rounding
// has moved vectors by.
func (q *query) measuredLimit() float64 {
	if len(q.exact) < q.k {
		return math.Inf(1)
	}
	return q.exact[q.k-1].dist2*q.bank.scale*q.bank.scale/2 - q.norm*q.norm/2
}

// settle measures a vector and keeps it where it is among the k nearest so far.
func (q *query) settle(index int32) {
	row := q.bank.row(int(index))
	if len(q.exact) == q.k && fartherThan(q.v, row, q.exact[q.k-1].dist2) {
		return
	}
	m := measured{index, Dist2(q.v, row)}
	at, known := slices.BinarySearchFunc(q.exact, m, nearer)
	if known || at >= q.k {
		return
	}
	q.exact = slices.Insert(q.exact[:min(len(q.exact), q.k-1)], at, m)
}

// nearer orders by distance, then by index.
func nearer(a, b measured) int {
	return cmp.Or(cmp.Compare(a.dist2, b.dist2), cmp.Compare(a.index, b.index))
}
