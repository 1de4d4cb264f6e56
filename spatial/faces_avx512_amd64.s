// Lower bounds of the distances to 16 faces, for AVX-512; see faces.go.

#include "textflag.h"

// The nearest point to 0 of a side from a in direction e: p, its square into n.
// Z0 is 0, Z1 is 2, Z2 is -1; the side's length 0 gives the corner.
#define SIDE512(ax, ay, az, ex, ey, ez, px, py, pz, n) \
	VMULPS       ex, ex, n    \
	VFMADD231PS  ey, ey, n    \
	VFMADD231PS  ez, ez, n    \
	VMULPS       ax, ex, Z30  \
	VFMADD231PS  ay, ey, Z30  \
	VFMADD231PS  az, ez, Z30  \
	VRCP14PS     n, Z31       \
	VFNMADD213PS Z1, Z31, n   \
	VMULPS       n, Z31, Z31  \
	VMULPS       Z31, Z30, Z30 \
	VMINPS       Z0, Z30, Z30 \
	VMAXPS       Z2, Z30, Z30 \
	VMOVAPS      ax, px       \
	VFNMADD231PS ex, Z30, px  \
	VMOVAPS      ay, py       \
	VFNMADD231PS ey, Z30, py  \
	VMOVAPS      az, pz       \
	VFNMADD231PS ez, Z30, pz  \
	VMULPS       px, px, n    \
	VFMADD231PS  py, py, n    \
	VFMADD231PS  pz, pz, n

// The nearer of Z22…Z25 and Z26…Z29 into the former.
#define NEARER512 \
	VCMPPS  $17, Z25, Z29, K1 \
	VMOVAPS Z26, K1, Z22      \
	VMOVAPS Z27, K1, Z23      \
	VMOVAPS Z28, K1, Z24      \
	VMOVAPS Z29, K1, Z25

#define DOT512(ax, ay, az, bx, by, bz, to) \
	VMULPS      ax, bx, to \
	VFMADD231PS ay, by, to \
	VFMADD231PS az, bz, to

// func faceBoundsAVX512(q *[3]float32, scale, slack, reach float32, tris *[144]float32, low *[16]float32) uint32
TEXT ·faceBoundsAVX512(SB), NOSPLIT, $0-44
	MOVQ         q+0(FP), AX
	MOVQ         tris+24(FP), SI
	MOVQ         low+32(FP), DI
	VBROADCASTSS (AX), Z0
	VBROADCASTSS 4(AX), Z1
	VBROADCASTSS 8(AX), Z2
	VBROADCASTSS scale+8(FP), Z3
	// Corners as seen from q.
	VMULPS       (SI), Z3, Z4
	VMULPS       64(SI), Z3, Z5
	VMULPS       128(SI), Z3, Z6
	VMULPS       192(SI), Z3, Z7
	VMULPS       256(SI), Z3, Z8
	VMULPS       320(SI), Z3, Z9
	VMULPS       384(SI), Z3, Z10
	VMULPS       448(SI), Z3, Z11
	VMULPS       512(SI), Z3, Z12
	VSUBPS       Z0, Z4, Z4
	VSUBPS       Z1, Z5, Z5
	VSUBPS       Z2, Z6, Z6
	VSUBPS       Z0, Z7, Z7
	VSUBPS       Z1, Z8, Z8
	VSUBPS       Z2, Z9, Z9
	VSUBPS       Z0, Z10, Z10
	VSUBPS       Z1, Z11, Z11
	VSUBPS       Z2, Z12, Z12
	// Sides.
	VSUBPS       Z4, Z7, Z13
	VSUBPS       Z5, Z8, Z14
	VSUBPS       Z6, Z9, Z15
	VSUBPS       Z7, Z10, Z16
	VSUBPS       Z8, Z11, Z17
	VSUBPS       Z9, Z12, Z18
	VSUBPS       Z10, Z4, Z19
	VSUBPS       Z11, Z5, Z20
	VSUBPS       Z12, Z6, Z21
	VPXORD       Z0, Z0, Z0
	VBROADCASTSS ·faceConstants+0(SB), Z1
	VBROADCASTSS ·faceConstants+4(SB), Z2
	SIDE512(Z4, Z5, Z6, Z13, Z14, Z15, Z22, Z23, Z24, Z25)
	SIDE512(Z7, Z8, Z9, Z16, Z17, Z18, Z26, Z27, Z28, Z29)
	NEARER512
	SIDE512(Z10, Z11, Z12, Z19, Z20, Z21, Z26, Z27, Z28, Z29)
	NEARER512
	// Along the nearest point of the sides: the least of the corners.
	DOT512(Z22, Z23, Z24, Z4, Z5, Z6, Z26)
	DOT512(Z22, Z23, Z24, Z7, Z8, Z9, Z27)
	DOT512(Z22, Z23, Z24, Z10, Z11, Z12, Z28)
	VMINPS       Z27, Z26, Z26
	VMINPS       Z28, Z26, Z26
	// Along the normal.
	VMULPS       Z15, Z20, Z16
	VFMSUB231PS  Z14, Z21, Z16
	VMULPS       Z13, Z21, Z17
	VFMSUB231PS  Z15, Z19, Z17
	VMULPS       Z14, Z19, Z18
	VFMSUB231PS  Z13, Z20, Z18
	DOT512(Z16, Z17, Z18, Z4, Z5, Z6, Z27)
	DOT512(Z16, Z17, Z18, Z7, Z8, Z9, Z28)
	DOT512(Z16, Z17, Z18, Z10, Z11, Z12, Z29)
	DOT512(Z16, Z17, Z18, Z16, Z17, Z18, Z13)
	VMINPS       Z28, Z27, Z30
	VMINPS       Z29, Z30, Z30
	VMAXPS       Z28, Z27, Z31
	VMAXPS       Z29, Z31, Z31
	VSUBPS       Z31, Z0, Z31
	VMAXPS       Z31, Z30, Z30
	VBROADCASTSS ·faceConstants+8(SB), Z3
	VMAXPS       Z3, Z25, Z25
	VMAXPS       Z3, Z13, Z13
	VRSQRT14PS   Z25, Z25
	VRSQRT14PS   Z13, Z13
	VMULPS       Z25, Z26, Z26
	VMULPS       Z13, Z30, Z30
	VMAXPS       Z0, Z26, Z26
	VMAXPS       Z0, Z30, Z30
	VMAXPS       Z26, Z30, Z30
	VBROADCASTSS ·faceConstants+12(SB), Z3
	VBROADCASTSS slack+12(FP), Z4
	VFMSUB132PS  Z3, Z4, Z30
	VMAXPS       Z0, Z30, Z30
	VMOVUPS      Z30, (DI)
	VBROADCASTSS reach+16(FP), Z3
	VCMPPS       $18, Z3, Z30, K1
	KMOVW        K1, AX
	MOVL         AX, ret+40(FP)
	VZEROUPPER
	RET
