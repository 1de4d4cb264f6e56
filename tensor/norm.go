package tensor

import "math"

// LayerNorm sets y = (x − mean)·rstd·gamma + beta over one row, and returns mean
// and rstd = 1/√(variance + eps) for LayerNormGrad. y may be x.
func LayerNorm(y, x, gamma, beta []float32, eps float32) (mean, rstd float32) {
	n := len(x)
	y, gamma, beta = y[:n], gamma[:n], beta[:n]
	if n == 0 {
		return 0, 0
	}
	mean = rowSum(x) / float32(n)
	rstd = float32(1 / math.Sqrt(float64(rowSquares(x, mean)/float32(n)+eps)))
	if normApply(&y[0], &x[0], &gamma[0], &beta[0], n, rstd, -mean*rstd) {
		return mean, rstd
	}
	for i, v := range x {
		y[i] = (v-mean)*rstd*gamma[i] + beta[i]
	}
	return mean, rstd
}

// rowSum is Σ x.
func rowSum(x []float32) float32 {
	var l lanes
	if sumLanes(&l[0], &x[0], len(x)) {
		return l.sum()
	}
	var sum float32
	for _, v := range x {
		sum += v
	}
	return sum
}

// rowSquares is Σ (x − mean)².
func rowSquares(x []float32, mean float32) float32 {
	var l lanes
	if squareLanes(&l[0], &x[0], len(x), mean) {
		return l.sum()
	}
	var sum float32
	for _, v := range x {
		d := v - mean
		sum += d * d
	}
	return sum
}

// LayerNormGrad adds to dx the gradient of LayerNorm's x, given that of its y, and
// to dgamma and dbeta those of its parameters.
func LayerNormGrad(dx, dy, x, gamma, dgamma, dbeta []float32, mean, rstd float32) {
	n := len(x)
	dx, dy, gamma, dgamma, dbeta = dx[:n], dy[:n], gamma[:n], dgamma[:n], dbeta[:n]
	if n == 0 {
		return
	}
	var l [2]lanes
	if normGradLanes(&l[0][0], &dy[0], &x[0], &gamma[0], &dgamma[0], &dbeta[0], n, mean, rstd) {
		sum, cross := l[0].sum()/float32(n), l[1].sum()/float32(n)
		slope := -rstd * rstd * cross
		normGradApply(&dx[0], &dy[0], &x[0], &gamma[0], n, rstd, slope, -rstd*sum-mean*slope)
		return
	}
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
	if c == 0 || len(x) < c || scaleShiftReLU(&y[:len(x)/c*c][0], &x[0], &scale[0], &shift[0], len(x)/c, c) {
		return
	}
	for ; len(x) >= c; x, y = x[c:], y[c:] {
		in, out := x[:c], y[:c]
		for i, v := range in {
			out[i] = max(0, v*scale[i]+shift[i])
		}
	}
}
