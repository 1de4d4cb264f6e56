package bank

import (
	"context"
	"math"

	"blemish/task"
)

// Reweighted is PatchCore's score of a whole scan, as published code computes it. index and
// dist2 are what Nearest says of every query for k of 1. Of the query that is farthest from
// its neighbour, at the distance s, the score is w·s, with
//
//	w = 1 − exp(s/D) / Σ exp(|q−v|/D)
//
// over the n vectors v nearest to that neighbour in the bank without itself, so n−1 of them,
// and D = √Dim: a query counts less where the neighbour stands alone in the bank. Without
// such vectors w is 1.
func (b *Bank) Reweighted(ctx context.Context, workers task.Workers, queries []float32, index []int32, dist2 []float32, n int) (float64, error) {
	worst := -1
	for i, d := range dist2 {
		if worst < 0 || d > dist2[worst] {
			worst = i
		}
	}
	if worst < 0 {
		return 0, ctx.Err()
	}
	q := queries[worst*b.dim : (worst+1)*b.dim]
	nearest := b.row(int(index[worst]))
	s := math.Sqrt(Dist2(q, nearest))
	around, _, err := b.Nearest(ctx, workers, nearest, n)
	if err != nil {
		return 0, err
	}
	root := math.Sqrt(float64(b.dim))
	// exp(s/D) is taken out of the sum: it may exceed every number.
	sum := 0.0
	for _, v := range around[min(1, len(around)):] {
		sum += math.Exp((math.Sqrt(Dist2(q, b.row(int(v)))) - s) / root)
	}
	if !(sum > 0) {
		return s, nil
	}
	return s * (1 - 1/sum), nil
}
