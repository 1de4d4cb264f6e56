package main

import "fmt"

// writeGEMM writes the micro-kernels of the matrix product, for every tile height
// of both families and one or two vectors of columns, and the transposing copies.
func writeGEMM(t *text) {
	for _, h := range []int{14, 8, 4, 2, 1} {
		for _, nv := range []int{2, 1} {
			microKernel(t, avx512, h, nv)
		}
	}
	for _, h := range []int{6, 4, 2, 1} {
		for _, nv := range []int{2, 1} {
			microKernel(t, avx2, h, nv)
		}
	}
	for _, w := range []width{avx512, avx2} {
		for _, nv := range []int{2, 1} {
			copyPanel(t, w, nv)
		}
	}
	for _, h := range []int{14, 8, 6, 4, 2} {
		copyTile(t, h)
	}
	transpose16(t)
	transpose8(t)
	t.line("")
	t.line("// func pause(n int)")
	t.line("TEXT ·pause(SB), NOSPLIT, $0-8")
	t.op("MOVQ n+0(FP), CX")
	t.line("again:")
	t.op("PAUSE")
	t.op("DECQ CX")
	t.op("JNZ again")
	t.op("RET")
}

// microKernel writes one tile of C = A·B: h rows, nv vectors of columns, all of it
// in registers while k runs. A is read where it lies, by two strides; B is packed.
func microKernel(t *text, w width, h, nv int) {
	acc := func(i, v int) int { return i*nv + v }
	b := func(v int) int { return h*nv + v }
	registers := 32
	if w.reg == "Y" {
		registers = 16
	}
	first := h*nv + nv
	broadcasts := min(4, registers-first)
	bases := []string{"SI", "R11", "R12", "R13", "BX"}[:(h+2)/3]
	t.line("")
	t.line("// func gemm%dx%d%s(k int, a *float32, rowStride, kStride int, b, c *float32, ldc, mode int, bias *float32)", h, nv*w.lanes, w.suffix)
	t.line("TEXT ·gemm%dx%d%s(SB), NOSPLIT, $0-72", h, nv*w.lanes, w.suffix)
	t.op("MOVQ k+0(FP), CX")
	t.op("MOVQ a+8(FP), SI")
	t.op("MOVQ rowStride+16(FP), R8")
	t.op("MOVQ kStride+24(FP), R9")
	t.op("MOVQ b+32(FP), DI")
	t.op("MOVQ c+40(FP), DX")
	t.op("MOVQ ldc+48(FP), R10")
	t.op("SHLQ $2, R8")
	t.op("SHLQ $2, R9")
	t.op("SHLQ $2, R10")
	for g := 1; g < len(bases); g++ { // each base stands three rows below the one before
		t.op("LEAQ (%s)(R8*2), %s", bases[g-1], bases[g])
		t.op("ADDQ R8, %s", bases[g])
	}
	for i := 0; i < h*nv; i++ {
		w.clear(t, i)
	}
	t.op("MOVQ DX, AX")
	for i := 0; i < h; i++ {
		for at := 0; at < nv*w.bytes(); at += 64 {
			t.op("PREFETCHT0 %d(AX)", at)
		}
		t.op("ADDQ R10, AX")
	}
	step := func(u int) {
		for v := 0; v < nv; v++ {
			t.op("VMOVUPS %d(DI), %s%d", (u*nv+v)*w.bytes(), w.reg, b(v))
		}
		for i := 0; i < h; i++ {
			r := first + i%broadcasts
			address := []string{"(%s)", "(%s)(R8*1)", "(%s)(R8*2)"}[i%3]
			t.op("VBROADCASTSS "+address+", %s%d", bases[i/3], w.reg, r)
			for v := 0; v < nv; v++ {
				t.op("VFMADD231PS %s%d, %s%d, %s%d", w.reg, r, w.reg, b(v), w.reg, acc(i, v))
			}
		}
		for _, base := range bases {
			t.op("ADDQ R9, %s", base)
		}
	}
	const unroll = 4
	t.op("MOVQ CX, AX")
	t.op("SHRQ $2, AX")
	t.op("JZ tail")
	t.op("PCALIGN $32")
	t.line("loop:")
	for u := 0; u < unroll; u++ {
		step(u)
	}
	t.op("ADDQ $%d, DI", unroll*nv*w.bytes())
	t.op("DECQ AX")
	t.op("JNZ loop")
	t.line("tail:")
	t.op("ANDQ $%d, CX", unroll-1)
	t.op("JZ store")
	t.line("one:")
	step(0)
	t.op("ADDQ $%d, DI", nv*w.bytes())
	t.op("DECQ CX")
	t.op("JNZ one")
	epilogue(t, w, h, nv)
}

