package tensor

// The micro-kernels of gemm_amd64.s: one tile of C = A·B, where A(i, p) lies at
// a[i·rowStride + p·kStride], row p of the packed B at b[p·columns], and C(i, j) at
// c[i·ldc + j]. See microGeneric for mode and bias.

//go:noescape
func gemm14x32AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm14x16AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm8x32AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm8x16AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm4x32AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm4x16AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm2x32AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm2x16AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm1x32AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm1x16AVX512(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm6x16AVX2(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm6x8AVX2(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm4x16AVX2(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm4x8AVX2(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm2x16AVX2(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm2x8AVX2(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm1x16AVX2(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

//go:noescape
func gemm1x8AVX2(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)

// The copies of a panel's rows, which lie srcStride apart, to one after the other.

//go:noescape
func copy32AVX512(dst, src *float32, srcStride, rows int)

//go:noescape
func copy16AVX512(dst, src *float32, srcStride, rows int)

//go:noescape
func copy16AVX2(dst, src *float32, srcStride, rows int)

//go:noescape
func copy8AVX2(dst, src *float32, srcStride, rows int)

// The copies of a tile's columns, each of as many values as the name says.

//go:noescape
func copy14AVX(dst, src *float32, srcStride, rows int)

//go:noescape
func copy8AVX(dst, src *float32, srcStride, rows int)

//go:noescape
func copy6AVX(dst, src *float32, srcStride, rows int)

//go:noescape
func copy4AVX(dst, src *float32, srcStride, rows int)

//go:noescape
func copy2AVX(dst, src *float32, srcStride, rows int)

// transpose16AVX512 copies 16 rows of 16·blocks values to columns of dst:
// dst[j·dstStride + i] = src[i·srcStride + j].
//
//go:noescape
func transpose16AVX512(dst *float32, dstStride int, src *float32, srcStride, blocks int)

// transpose8AVX2 does the same for 8 rows of 8·blocks values.
//
//go:noescape
func transpose8AVX2(dst *float32, dstStride int, src *float32, srcStride, blocks int)

// pause tells the processor n times that this is a waiting loop.
func pause(n int)
