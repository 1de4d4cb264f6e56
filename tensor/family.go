package tensor

import "blemish/internal/kernels"

// microKernel computes one tile; microGeneric says how.
type microKernel func(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

// What a micro-kernel does with C.
const (
	set     = 0 // C = A·B
	add     = 1 // C += A·B
	setBias = 2 // C = A·B + bias, one value a column
)

// family is one set of matrix kernels. Heights fall to 1, so that any number of
// rows is met exactly; columns come in panels of nr, the last one of half if that
// is enough.
type family struct {
	nr, half int
	heights  []tileHeight
	vectors  kernels.Family // whose passes over rows go with it
	// copyFull and copyHalf copy rows of a panel's width; nil: plain Go does.
	copyFull, copyHalf func(dst, src *float32, srcStride, rows int)
	// transpose copies transposeSize rows of transposeSize·blocks values to columns.
	transpose     func(dst *float32, dstStride int, src *float32, srcStride, blocks int)
	transposeSize int
}

// tileHeight is a micro-kernel for full and half panels.
type tileHeight struct {
	rows       int
	full, half microKernel
	// copy takes as many values out of each of some rows; nil: plain Go does.
	copy func(dst, src *float32, srcStride, rows int)
}

// active is the family in use; tests swap it.
var active = families()[kernels.Active()]
