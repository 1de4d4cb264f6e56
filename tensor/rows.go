package tensor

import "math"

// Passes over whole slices. All slices of a call have the length of the first. The
// plain loops are the reference of the kernels before them.

// AddTo sets dst += x.
func AddTo(dst, x []float32) {
	x = x[:len(dst)]
	if len(dst) == 0 || addTo(&dst[0], &x[0], len(dst)) {
		return
	}
	for i, v := range x {
		dst[i] += v
	}
}

// Sum sets dst = x + y.
func Sum(dst, x, y []float32) {
	x, y = x[:len(dst)], y[:len(dst)]
	if len(dst) == 0 || sumTo(&dst[0], &x[0], &y[0], len(dst)) {
		return
	}
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

// MulTo sets dst *= x.
func MulTo(dst, x []float32) {
	x = x[:len(dst)]
	if len(dst) == 0 || mulTo(&dst[0], &x[0], len(dst)) {
		return
	}
	for i, v := range x {
		dst[i] *= v
	}
}

// Axpy sets dst += a·x.
func Axpy(dst []float32, a float32, x []float32) {
	x = x[:len(dst)]
	if len(dst) == 0 || axpyTo(&dst[0], &x[0], len(dst), a) {
		return
	}
	for i, v := range x {
		dst[i] += a * v
	}
}

// Scale sets dst = a·x; they may be the same slice.
func Scale(dst []float32, a float32, x []float32) {
	x = x[:len(dst)]
	if len(dst) == 0 || scaleTo(&dst[0], &x[0], len(dst), a) {
		return
	}
	for i, v := range x {
		dst[i] = a * v
	}
}

// lanes holds the partial sums of a reduction, which are added up in order. Narrow
// kernels leave the upper ones zero.
type lanes [16]float32

func (l *lanes) sum() float32 {
	// A tree, because a chain of sixteen additions would be half of the time of a short row.
	a := (l[0] + l[1]) + (l[2] + l[3])
	b := (l[4] + l[5]) + (l[6] + l[7])
	c := (l[8] + l[9]) + (l[10] + l[11])
	d := (l[12] + l[13]) + (l[14] + l[15])
	return (a + b) + (c + d)
}

// Dot returns Σ x·y.
func Dot(x, y []float32) float32 {
	y = y[:len(x)]
	var l lanes
	if len(x) > 0 && dotLanes(&l[0], &x[0], &y[0], len(x)) {
		return l.sum()
	}
	var s float32
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// squareBlock is how many values SquareSum adds up in float32 before it goes to float64.
const squareBlock = 512

// SquareSum returns Σ x², added up in float64, block by block.
func SquareSum(x []float32) float64 {
	var s float64
	for len(x) > 0 {
		block := x[:min(squareBlock, len(x))]
		x = x[len(block):]
		var l lanes
		if squareLanes(&l[0], &block[0], len(block), 0) {
			if sum := l.sum(); sum <= math.MaxFloat32 { // neither overflow nor NaN
				s += float64(sum)
				continue
			}
		}
		for _, v := range block {
			s += float64(v) * float64(v)
		}
	}
	return s
}

// ColumnSums adds every row of x to sums; rows have len(sums) values.
func ColumnSums(sums, x []float32) {
	c := len(sums)
	if c == 0 || len(x) < c || columnSums(&sums[0], &x[0], len(x)/c, c) {
		return
	}
	for ; len(x) >= c; x = x[c:] {
		for i, v := range x[:c] {
			sums[i] += v
		}
	}
}

// ColumnSquares adds (x−mean)² of every row to sums.
func ColumnSquares(sums, mean, x []float32) {
	c := len(sums)
	mean = mean[:c]
	if c == 0 || len(x) < c || columnSquares(&sums[0], &mean[0], &x[0], len(x)/c, c) {
		return
	}
	for ; len(x) >= c; x = x[c:] {
		for i, v := range x[:c] {
			d := v - mean[i]
			sums[i] += d * d
		}
	}
}
