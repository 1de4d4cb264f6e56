package main

// vectorKernels are the passes of package tensor. The Go loops there say what each
// computes.
var vectorKernels = []kernel{
	{"addTo", "is AddTo.", []string{"dst", "x", "#n"}, flat(func(v *vec) {
		v.load("SI", 0)
		v.load("DI", 1)
		v.ins("VADDPS", 1, 0, 0)
		v.store(0, "SI")
	})},
	{"sumTo", "is Sum.", []string{"dst", "x", "y", "#n"}, flat(func(v *vec) {
		v.load("DI", 0)
		v.load("DX", 1)
		v.ins("VADDPS", 1, 0, 0)
		v.store(0, "SI")
	})},
	{"mulTo", "is MulTo.", []string{"dst", "x", "#n"}, flat(func(v *vec) {
		v.load("SI", 0)
		v.load("DI", 1)
		v.ins("VMULPS", 1, 0, 0)
		v.store(0, "SI")
	})},
	{"axpyTo", "is Axpy.", []string{"dst", "x", "#n", "%a"}, func(v *vec) {
		v.value("a", 2)
		flat(func(v *vec) {
			v.load("SI", 0)
			v.load("DI", 1)
			v.ins("VFMADD231PS", 1, 2, 0)
			v.store(0, "SI")
		})(v)
	}},
	{"scaleTo", "is Scale.", []string{"dst", "x", "#n", "%a"}, func(v *vec) {
		v.value("a", 2)
		flat(func(v *vec) {
			v.load("DI", 0)
			v.ins("VMULPS", 2, 0, 0)
			v.store(0, "SI")
		})(v)
	}},
	{"dotLanes", "writes to out, of 16 values, sums of x·y whose sum is Dot.", []string{"out", "x", "y", "#n"}, reduce(1, func(v *vec) {
		v.load("DI", 0)
		v.load("DX", 1)
		v.ins("VFMADD231PS", 1, 0, 8)
	})},
	{"sumLanes", "does the same for the sum of x.", []string{"out", "x", "#n"}, reduce(1, func(v *vec) {
		v.load("DI", 0)
		v.ins("VADDPS", 0, 8, 8)
	})},
	{"squareLanes", "does the same for the sum of (x − mean)².", []string{"out", "x", "#n", "%mean"}, func(v *vec) {
		v.value("mean", 2)
		reduce(1, func(v *vec) {
			v.load("DI", 0)
			v.ins("VSUBPS", 2, 0, 0)
			v.onlyInside(0)
			v.ins("VFMADD231PS", 0, 0, 8)
		})(v)
	}},
	{"maxLanes", "lowers nothing: it raises the 16 values of out to the largest of x in their lanes.", []string{"out", "x", "#n"}, func(v *vec) {
		v.op("VMOVUPS (SI), %s", v.r(8))
		flat(func(v *vec) {
			v.load("DI", 0)
			v.outsideFrom(8, 0)
			v.ins("VMAXPS", 0, 8, 8)
		})(v)
		v.op("VMOVUPS %s, (SI)", v.r(8))
	}},
	{"expLanes", "sets x to exp((x − top)·scale) and out, of 16 values, to sums of it.", []string{"out", "x", "#n", "%top", "%scale"}, func(v *vec) {
		v.value("top", 9)
		v.value("scale", 10)
		v.with("VMOVUPS", -87, 7)
		reduce(1, func(v *vec) {
			v.load("DI", 0)
			v.ins("VSUBPS", 9, 0, 0)
			v.ins("VMULPS", 10, 0, 0)
			exponential(v, 0, 1, 2, 7)
			v.store(1, "DI")
			v.onlyInside(1)
			v.ins("VADDPS", 1, 8, 8)
		})(v)
	}},
	{"softmaxGrad", "sets d = scale·p·(d − mean).", []string{"d", "p", "#n", "%scale", "%mean"}, func(v *vec) {
		v.value("scale", 2)
		v.value("mean", 3)
		flat(func(v *vec) {
			v.load("SI", 0)
			v.load("DI", 1)
			v.ins("VSUBPS", 3, 0, 0)
			v.ins("VMULPS", 2, 1, 1)
			v.ins("VMULPS", 1, 0, 0)
			v.store(0, "SI")
		})(v)
	}},
	{"geluTo", "is GELU without slope.", []string{"y", "x", "#n"}, func(v *vec) {
		normalConstants(v)
		flat(func(v *vec) {
			v.load("DI", 0)
			normal(v)
			v.ins("VMULPS", 0, 3, 3)
			v.store(3, "SI")
		})(v)
	}},
	{"geluSlopeTo", "is GELU with slope.", []string{"y", "slope", "x", "#n"}, func(v *vec) {
		normalConstants(v)
		v.with("VMOVUPS", -87, 7)
		flat(func(v *vec) {
			v.load("DX", 0)
			normal(v)
			v.ins("VMULPS", 0, 3, 4)
			v.store(4, "SI")
			v.ins("VMULPS", 0, 0, 1)
			v.with("VMULPS", -0.5, 1, 1)
			exponential(v, 1, 2, 4, 7)
			v.with("VMULPS", 0.3989422804014327, 2, 2)
			v.ins("VFMADD231PS", 2, 0, 3)
			v.store(3, "DI")
		})(v)
	}},
	{"normApply", "sets y = (x·a + b)·gamma + beta.", []string{"y", "x", "gamma", "beta", "#n", "%a", "%b"}, func(v *vec) {
		v.value("a", 4)
		v.value("b", 5)
		flat(func(v *vec) {
			v.load("DI", 0)
			v.load("DX", 1)
			v.load("R8", 2)
			v.ins("VFMADD213PS", 5, 4, 0)
			v.ins("VFMADD213PS", 2, 1, 0)
			v.store(0, "SI")
		})(v)
	}},
	{"normGradLanes", "is the first loop of LayerNormGrad; out gets 16 partial sums, and 16 of the cross terms.", []string{"out", "dy", "x", "gamma", "dgamma", "dbeta", "#n", "%mean", "%rstd"}, func(v *vec) {
		v.value("mean", 4)
		v.value("rstd", 5)
		reduce(2, func(v *vec) {
			v.load("DI", 0)
			v.load("DX", 1)
			v.load("R8", 2)
			v.ins("VSUBPS", 4, 1, 1)
			v.ins("VMULPS", 5, 1, 1)
			v.load("R9", 3)
			v.ins("VFMADD231PS", 1, 0, 3)
			v.store(3, "R9")
			v.load("R10", 3)
			v.ins("VADDPS", 0, 3, 3)
			v.store(3, "R10")
			v.ins("VMULPS", 0, 2, 2)
			v.ins("VADDPS", 2, 8, 8)
			v.ins("VFMADD231PS", 1, 2, 9)
		})(v)
	}},
	{"normGradApply", "adds dy·gamma·a + x·b + c to dx.", []string{"dx", "dy", "x", "gamma", "#n", "%a", "%b", "%c"}, func(v *vec) {
		v.value("a", 4)
		v.value("b", 5)
		v.value("c", 6)
		flat(func(v *vec) {
			v.load("SI", 0)
			v.load("DI", 1)
			v.load("DX", 2)
			v.load("R8", 3)
			v.ins("VMULPS", 4, 3, 3)
			v.ins("VFMADD231PS", 3, 1, 0)
			v.ins("VFMADD231PS", 5, 2, 0)
			v.ins("VADDPS", 6, 0, 0)
			v.store(0, "SI")
		})(v)
	}},
	{"poolGrad", "is PoolGrad.", []string{"dw", "sum", "cross", "w", "x", "scale", "shift", "mean", "#n", "%d"}, func(v *vec) {
		v.value("d", 8)
		v.clear(v.text, 9)
		flat(func(v *vec) {
			v.load("R9", 0)
			v.load("R10", 1)
			v.load("R11", 2)
			v.ins("VFMADD213PS", 2, 0, 1) // a = x·scale + shift
			v.load("R12", 3)
			v.ins("VSUBPS", 3, 0, 0)
			v.load("R8", 4)
			v.ins("VMULPS", 8, 4, 4) // d·w
			v.keepPositive(1, 9, 5, 4)
			v.ins("VMAXPS", 1, 9, 1)
			v.load("SI", 2)
			v.ins("VFMADD231PS", 1, 8, 2)
			v.store(2, "SI")
			v.load("DI", 2)
			v.ins("VADDPS", 4, 2, 2)
			v.store(2, "DI")
			v.load("DX", 2)
			v.ins("VFMADD231PS", 4, 0, 2)
			v.store(2, "DX")
		})(v)
	}},
	{"adamStep", "is AdamW's loop with its constants in c: beta1, 1−beta1, beta2, 1−beta2, step, root, eps, keep, scale.", []string{"value", "grad", "m", "v", "c", "#n"}, func(v *vec) {
		for i := 0; i < 9; i++ {
			v.op("VBROADCASTSS %d(R9), %s", 4*i, v.r(6+i))
		}
		flat(func(v *vec) {
			v.load("DI", 0)
			v.ins("VMULPS", 14, 0, 0)
			v.load("DX", 1)
			v.ins("VMULPS", 6, 1, 1)
			v.ins("VFMADD231PS", 7, 0, 1)
			v.store(1, "DX")
			v.load("R8", 2)
			v.ins("VMULPS", 8, 2, 2)
			v.ins("VMULPS", 9, 0, 3)
			v.ins("VFMADD231PS", 0, 3, 2)
			v.store(2, "R8")
			v.op("VSQRTPS %s, %s", v.r(2), v.r(2))
			v.ins("VFMADD213PS", 12, 11, 2)
			v.ins("VMULPS", 10, 1, 1)
			v.ins("VDIVPS", 2, 1, 1)
			v.load("SI", 3)
			v.ins("VMULPS", 13, 3, 3)
			v.ins("VSUBPS", 1, 3, 3)
			v.store(3, "SI")
		})(v)
	}},
	{"columnSums", "is ColumnSums.", []string{"sums", "x", "#rows", "#c"}, func(v *vec) {
		v.columns(func() {
			v.load("SI", 0)
			v.rows(0, func() {
				v.load("DI", 1)
				v.ins("VADDPS", 1, 0, 0)
			}, nil)
			v.store(0, "SI")
		})
	}},
	{"columnSquares", "is ColumnSquares.", []string{"sums", "mean", "x", "#rows", "#c"}, func(v *vec) {
		v.columns(func() {
			v.load("SI", 0)
			v.load("DI", 2)
			v.rows(0, func() {
				v.load("DX", 1)
				v.ins("VSUBPS", 2, 1, 1)
				v.ins("VFMADD231PS", 1, 1, 0)
			}, nil)
			v.store(0, "SI")
		})
	}},
	{"scaleShiftReLU", "is ScaleShiftReLU.", []string{"y", "x", "scale", "shift", "#rows", "#c"}, func(v *vec) {
		v.clear(v.text, 9)
		v.columns(func() {
			v.load("DX", 1)
			v.load("R8", 2)
			v.rows(0, func() {
				v.load("DI", 0)
				v.ins("VFMADD213PS", 2, 1, 0)
				v.ins("VMAXPS", 0, 9, 0)
				v.store(0, "SI")
			}, nil)
		})
	}},
	{"normReLUGrad", "is NormReLUGrad.", []string{"d", "x", "scale", "shift", "mean", "c0", "c1", "#rows", "#c"}, func(v *vec) {
		v.clear(v.text, 9)
		v.columns(func() {
			v.load("DX", 1)
			v.load("R8", 2)
			v.load("R9", 5)
			v.load("R10", 3)
			v.load("R11", 4)
			v.ins("VFNMADD231PS", 4, 5, 3) // c0 − c1·mean
			v.rows(0, func() {
				v.load("SI", 0)
				v.load("DI", 6)
				v.ins("VMULPS", 1, 0, 0)
				v.ins("VMULPS", 1, 6, 7)
				v.ins("VADDPS", 2, 7, 7)
				v.keepPositive(7, 9, 8, 0)
				v.ins("VSUBPS", 3, 0, 0)
				v.ins("VFNMADD231PS", 4, 6, 0)
				v.store(0, "SI")
			}, nil)
		})
	}},
	{"maxRows", "is MaxRows with arg.", []string{"top", "@arg", "x", "#rows", "#c"}, func(v *vec) {
		v.withBits("VMOVUPS", 1, 6)
		v.columns(func() {
			v.load("DX", 0)
			v.clear(v.text, 1)
			v.clear(v.text, 2)
			v.rows(1, func() {
				add := "VPADDD"
				v.ins(add, 6, 2, 2)
				v.load("DX", 3)
				v.where(3, 0, 4, [2]int{2, 1}, [2]int{3, 0})
			}, nil)
			v.store(0, "SI")
			v.store(1, "DI")
		})
	}},
	{"maxRowsOnly", "is MaxRows without arg.", []string{"top", "x", "#rows", "#c"}, func(v *vec) {
		v.columns(func() {
			v.load("DI", 0)
			v.rows(1, func() {
				v.load("DI", 1)
				v.ins("VMAXPS", 1, 0, 0)
			}, nil)
			v.store(0, "SI")
		})
	}},
	{"pointReLU", "is PointReLU.", []string{"y", "x", "w", "b", "#rows", "#c"}, func(v *vec) {
		v.clear(v.text, 9)
		v.integer("c", "CX")
		v.op("LEAQ (DX)(CX*4), R9")
		v.op("LEAQ (R9)(CX*4), R10")
		v.columns(func() {
			v.load("DX", 0)
			v.load("R9", 1)
			v.load("R10", 2)
			v.load("R8", 3)
			v.op("MOVQ DI, R11")
			v.rows(0, func() {
				for i := 0; i < 3; i++ {
					v.op("VBROADCASTSS %d(R11), %s", 4*i, v.r(4+i))
				}
				v.ins("VFMADD213PS", 3, 0, 4)
				v.ins("VFMADD231PS", 5, 1, 4)
				v.ins("VFMADD231PS", 6, 2, 4)
				v.ins("VMAXPS", 4, 9, 4)
				v.store(4, "SI")
			}, func() { v.op("ADDQ $12, R11") })
		})
	}},
	{"pointReLUGrad", "is PointReLUGrad.", []string{"sums", "dy", "y", "x", "#rows", "#c"}, func(v *vec) {
		v.clear(v.text, 9)
		v.integer("c", "CX")
		v.op("LEAQ (SI)(CX*4), R9")
		v.op("LEAQ (R9)(CX*4), R10")
		v.op("LEAQ (R10)(CX*4), R11")
		sums := []string{"SI", "R9", "R10", "R11"}
		v.columns(func() {
			for i, s := range sums {
				v.load(s, i)
			}
			v.pointer("x", "R8")
			v.rows(0, func() {
				v.load("DI", 4)
				v.load("DX", 5)
				v.keepPositive(5, 9, 6, 4)
				for i := 0; i < 3; i++ {
					v.op("VBROADCASTSS %d(R8), %s", 4*i, v.r(6))
					v.ins("VFMADD231PS", 6, 4, i)
				}
				v.ins("VADDPS", 4, 3, 3)
			}, func() { v.op("ADDQ $12, R8") })
			for i, s := range sums {
				v.store(i, s)
			}
		})
	}},
	{"nearestLanes", "finds for 16 points of a (16 x, 16 y, 16 z) the nearest of rows points b: its dist, and arg.", []string{"dist", "@arg", "a", "b", "#rows"}, func(v *vec) {
		v.withBits("VMOVUPS", 1, 8)
		for part := 0; part < 64; part += v.bytes() {
			v.labels++
			for i := 0; i < 3; i++ {
				v.op("VMOVUPS %d(DX), %s", 64*i+part, v.r(i))
			}
			v.with("VMOVUPS", inf, 3)
			v.clear(v.text, 4)
			v.clear(v.text, 5)
			v.op("MOVQ R8, R9")
			v.integer("rows", "BX")
			v.line("points%d:", v.labels)
			for i := 0; i < 3; i++ {
				v.op("VBROADCASTSS %d(R9), %s", 4*i, v.r(6))
				v.ins("VSUBPS", 6, i, 6)
				if i == 0 {
					v.ins("VMULPS", 6, 6, 7)
				} else {
					v.ins("VFMADD231PS", 6, 6, 7)
				}
			}
			v.where(3, 7, 6, [2]int{5, 4}, [2]int{7, 3})
			v.ins("VPADDD", 8, 5, 5)
			v.op("ADDQ $12, R9")
			v.op("DECQ BX")
			v.op("JNZ points%d", v.labels)
			v.op("VMOVUPS %s, %d(SI)", v.r(3), part)
			v.op("VMOVUPS %s, %d(DI)", v.r(4), part)
		}
	}},
}

// flat runs a body over n values.
func flat(body func(v *vec)) func(v *vec) {
	return func(v *vec) {
		v.integer("n", "CX")
		v.lanes(func() { body(v) })
	}
}

// reduce is flat with sums in registers 8, 9…, written to out in steps of 16.
func reduce(sums int, body func(v *vec)) func(v *vec) {
	return func(v *vec) {
		for i := range sums {
			v.clear(v.text, 8+i)
		}
		flat(body)(v)
		for i := range sums {
			v.op("VMOVUPS %s, %d(SI)", v.r(8+i), 64*i)
		}
	}
}
