// Squared distances in float32, for AVX-512 and AVX2; see apart.go.

#include "textflag.h"

// func apartAVX512(a, b *float32, n int) float32
// n is a multiple of 64.
TEXT ·apartAVX512(SB), NOSPLIT, $0-28
	MOVQ   a+0(FP), SI
	MOVQ   b+8(FP), DI
	MOVQ   n+16(FP), CX
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1
	VPXORD Z2, Z2, Z2
	VPXORD Z3, Z3, Z3

next512:
	VMOVUPS      (SI), Z4
	VMOVUPS      64(SI), Z5
	VMOVUPS      128(SI), Z6
	VMOVUPS      192(SI), Z7
	VSUBPS       (DI), Z4, Z4
	VSUBPS       64(DI), Z5, Z5
	VSUBPS       128(DI), Z6, Z6
	VSUBPS       192(DI), Z7, Z7
	VFMADD231PS  Z4, Z4, Z0
	VFMADD231PS  Z5, Z5, Z1
	VFMADD231PS  Z6, Z6, Z2
	VFMADD231PS  Z7, Z7, Z3
	ADDQ         $256, SI
	ADDQ         $256, DI
	SUBQ         $64, CX
	JG           next512
	VADDPS       Z1, Z0, Z0
	VADDPS       Z3, Z2, Z2
	VADDPS       Z2, Z0, Z0
	VEXTRACTF64X4 $1, Z0, Y1
	VADDPS       Y1, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VHADDPS      X0, X0, X0
	VHADDPS      X0, X0, X0
	VMOVSS       X0, ret+24(FP)
	VZEROUPPER
	RET

// func apartAVX2(a, b *float32, n int) float32
TEXT ·apartAVX2(SB), NOSPLIT, $0-28
	MOVQ   a+0(FP), SI
	MOVQ   b+8(FP), DI
	MOVQ   n+16(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3

next256:
	VMOVUPS      (SI), Y4
	VMOVUPS      32(SI), Y5
	VMOVUPS      64(SI), Y6
	VMOVUPS      96(SI), Y7
	VSUBPS       (DI), Y4, Y4
	VSUBPS       32(DI), Y5, Y5
	VSUBPS       64(DI), Y6, Y6
	VSUBPS       96(DI), Y7, Y7
	VFMADD231PS  Y4, Y4, Y0
	VFMADD231PS  Y5, Y5, Y1
	VFMADD231PS  Y6, Y6, Y2
	VFMADD231PS  Y7, Y7, Y3
	ADDQ         $128, SI
	ADDQ         $128, DI
	SUBQ         $32, CX
	JG           next256
	VADDPS       Y1, Y0, Y0
	VADDPS       Y3, Y2, Y2
	VADDPS       Y2, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VHADDPS      X0, X0, X0
	VHADDPS      X0, X0, X0
	VMOVSS       X0, ret+24(FP)
	VZEROUPPER
	RET
