package tensor

import "math"

// Passes of the patch embedding. Points are rows of 3 values, features rows of c.

// PointReLU sets y = max(0, x·w + b) for points x, with w of 3 rows of c = len(b)
// values: the first convolution with its batch normalisation folded in, and ReLU.
func PointReLU(y, x, w, b []float32) {
	c := len(b)
	w0, w1, w2 := w[:c], w[c:2*c], w[2*c:3*c]
	n := len(x) / 3
	if n*c == 0 || pointReLU(&y[:n*c][0], &x[0], &w[0], &b[0], n, c) {
		return
	}
	for ; len(x) >= 3; x, y = x[3:], y[c:] {
		p, q, r := x[0], x[1], x[2]
		out := y[:c]
		for i, v := range b {
			out[i] = max(0, p*w0[i]+q*w1[i]+r*w2[i]+v)
		}
	}
}

// PointReLUGrad adds up, where PointReLU's result y is positive, its gradient dy:
// to sums (4 rows of c values) times the point's x, y and z, and by itself.
func PointReLUGrad(sums, dy, y, x []float32, c int) {
	s0, s1, s2, s3 := sums[:c], sums[c:2*c], sums[2*c:3*c], sums[3*c:4*c]
	n := len(x) / 3
	if n*c == 0 || pointReLUGrad(&sums[0], &dy[:n*c][0], &y[:n*c][0], &x[0], n, c) {
		return
	}
	for ; len(x) >= 3; x, y, dy = x[3:], y[c:], dy[c:] {
		p, q, r := x[0], x[1], x[2]
		out := y[:c]
		for i, d := range dy[:c] {
			if out[i] > 0 {
				s0[i] += d * p
				s1[i] += d * q
				s2[i] += d * r
				s3[i] += d
			}
		}
	}
}

// MaxRows sets top to the largest value of each column over the rows of x, and arg,
// unless nil, to its row, the first one where several are equal.
func MaxRows(top []float32, arg []int32, x []float32) {
	c := len(top)
	if c == 0 {
		return
	}
	if arg == nil {
		if maxRowsOnly(&top[0], &x[:c][0], len(x)/c, c) {
			return
		}
		copy(top, x[:c])
		for x = x[c:]; len(x) >= c; x = x[c:] {
			for i, v := range x[:c] {
				top[i] = max(top[i], v)
			}
		}
		return
	}
	arg = arg[:c]
	if maxRows(&top[0], &arg[0], &x[:c][0], len(x)/c, c) {
		return
	}
	copy(top, x[:c])
	clear(arg)
	for r := int32(1); int(r)*c < len(x); r++ {
		for i, v := range x[int(r)*c:][:c] {
			if v > top[i] {
				top[i], arg[i] = v, r
			}
		}
	}
}

// NormReLU is a batch normalisation with the ReLU behind it, channel by channel:
// max(0, x·Scale + Shift). Mean is what the statistics of PoolGrad are about.
type NormReLU struct{ Scale, Shift, Mean []float32 }

// PoolGrad takes the gradient d of one pooled value back through the row x that
// won, whose product with weights w gave it: to dw (+= d·relu(x)), and where the
// ReLU is open to sum (+= d·w) and cross (+= d·w·(x − mean)).
func PoolGrad(dw, sum, cross []float32, d float32, w, x []float32, n NormReLU) {
	c := len(x)
	dw, sum, cross, w = dw[:c], sum[:c], cross[:c], w[:c]
	scale, shift, mean := n.Scale[:c], n.Shift[:c], n.Mean[:c]
	if c == 0 || poolGrad(&dw[0], &sum[0], &cross[0], &w[0], &x[0], &scale[0], &shift[0], &mean[0], c, d) {
		return
	}
	for i, v := range x {
		a := v*scale[i] + shift[i]
		if a > 0 {
			dw[i] += d * a
			t := d * w[i]
			sum[i] += t
			cross[i] += t * (v - mean[i])
		}
	}
}

// NormReLUGrad turns the gradient d behind a NormReLU into the one before it, row
// by row in place: scale·d where x·scale+shift > 0, less c0 + c1·(x − mean). c0 and
// c1 are nil where the statistics are constants.
func NormReLUGrad(d, x []float32, n NormReLU, c0, c1 []float32) {
	c := len(n.Scale)
	scale, shift, mean := n.Scale, n.Shift[:c], n.Mean[:c]
	c0, c1 = c0[:c], c1[:c]
	if c == 0 || len(x) < c || normReLUGrad(&d[:len(x)/c*c][0], &x[0], &scale[0], &shift[0], &mean[0], &c0[0], &c1[0], len(x)/c, c) {
		return
	}
	for ; len(x) >= c; d, x = d[c:], x[c:] {
		row := d[:c]
		for i, v := range x[:c] {
			g := row[i] * scale[i]
			if v*scale[i]+shift[i] <= 0 {
				g = 0
			}
			row[i] = g - (c0[i] + c1[i]*(v-mean[i]))
		}
	}
}

// NearestPoints finds for every point of a (rows of 3) the nearest of b: squared
// distance and index, the first one where several are equal.
func NearestPoints(dist []float32, arg []int32, a, b []float32) {
	n, m := len(a)/3, len(b)/3
	for i := 0; i < n; i += 16 {
		var block [48]float32
		var best [16]float32
		var index [16]int32
		inside := min(16, n-i)
		for j := range inside {
			p := a[3*(i+j):][:3]
			block[j], block[16+j], block[32+j] = p[0], p[1], p[2]
		}
		if m == 0 || !nearestLanes(&best[0], &index[0], &block[0], &b[0], m) {
			nearestPlain(best[:inside], index[:inside], a[3*i:], b)
		}
		copy(dist[i:], best[:inside])
		copy(arg[i:], index[:inside])
	}
}

// nearestPlain is NearestPoints for len(dist) points.
func nearestPlain(dist []float32, arg []int32, a, b []float32) {
	for i := range dist {
		x, y, z := a[3*i], a[3*i+1], a[3*i+2]
		best, at := float32(math.Inf(1)), int32(0)
		for j := 0; j+2 < len(b); j += 3 {
			dx, dy, dz := x-b[j], y-b[j+1], z-b[j+2]
			if d := dx*dx + dy*dy + dz*dz; d < best {
				best, at = d, int32(j/3)
			}
		}
		dist[i], arg[i] = best, at
	}
}
