// Package task runs loops on several workers so that the result does not depend
// on how many there are: chunks have a fixed size, each chunk writes only its own
// part, and reductions run in index order. It also carries progress events.
//
//	sums := make([]float64, task.Count(n, 4096))
//	err := task.For(ctx, workers, n, 4096, func(chunk, lo, hi int) {
//		for i := lo; i < hi; i++ {
//			sums[chunk] += x[i]
//		}
//	})
package task