// epilogue writes C by mode: 0 sets it, 1 adds to it, 2 sets it with the bias added.
func epilogue(t *text, w width, h, nv int) {
	rows := func(add bool) {
		for i := 0; i < h; i++ {
			for v := 0; v < nv; v++ {
				if add {
					t.op("VADDPS %d(DX), %s%d, %s%d", v*w.bytes(), w.reg, i*nv+v, w.reg, i*nv+v)
				}
				t.op("VMOVUPS %s%d, %d(DX)", w.reg, i*nv+v, v*w.bytes())
			}
			if i+1 < h {
				t.op("ADDQ R10, DX")
			}
		}
		t.op("VZEROUPPER")
		t.op("RET")
	}
	t.line("store:")
	t.op("MOVQ mode+56(FP), AX")
	t.op("CMPQ AX, $1")
	t.op("JEQ add")
	t.op("JLT set")
	t.op("MOVQ bias+64(FP), AX")
	for v := 0; v < nv; v++ {
		t.op("VMOVUPS %d(AX), %s%d", v*w.bytes(), w.reg, h*nv+v)
	}
	for i := 0; i < h; i++ {
		for v := 0; v < nv; v++ {
			t.op("VADDPS %s%d, %s%d, %s%d", w.reg, h*nv+v, w.reg, i*nv+v, w.reg, i*nv+v)
		}
	}
	t.line("set:")
	rows(false)
	t.line("add:")
	rows(true)
}

// copyPanel writes the copy of a panel's rows to where they lie one after the other.
func copyPanel(t *text, w width, nv int) {
	t.line("")
	t.line("// func copy%d%s(dst, src *float32, srcStride, rows int)", nv*w.lanes, w.suffix)
	t.line("TEXT ·copy%d%s(SB), NOSPLIT, $0-32", nv*w.lanes, w.suffix)
	t.op("MOVQ dst+0(FP), DI")
	t.op("MOVQ src+8(FP), SI")
	t.op("MOVQ srcStride+16(FP), R9")
	t.op("MOVQ rows+24(FP), CX")
	t.op("SHLQ $2, R9")
	t.line("loop:")
	for v := 0; v < nv; v++ {
		t.op("VMOVUPS %d(SI), %s%d", v*w.bytes(), w.reg, v)
	}
	for v := 0; v < nv; v++ {
		t.op("VMOVUPS %s%d, %d(DI)", w.reg, v, v*w.bytes())
	}
	t.op("ADDQ R9, SI")
	t.op("ADDQ $%d, DI", nv*w.bytes())
	t.op("DECQ CX")
	t.op("JNZ loop")
	t.op("VZEROUPPER")
	t.op("RET")
}

// copyTile writes the copy of h values out of every row to one after the other.
func copyTile(t *text, h int) {
	t.line("")
	t.line("// func copy%dAVX(dst, src *float32, srcStride, rows int)", h)
	t.line("TEXT ·copy%dAVX(SB), NOSPLIT, $0-32", h)
	t.op("MOVQ dst+0(FP), DI")
	t.op("MOVQ src+8(FP), SI")
	t.op("MOVQ srcStride+16(FP), R9")
	t.op("MOVQ rows+24(FP), CX")
	t.op("SHLQ $2, R9")
	t.line("loop:")
	parts := []struct {
		n         int
		load, reg string
	}{{8, "VMOVUPS", "Y"}, {4, "VMOVUPS", "X"}, {2, "VMOVSD", "X"}}
	var moves [][2]string
	at := 0
	for i, p := range parts {
		if h-at >= p.n {
			moves = append(moves, [2]string{fmt.Sprintf("%s %d(SI), %s%d", p.load, 4*at, p.reg, i), fmt.Sprintf("%s %s%d, %d(DI)", p.load, p.reg, i, 4*at)})
			at += p.n
		}
	}
	for side := range 2 {
		for _, m := range moves {
			t.op("%s", m[side])
		}
	}
	t.op("ADDQ R9, SI")
	t.op("ADDQ $%d, DI", 4*h)
	t.op("DECQ CX")
	t.op("JNZ loop")
	t.op("VZEROUPPER")
	t.op("RET")
}

