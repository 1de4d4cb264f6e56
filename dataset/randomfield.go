package dataset

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// Smooth random functions over space.

// field is a sum of plane waves in random directions with random phases, which comes
// close to a Gaussian random function with few waves (Shinozuka and Deodatis,
// Simulation of stochastic processes by spectral representation, 1991).
type field struct {
	wave  []geom.Vec
	phase []float64
}

// newField draws n waves; turns draws how many of a wave lie in a unit of length.
func newField(n int, turns func(r *seed.Rand) float64, r *seed.Rand) field {
	f := field{make([]geom.Vec, n), make([]float64, n)}
	for k := range f.wave {
		x, y, z := r.Direction()
		f.wave[k] = geom.Vec{X: x, Y: y, Z: z}.Scale(2 * math.Pi * turns(r))
		f.phase[k] = r.Uniform(0, 2*math.Pi)
	}
	return f
}

// sum is the sum of the waves at p.
func (f field) sum(p geom.Vec) float64 {
	sum := 0.0
	for k, w := range f.wave {
		sum += math.Sin(w.Dot(p) + f.phase[k])
	}
	return sum
}

// rank is the share of space in which the function is lower than at p. A sum of n
// waves has the variance n/2.
func (f field) rank(p geom.Vec) float64 {
	return 0.5 * math.Erfc(-f.sum(p)/math.Sqrt(float64(len(f.wave))))
}
