package bank

import (
	"context"
	"fmt"
	"math"

	"blemish/seed"
	"blemish/task"
	"blemish/tensor"
)

// Coresets: a few rows that stand for all.

// coresetChunk is the number of rows in a unit of work.
const coresetChunk = 1024

// Coreset picks n rows of dim values, each the one farthest from those picked
// before, beginning with start: the greedy 2-approximation of the k-centre problem
// (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985) that
// PatchCore thins its memory with. Ties go to the lowest index. Fewer come back
// where all other rows equal a picked one.
//
// The result is that of measuring every row against every pick. A row whose pick is
// more than twice as far from the new one as from the row need not be looked at
// (Elkan, "Using the triangle inequality to accelerate k-means", 2003), and of the
// others a product in float32 rules out most.
func Coreset(ctx context.Context, workers task.Workers, rows []float32, dim, n, start int) ([]int32, error) {
	count, err := countRows("coreset", rows, dim)
	if err != nil {
		return nil, err
	}
	if n <= 0 || count == 0 {
		return nil, ctx.Err()
	}
	if start < 0 || start >= count {
		return nil, fmt.Errorf("coreset: start %d is no row of %d", start, count)
	}
	c := newCover(newFrame(rows, count, dim))
	if err := c.moveAll(ctx, workers); err != nil {
		return nil, err
	}
	return c.choose(ctx, workers, min(n, count), int32(start))
}

// CoresetFrom is Coreset as PatchCore approximates it: rows begin with the mean of their
// distances to so many that are drawn by chance, and the first pick is the one where that is
// greatest. Without starts it is Coreset from the first row on.
func CoresetFrom(ctx context.Context, workers task.Workers, rows []float32, dim, n, starts int, r *seed.Rand) ([]int32, error) {
	count, err := countRows("coreset", rows, dim)
	if err != nil {
		return nil, err
	}
	if starts <= 0 || n <= 0 || count == 0 {
		return Coreset(ctx, workers, rows, dim, n, 0)
	}
	c := newCover(newFrame(rows, count, dim))
	if err := c.moveAll(ctx, workers); err != nil {
		return nil, err
	}
	from := r.Perm(count)[:min(starts, count)]
	err = task.For(ctx, workers, count, coresetChunk, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			var sum float64
			for _, s := range from {
				sum += math.Sqrt(Dist2(c.row(i), c.row(int(s))))
			}
			mean := sum / float64(len(from))
			c.dist2[i] = float64(mean * mean)
		}
	})
	if err != nil {
		return nil, err
	}
	first := 0
	for i, d := range c.dist2 {
		if d > c.dist2[first] {
			first = i
		}
	}
	return c.choose(ctx, workers, min(n, count), int32(first))
}

// choose picks n rows, next first.
func (c *cover) choose(ctx context.Context, workers task.Workers, n int, next int32) ([]int32, error) {
	for {
		if err := c.pick(ctx, workers, next); err != nil {
			return nil, err
		}
		if len(c.picks) == n {
			return c.picks, nil
		}
		far := 0.0
		for _, f := range c.farthest {
			if f.dist2 > far {
				far, next = f.dist2, f.index
			}
		}
		if far == 0 {
			return c.picks, nil
		}
	}
}

// cover is the state of a coreset under way.
type cover struct {
	frame
	moved []float32 // all rows
	norm2 []float64 // their squared lengths
	picks []int32
	// For each row the squared distance to the nearest pick, the first of equals,
	// and which pick that is; -1 where it is what the row began with.
	dist2 []float64
	owner []int32
	// apart is, for each pick, a squared distance: rows nearer than that to their
	// pick are no nearer to the new one.
	apart    []float64
	farthest []measured // of each chunk
}

func newCover(f frame) *cover {
	c := &cover{
		frame:    f,
		moved:    make([]float32, f.n*f.dim),
		norm2:    make([]float64, f.n),
		dist2:    make([]float64, f.n),
		owner:    make([]int32, f.n),
		farthest: make([]measured, task.Count(f.n, coresetChunk)),
	}
	for i := range c.dist2 {
		c.dist2[i], c.owner[i] = math.Inf(1), -1
	}
	return c
}

func (c *cover) moveAll(ctx context.Context, workers task.Workers) error {
	dim := c.dim
	return task.For(ctx, workers, c.n, coresetChunk, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			c.norm2[i] = c.move(c.moved[i*dim:(i+1)*dim], c.row(i))
		}
	})
}

// pick makes a row a pick.
func (c *cover) pick(ctx context.Context, workers task.Workers, row int32) error {
	c.apart = c.apart[:0]
	for _, p := range c.picks {
		// A quarter of the squared distance, less what rounding may have added.
		c.apart = append(c.apart, Dist2(c.row(int(p)), c.row(int(row)))/4*(1-1e-9))
	}
	number := int32(len(c.picks))
	c.picks = append(c.picks, row)
	return task.For(ctx, workers, c.n, coresetChunk, func(chunk, lo, hi int) {
		best := measured{dist2: -1}
		for i := lo; i < hi; i++ {
			d := c.dist2[i]
			if c.owner[i] < 0 || d > c.apart[c.owner[i]] {
				if e, nearer := c.nearer(i, int(row), d); nearer {
					d = e
					c.dist2[i], c.owner[i] = e, number
				}
			}
			if d > best.dist2 {
				best = measured{int32(i), d}
			}
		}
		c.farthest[chunk] = best
	})
}

// nearer tells whether row i is nearer to a pick than dist2, and how near.
func (c *cover) nearer(i, pick int, dist2 float64) (float64, bool) {
	if dist2 < math.Inf(1) {
		dim := c.dim
		dot := tensor.Dot(c.moved[i*dim:(i+1)*dim], c.moved[pick*dim:(pick+1)*dim])
		sum := c.norm2[i] + c.norm2[pick]
		// As in query.slack, with |a||b| at most (|a|²+|b|²)/2.
		slack := 0x1p-23 * float64(dim+16) * sum
		if sum-2*float64(dot)-slack > dist2*c.scale*c.scale {
			return 0, false
		}
	}
	e := Dist2(c.row(i), c.row(pick))
	return e, e < dist2
}
