package tensor

import "math"

// GELU sets y = x·Φ(x), the exact form with the error function, and slope = dy/dx,
// which the backward pass multiplies with; slope may be nil, y may be x. The error
// function is within 5e-7 of the true one.
func GELU(y, slope, x []float32) {
	x = x[:len(y)]
	if len(y) == 0 {
		return
	}
	if slope == nil {
		if geluTo(&y[0], &x[0], len(y)) {
			return
		}
		for i, v := range x {
			y[i] = v * normalCDF(v)
		}
		return
	}
	slope = slope[:len(y)]
	if geluSlopeTo(&y[0], &slope[0], &x[0], len(y)) {
		return
	}
	for i, v := range x {
		phi := normalCDF(v)
		y[i] = v * phi
		slope[i] = phi + v*(invSqrt2Pi*exp(-0.5*v*v))
	}
}

const (
	invSqrt2   = 0.70710678118654752440
	invSqrt2Pi = 0.39894228040143267794
)

// normalCDF is Φ(x) = (1 + erf(x/√2))/2.
func normalCDF(x float32) float32 { return 0.5 + 0.5*erf(x*invSqrt2) }

// Rational approximation of erf on [-4, 4] in odd and even powers, from the
// highest; the one of Eigen (unsupported/SpecialFunctions, generic_fast_erf).
var (
	erfOdd  = [7]float32{-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05, -7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02}
	erfEven = [5]float32{-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03, -1.42647390514189e-02}
)

func erf(x float32) float32 {
	x = max(-4, min(4, x))
	s := x * x
	p, q := erfOdd[0], erfEven[0]
	for _, c := range erfOdd[1:] {
		p = p*s + c
	}
	for _, c := range erfEven[1:] {
		q = q*s + c
	}
	return x * p / q
}

// exp is eˣ for x ≤ 88 within 2 units in the last place (Cephes, expf); e⁻⁸⁷, which
// is 1.6e-38, below -87.
func exp(x float32) float32 {
	if x != x {
		return x
	}
	x = max(x, -87)
	const (
		log2e = 1.44269504088896341
		ln2Hi = 0.693359375
		ln2Lo = -2.12194440e-4
		magic = 3 << 22 // adding it rounds to an integer
	)
	n := x*log2e + magic
	n -= magic
	r := x - n*ln2Hi
	r -= n * ln2Lo
	p := float32(1.9875691500e-4)
	p = p*r + 1.3981999507e-3
	p = p*r + 8.3334519073e-3
	p = p*r + 4.1665795894e-2
	p = p*r + 1.6666665459e-1
	p = p*r + 5.0000001201e-1
	p = p*(r*r) + r + 1
	return p * math.Float32frombits(uint32(int32(n)+127)<<23)
}

// Softmax sets every row of x, of n values, to softmax(scale·row), in place.
// scale must be positive.
func Softmax(x []float32, n int, scale float32) {
	for ; len(x) >= n && n > 0; x = x[n:] {
		row := x[:n]
		Scale(row, 1/expRow(row, scale), row)
	}
}

// expRow sets row to exp(scale·(row − its largest value)) and returns its sum.
func expRow(row []float32, scale float32) float32 {
	var l lanes
	for i := range l {
		l[i] = row[0]
	}
	if maxLanes(&l[0], &row[0], len(row)) {
		top := l[0]
		for _, v := range l[1:] {
			top = max(top, v)
		}
		l = lanes{}
		expLanes(&l[0], &row[0], len(row), top, scale)
		return l.sum()
	}
	top := row[0]
	for _, v := range row {
		top = max(top, v)
	}
	var sum float32
	for i, v := range row {
		e := exp((v - top) * scale)
		row[i] = e
		sum += e
	}
	return sum
}

// SoftmaxGrad turns d, the gradient of Softmax's result p, into that of its
// argument, row by row in place: d = scale·p·(d − Σ d·p).
func SoftmaxGrad(d, p []float32, n int, scale float32) {
	for ; len(d) >= n && n > 0; d, p = d[n:], p[n:] {
		row, prob := d[:n], p[:n]
		mean := Dot(row, prob)
		if softmaxGrad(&row[0], &prob[0], n, scale, mean) {
			continue
		}
		for i, v := range row {
			row[i] = scale * prob[i] * (v - mean)
		}
	}
}
