package tensor

import "unsafe"

// genericFamily is the reference for every other one.
var genericFamily = family{
	nr: 4, half: 4,
	heights: []tileHeight{
		{4, microGeneric4x4, microGeneric4x4, nil},
		{1, microGeneric1x4, microGeneric1x4, nil},
	},
}

// microGeneric4x4 computes a tile of 4×4: C(i, j) = Σ_p A(i, p)·B(p, j), with
// A(i, p) at a[i·rowStride + p·kStride], B(p, j) at b[p·4 + j] and C(i, j) at
// c[i·ldc + j]. Mode 0 sets C, 1 adds to it, 2 sets it with bias[j] added. It
// reads and writes nothing else.
func microGeneric4x4(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32) {
	// Two halves of 4×2: eight sums are what the compiler keeps in registers.
	for j := 0; j < 4; j += 2 {
		var s00, s01, s10, s11, s20, s21, s30, s31 float32
		rows := unsafe.Slice(a, (k-1)*kStride+3*rowStride+1)
		panel := unsafe.Slice(b, 4*k)[j:]
		for p := 0; p < k; p++ {
			at := p * kStride
			b0, b1 := panel[4*p], panel[4*p+1]
			a0, a1 := rows[at], rows[at+rowStride]
			s00 += a0 * b0
			s01 += a0 * b1
			s10 += a1 * b0
			s11 += a1 * b1
			a2, a3 := rows[at+2*rowStride], rows[at+3*rowStride]
			s20 += a2 * b0
			s21 += a2 * b1
			s30 += a3 * b0
			s31 += a3 * b1
		}
		out := unsafe.Slice(c, 3*ldc+4)[j:]
		storeGeneric(out[0:2], s00, s01, mode, bias, j)
		storeGeneric(out[ldc:ldc+2], s10, s11, mode, bias, j)
		storeGeneric(out[2*ldc:2*ldc+2], s20, s21, mode, bias, j)
		storeGeneric(out[3*ldc:3*ldc+2], s30, s31, mode, bias, j)
	}
}

// microGeneric1x4 is microGeneric4x4 for one row.
func microGeneric1x4(k int, a *float32, _, kStride int, b, c *float32, _, mode int, bias *float32) {
	var s0, s1, s2, s3 float32
	row := unsafe.Slice(a, (k-1)*kStride+1)
	panel := unsafe.Slice(b, 4*k)
	for p := 0; p < k; p++ {
		v := row[p*kStride]
		s0 += v * panel[4*p]
		s1 += v * panel[4*p+1]
		s2 += v * panel[4*p+2]
		s3 += v * panel[4*p+3]
	}
	out := unsafe.Slice(c, 4)
	storeGeneric(out[:2], s0, s1, mode, bias, 0)
	storeGeneric(out[2:], s2, s3, mode, bias, 2)
}

// storeGeneric writes columns j and j+1 of a row by mode.
func storeGeneric(c []float32, s0, s1 float32, mode int, bias *float32, j int) {
	switch mode {
	case set:
		c[0], c[1] = s0, s1
	case add:
		c[0] += s0
		c[1] += s1
	case setBias:
		b := unsafe.Slice(bias, j+2)
		c[0], c[1] = s0+b[j], s1+b[j+1]
	}
}
