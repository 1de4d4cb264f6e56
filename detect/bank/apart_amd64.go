package bank

import "blemish/internal/kernels"

//go:noescape
func apartAVX512(a, b *float32, n int) float32

//go:noescape
func apartAVX2(a, b *float32, n int) float32

// apart is apartGeneric by the fastest kernel; sums in another order.
func apart(a, b []float32) float32 {
	n := len(a) &^ 63
	if n == 0 || kernels.Active() == kernels.Generic {
		return apartGeneric(a, b)
	}
	_ = b[n-1]
	sum := apartGeneric(a[n:], b[n:])
	if kernels.Active() >= kernels.AVX512 {
		return sum + apartAVX512(&a[0], &b[0], n)
	}
	return sum + apartAVX2(&a[0], &b[0], n)
}
