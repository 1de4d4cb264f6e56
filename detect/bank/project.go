package bank

import (
	"context"
	"math"

	"blemish/seed"
	"blemish/task"
)

// Random projections: distances nearly stay, in fewer dimensions (Johnson and Lindenstrauss,
// "Extensions of Lipschitz mappings into a Hilbert space", 1984).

// distortion is by how much a projection to NearlyIsometric dimensions may change squared
// distances, as a share: what PatchCore takes.
const distortion = 0.9

// NearlyIsometric is the number of dimensions to which n vectors may be projected at random
// so that squared distances change by less than 90 % (Dasgupta and Gupta, "An elementary
// proof of a theorem of Johnson and Lindenstrauss", 2003).
func NearlyIsometric(n int) int {
	const e = distortion
	return max(1, int(4*math.Log(float64(max(2, n)))/(e*e/2-e*e*e/3)))
}

// Project projects rows of dim values at random to width dimensions; -1: NearlyIsometric of
// their number, by a sparse matrix (Li, Hastie and Church, "Very sparse random projections",
// 2006: one entry in √dim is ±√(√dim/width)). Otherwise the entries are uniform in ±1/√dim.
// Rows that have no more than width values are returned as they are.
func Project(ctx context.Context, workers task.Workers, rows []float32, dim, width int, r *seed.Rand) (out []float32, to int, err error) {
	n, err := countRows("projection", rows, dim)
	if err != nil {
		return nil, 0, err
	}
	sparse := width < 0
	if sparse {
		width = NearlyIsometric(n)
	}
	if width >= dim {
		return rows, dim, nil
	}
	matrix := make([]float64, width*dim)
	root := math.Sqrt(float64(dim))
	for i := range matrix {
		switch {
		case !sparse:
			matrix[i] = r.Uniform(-1/root, 1/root)
		case r.Float64() < 1/root:
			matrix[i] = math.Sqrt(root / float64(width))
			if r.Bool(0.5) {
				matrix[i] = -matrix[i]
			}
		}
	}
	out = make([]float32, n*width)
	err = task.For(ctx, workers, n, coresetChunk, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			row := rows[i*dim : (i+1)*dim]
			for k := range width {
				var sum float64
				for j, w := range matrix[k*dim : (k+1)*dim] {
					sum += float64(w * float64(row[j]))
				}
				out[i*width+k] = float32(sum)
			}
		}
	})
	return out, width, err
}
