package seed

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
)

// Rand is one random stream. It is not safe for use by several goroutines.
type Rand struct{ src *rand.PCG }

// Stream returns the stream that belongs to a root seed and a name. The parts of
// the name may be strings and integers; equal names give equal streams, and any
// difference gives an unrelated one.
func Stream(root uint64, name ...any) *Rand {
	h := sha256.New()
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], root)
	h.Write(b[:])
	for _, part := range name {
		// The length and the kind before each part keep ("a","bc") apart from ("ab","c"), and 1 from "1".
		text := fmt.Sprint(part)
		kind := byte('n')
		if _, ok := part.(string); ok {
			kind = 's'
		}
		binary.LittleEndian.PutUint64(b[:], uint64(len(text)))
		h.Write([]byte{kind})
		h.Write(b[:])
		h.Write([]byte(text))
	}
	sum := h.Sum(nil)
	return &Rand{rand.NewPCG(binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:]))}
}

// Uint64 returns 64 random bits.
func (r *Rand) Uint64() uint64 { return r.src.Uint64() }

// Float64 returns a number in [0, 1).
func (r *Rand) Float64() float64 { return float64(r.src.Uint64()>>11) / (1 << 53) }

// Uniform returns a number in [lo, hi).
func (r *Rand) Uniform(lo, hi float64) float64 { return lo + float64((hi-lo)*r.Float64()) }

// LogUniform returns a number in [lo, hi) whose logarithm is uniform; 0 < lo.
func (r *Rand) LogUniform(lo, hi float64) float64 {
	return math.Exp(r.Uniform(math.Log(lo), math.Log(hi)))
}

// Intn returns an integer in [0, n); n must be positive.
func (r *Rand) Intn(n int) int {
	if n <= 0 {
		panic(fmt.Sprintf("seed: Intn(%d)", n))
	}
	// Lemire's multiply-shift with rejection: unbiased.
	m := uint64(n)
	hi, lo := bits.Mul64(r.src.Uint64(), m)
	if lo < m {
		for limit := -m % m; lo < limit; {
			hi, lo = bits.Mul64(r.src.Uint64(), m)
		}
	}
	return int(hi)
}

// Norm returns a standard normal number (Box–Muller, one of the pair).
func (r *Rand) Norm() float64 {
	u := 1 - r.Float64() // (0, 1]
	v := r.Float64()
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
}

// Bool returns true with probability p.
func (r *Rand) Bool(p float64) bool { return r.Float64() < p }

// Perm returns a random permutation of 0…n-1.
func (r *Rand) Perm(n int) []int32 {
	p := make([]int32, n)
	for i := range p {
		p[i] = int32(i)
	}
	r.Shuffle(n, func(i, j int) { p[i], p[j] = p[j], p[i] })
	return p
}

// Shuffle permutes n items by swaps (Fisher–Yates).
func (r *Rand) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, r.Intn(i+1))
	}
}

// Direction returns a unit vector, uniform on the sphere.
func (r *Rand) Direction() (x, y, z float64) {
	z = r.Uniform(-1, 1)
	s, c := math.Sincos(r.Uniform(0, 2*math.Pi))
	h := math.Sqrt(math.Max(0, 1-float64(z*z)))
	return h * c, h * s, z
}

// Quaternion returns a unit quaternion, uniform over all rotations (Shoemake,
// Graphics Gems III). geom.RotationQuat takes it as it is.
func (r *Rand) Quaternion() (w, x, y, z float64) {
	u := r.Float64()
	s1, c1 := math.Sincos(2 * math.Pi * r.Float64())
	s2, c2 := math.Sincos(2 * math.Pi * r.Float64())
	a, b := math.Sqrt(1-u), math.Sqrt(u)
	return b * c2, a * s1, a * c1, b * s2
}
