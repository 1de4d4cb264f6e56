package bank

import "math"

// Where products run: vectors moved to the middle of all and to size 1.

// frame is a set of n vectors of dim values. Products run on vectors less their
// mean, times a power of two, so that what all have in common costs no precision
// and no square overflows.
type frame struct {
	dim, n int
	rows   []float32
	mean   []float64
	scale  float64
}

func newFrame(rows []float32, n, dim int) frame {
	f := frame{dim: dim, n: n, rows: rows, mean: make([]float64, dim), scale: 1}
	for i := 0; i < n; i++ {
		for j, v := range f.row(i) {
			f.mean[j] += float64(v)
		}
	}
	for j := range f.mean {
		f.mean[j] /= float64(max(n, 1))
	}
	far := 0.0
	for i := 0; i < n; i++ {
		for j, v := range f.row(i) {
			far = max(far, math.Abs(float64(v)-f.mean[j]))
		}
	}
	if far > 0 {
		_, exponent := math.Frexp(far)
		f.scale = math.Ldexp(1, -exponent)
	}
	return f
}

// row is vector i.
func (f *frame) row(i int) []float32 { return f.rows[i*f.dim : (i+1)*f.dim] }

// move writes the moved v and returns its squared length.
func (f *frame) move(dst, v []float32) (norm2 float64) {
	for j, x := range v {
		y := float32((float64(x) - f.mean[j]) * f.scale)
		dst[j] = y
		norm2 += float64(float64(y) * float64(y))
	}
	return norm2
}
