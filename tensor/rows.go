package tensor

// Passes over whole slices. All slices of a call have the length of the first.

// AddTo sets dst += x.
func AddTo(dst, x []float32) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] += v
	}
}

// Sum sets dst = x + y.
func Sum(dst, x, y []float32) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

// MulTo sets dst *= x.
func MulTo(dst, x []float32) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] *= v
	}
}

// Axpy sets dst += a·x.
func Axpy(dst []float32, a float32, x []float32) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] += a * v
	}
}

// Scale sets dst = a·x; they may be the same slice.
func Scale(dst []float32, a float32, x []float32) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = a * v
	}
}

// Dot returns Σ x·y.
func Dot(x, y []float32) float32 {
	y = y[:len(x)]
	var s float32
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// SquareSum returns Σ x², added up in float64.
func SquareSum(x []float32) float64 {
	var s float64
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return s
}

// ColumnSums adds every row of x to sums; rows have len(sums) values.
func ColumnSums(sums, x []float32) {
	for c := len(sums); len(x) >= c && c > 0; x = x[c:] {
		AddTo(sums, x[:c])
	}
}

// ColumnSquares adds (x−mean)² of every row to sums.
func ColumnSquares(sums, mean, x []float32) {
	c := len(sums)
	mean = mean[:c]
	for ; len(x) >= c && c > 0; x = x[c:] {
		for i, v := range x[:c] {
			d := v - mean[i]
			sums[i] += d * d
		}
	}
}
