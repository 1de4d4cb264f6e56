package bank

import (
	"fmt"
	"math"
)

// The distance that decides, and what may be measured with it.

// Dist2 is the squared distance of two vectors of equal length, in float64: four
// partial sums, added up in order.
func Dist2(a, b []float32) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		d0, d1 := float64(x[0])-float64(y[0]), float64(x[1])-float64(y[1])
		d2, d3 := float64(x[2])-float64(y[2]), float64(x[3])-float64(y[3])
		s0 += float64(d0 * d0)
		s1 += float64(d1 * d1)
		s2 += float64(d2 * d2)
		s3 += float64(d3 * d3)
	}
	for ; i < len(a); i++ {
		d := float64(a[i]) - float64(b[i])
		s0 += float64(d * d)
	}
	return (s0 + s1) + (s2 + s3)
}

// countRows checks vectors: whole rows of finite numbers, no more than int32 counts.
func countRows(what string, rows []float32, dim int) (int, error) {
	if dim <= 0 || len(rows)%dim != 0 {
		return 0, fmt.Errorf("%s: %d values are no rows of %d", what, len(rows), dim)
	}
	n := len(rows) / dim
	if n > math.MaxInt32 {
		return 0, fmt.Errorf("%s: %d rows; at most %d can be numbered", what, n, math.MaxInt32)
	}
	for i, v := range rows {
		if v-v != 0 { // NaN or infinite
			return 0, fmt.Errorf("%s: row %d, value %d is %v", what, i/dim, i%dim, v)
		}
	}
	return n, nil
}
