package format

import (
	"math"
	"math/bits"
)

// pow10 holds the powers of ten that float64 represents exactly, pow5 the powers
// of five that fit a uint64.
var (
	pow10 [23]float64
	pow5  [28]uint64
)

func init() {
	pow10[0], pow5[0] = 1, 1
	for i := 1; i < len(pow10); i++ {
		pow10[i] = pow10[i-1] * 10 // exact up to 10^22
	}
	for i := 1; i < len(pow5); i++ {
		pow5[i] = pow5[i-1] * 5
	}
}

// decimal is m·10^exp rounded to the nearest float64, ties to even, as strconv
// rounds. Where m and the power of ten are both exact, one rounded operation is
// right (W. D. Clinger, How to read floating-point numbers accurately, 1990);
// beyond that, up to 10^±27, the quotient or product is formed exactly in
// integers. ok is false for larger exponents.
func decimal(m uint64, exp int) (v float64, ok bool) {
	switch {
	case exp == 0 || m == 0:
		return float64(m), true
	case m <= 1<<53 && -22 <= exp && exp < 0:
		return float64(m) / pow10[-exp], true
	case m <= 1<<53 && 0 < exp && exp <= 22:
		return float64(m) * pow10[exp], true
	case -27 <= exp && exp < 0:
		return quotient(m, -exp), true
	case 0 < exp && exp <= 27:
		return product(m, exp), true
	}
	return 0, false
}

// quotient is m / 10^k. Both sides are shifted to fill 64 bits, so that the
// integer quotient has at least 63 and, with the remainder, tells how to round.
func quotient(m uint64, k int) float64 {
	s := bits.LeadingZeros64(m)
	d := pow5[k]
	t := bits.LeadingZeros64(d)
	m <<= s
	q, rest := bits.Div64(m>>1, m<<63, d<<t)
	return round53(q, rest != 0, t-s-63-k)
}

// product is m · 10^k.
func product(m uint64, k int) float64 {
	hi, lo := bits.Mul64(m, pow5[k])
	if hi == 0 {
		return round53(lo, false, k)
	}
	s := bits.LeadingZeros64(hi)
	if s > 0 {
		hi, lo = hi<<s|lo>>(64-s), lo<<s
	}
	return round53(hi, lo != 0, 64-s+k)
}

// round53 is the float64 nearest to (q + something below 1 if more)·2^exp. q is
// not 0, and the result is far from float64's limits.
func round53(q uint64, more bool, exp int) float64 {
	if drop := 11 - bits.LeadingZeros64(q); drop > 0 {
		half := uint64(1) << (drop - 1)
		below := q & (half<<1 - 1)
		q >>= drop
		exp += drop
		if below > half || below == half && (more || q&1 == 1) {
			q++
		}
	}
	return float64(q) * math.Float64frombits(uint64(1023+exp)<<52)
}
