package tensor

import "math"

// LayerNorm sets y = (x − mean)·rstd·gamma + beta over one row, and returns mean
// and rstd = 1/√(variance + eps) for LayerNormGrad. y may be x.
func LayerNorm(y, x, gamma, beta []float32, eps float32) (mean, rstd float32) {
	n := len(x)
	y, gamma, beta = y[:n], gamma[:n], beta[:n]
	var sum float32
	for _, v := range x {
		sum += v
	}
	mean = sum / float32(n)
	var squares float32
	for _, v := range x {
		d := v - mean
		squares += d * d
	}
	rstd = float32(1 / math.Sqrt(float64(squares/float32(n)+eps)))
	for i, v := range x {
		y[i] = (v-mean)*rstd*gamma[i] + beta[i]
	}
	return mean, rstd
}

// LayerNormGrad adds to dx the gradient of LayerNorm's x, given that of its y, and
// to dgamma and dbeta those of its parameters.
func LayerNormGrad(dx, dy, x, gamma, dgamma, dbeta []float32, mean, rstd float32) {
	n := len(x)
	dx, dy, gamma, dgamma, dbeta = dx[:n], dy[:n], gamma[:n], dgamma[:n], dbeta[:n]
	var sum, cross float32
	for i, v := range x {
		h := (v - mean) * rstd
		g := dy[i] * gamma[i]
		sum += g
		cross += g * h
		dgamma[i] += dy[i] * h
		dbeta[i] += dy[i]
	}
	sum /= float32(n)
	cross /= float32(n)
	for i, v := range x {
		h := (v - mean) * rstd
		dx[i] += rstd * (dy[i]*gamma[i] - sum - h*cross)
	}
}

// ScaleShiftReLU sets y = max(0, x·scale + shift) for rows of len(scale) values:
// batch normalisation with given statistics, and its ReLU. y may be x.
func ScaleShiftReLU(y, x, scale, shift []float32) {
	c := len(scale)
	shift = shift[:c]
	for ; len(x) >= c && c > 0; x, y = x[c:], y[c:] {
		in, out := x[:c], y[:c]
		for i, v := range in {
			out[i] = max(0, v*scale[i]+shift[i])
		}
	}
}