// transpose16 writes blocks of 16 rows × 16·n columns as columns, with AVX-512.
func transpose16(t *text) {
	head(t, "transpose16AVX512")
	for i := 0; i < 16; i++ {
		t.op("VMOVUPS (R10), Z%d", i)
		t.op("ADDQ R9, R10")
	}
	for i := 0; i < 8; i++ {
		t.op("VUNPCKLPS Z%d, Z%d, Z%d", 2*i+1, 2*i, 16+2*i)
		t.op("VUNPCKHPS Z%d, Z%d, Z%d", 2*i+1, 2*i, 17+2*i)
	}
	for i := 0; i < 4; i++ {
		s := 16 + 4*i
		t.op("VUNPCKLPD Z%d, Z%d, Z%d", s+2, s, 4*i)
		t.op("VUNPCKHPD Z%d, Z%d, Z%d", s+2, s, 4*i+1)
		t.op("VUNPCKLPD Z%d, Z%d, Z%d", s+3, s+1, 4*i+2)
		t.op("VUNPCKHPD Z%d, Z%d, Z%d", s+3, s+1, 4*i+3)
	}
	for j := 0; j < 4; j++ {
		s := 16 + 4*j
		t.op("VSHUFF32X4 $0x88, Z%d, Z%d, Z%d", 4+j, j, s)
		t.op("VSHUFF32X4 $0x88, Z%d, Z%d, Z%d", 12+j, 8+j, s+1)
		t.op("VSHUFF32X4 $0xdd, Z%d, Z%d, Z%d", 4+j, j, s+2)
		t.op("VSHUFF32X4 $0xdd, Z%d, Z%d, Z%d", 12+j, 8+j, s+3)
	}
	for j := 0; j < 4; j++ {
		s := 16 + 4*j
		t.op("VSHUFF32X4 $0x88, Z%d, Z%d, Z%d", s+1, s, j)
		t.op("VSHUFF32X4 $0xdd, Z%d, Z%d, Z%d", s+1, s, 8+j)
		t.op("VSHUFF32X4 $0x88, Z%d, Z%d, Z%d", s+3, s+2, 4+j)
		t.op("VSHUFF32X4 $0xdd, Z%d, Z%d, Z%d", s+3, s+2, 12+j)
	}
	for i := 0; i < 16; i++ {
		t.op("VMOVUPS Z%d, (DI)", i)
		t.op("ADDQ R8, DI")
	}
	foot(t, 64)
}

// transpose8 is the same with 8 rows × 8·n columns and AVX2.
func transpose8(t *text) {
	head(t, "transpose8AVX2")
	for i := 0; i < 8; i++ {
		t.op("VMOVUPS (R10), Y%d", i)
		t.op("ADDQ R9, R10")
	}
	for i := 0; i < 4; i++ {
		t.op("VUNPCKLPS Y%d, Y%d, Y%d", 2*i+1, 2*i, 8+2*i)
		t.op("VUNPCKHPS Y%d, Y%d, Y%d", 2*i+1, 2*i, 9+2*i)
	}
	for i := 0; i < 2; i++ {
		s := 8 + 4*i
		t.op("VUNPCKLPD Y%d, Y%d, Y%d", s+2, s, 4*i)
		t.op("VUNPCKHPD Y%d, Y%d, Y%d", s+2, s, 4*i+1)
		t.op("VUNPCKLPD Y%d, Y%d, Y%d", s+3, s+1, 4*i+2)
		t.op("VUNPCKHPD Y%d, Y%d, Y%d", s+3, s+1, 4*i+3)
	}
	for i := 0; i < 4; i++ {
		t.op("VPERM2F128 $0x20, Y%d, Y%d, Y%d", 4+i, i, 8+i)
		t.op("VPERM2F128 $0x31, Y%d, Y%d, Y%d", 4+i, i, 12+i)
	}
	for i := 0; i < 8; i++ {
		t.op("VMOVUPS Y%d, (DI)", 8+i)
		t.op("ADDQ R8, DI")
	}
	foot(t, 32)
}

// head and foot frame a loop over n blocks of columns; strides are in floats.
func head(t *text, name string) {
	t.line("")
	t.line("// func %s(dst *float32, dstStride int, src *float32, srcStride, blocks int)", name)
	t.line("TEXT ·%s(SB), NOSPLIT, $0-40", name)
	t.op("MOVQ dst+0(FP), DI")
	t.op("MOVQ dstStride+8(FP), R8")
	t.op("MOVQ src+16(FP), SI")
	t.op("MOVQ srcStride+24(FP), R9")
	t.op("MOVQ blocks+32(FP), CX")
	t.op("SHLQ $2, R8")
	t.op("SHLQ $2, R9")
	t.line("loop:")
	t.op("MOVQ SI, R10")
}

func foot(t *text, advance int) {
	t.op("ADDQ $%d, SI", advance)
	t.op("DECQ CX")
	t.op("JNZ loop")
	t.op("VZEROUPPER")
	t.op("RET")
}
