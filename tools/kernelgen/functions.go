package main

import "math"

var inf = float32(math.Inf(1))

// exponential sets p to eˣ as the plain exp does; x and n are destroyed, low holds
// the least argument.
func exponential(v *vec, x, p, n, low int) {
	const magic = 3 << 22 // adding it rounds to an integer
	v.ins("VMAXPS", x, low, x)
	v.with("VMOVUPS", magic, n)
	v.with("VFMADD231PS", 1.44269504088896341, x, n)
	v.with("VSUBPS", magic, n, n)
	v.with("VFNMADD231PS", 0.693359375, n, x)
	v.with("VFNMADD231PS", -2.12194440e-4, n, x)
	v.with("VMOVUPS", 1.9875691500e-4, p)
	for _, c := range []float32{1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1} {
		v.with("VFMADD213PS", c, x, p)
	}
	v.ins("VMULPS", x, p, p)
	v.ins("VFMADD213PS", x, x, p)
	v.with("VADDPS", 1, p, p)
	v.op("VCVTPS2DQ %s, %s", v.r(n), v.r(n))
	v.withBits("VPADDD", 127, n, n)
	v.op("VPSLLD $23, %s, %s", v.r(n), v.r(n))
	v.ins("VMULPS", n, p, p)
}

// normalConstants fills registers 12 to 14 for normal.
func normalConstants(v *vec) {
	v.with("VMOVUPS", 4, 12)
	v.with("VMOVUPS", -4, 13)
	v.with("VMOVUPS", 0.5, 14)
}

// normal sets register 3 to Φ of register 0; see the plain normalCDF.
func normal(v *vec) {
	v.with("VMULPS", 0.70710678118654752440, 0, 1)
	v.ins("VMINPS", 1, 12, 1) // the second operand is kept where it is no number
	v.ins("VMAXPS", 1, 13, 1)
	v.ins("VMULPS", 1, 1, 2)
	v.with("VMOVUPS", -2.72614225801306e-10, 3)
	for _, c := range []float32{2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05, -7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02} {
		v.with("VFMADD213PS", c, 2, 3)
	}
	v.with("VMOVUPS", -1.45660718464996e-05, 4)
	for _, c := range []float32{-2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03, -1.42647390514189e-02} {
		v.with("VFMADD213PS", c, 2, 4)
	}
	v.ins("VMULPS", 1, 3, 3)
	v.ins("VDIVPS", 4, 3, 3)
	v.ins("VFMADD213PS", 14, 14, 3)
}
