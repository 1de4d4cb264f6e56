// Lower bounds of the distances to 16 faces, for AVX2; see faces.go.

#include "textflag.h"

// The nearest point to 0 of a side from a in direction e, both on the stack: into
// Y7, Y8 and Y9, its square into n. Y0 is 0, Y1 is 2, Y2 is -1.
#define SIDE256(a, e, n) \
	VMOVUPS      (e)(SP), Y4      \
	VMOVUPS      (e+32)(SP), Y5   \
	VMOVUPS      (e+64)(SP), Y6   \
	VMOVUPS      (a)(SP), Y7      \
	VMOVUPS      (a+32)(SP), Y8   \
	VMOVUPS      (a+64)(SP), Y9   \
	VMULPS       Y4, Y4, n        \
	VFMADD231PS  Y5, Y5, n        \
	VFMADD231PS  Y6, Y6, n        \
	VMULPS       Y7, Y4, Y10      \
	VFMADD231PS  Y8, Y5, Y10      \
	VFMADD231PS  Y9, Y6, Y10      \
	VRCPPS       n, Y11           \
	VFNMADD213PS Y1, Y11, n       \
	VMULPS       n, Y11, Y11      \
	VMULPS       Y11, Y10, Y10    \
	VMINPS       Y0, Y10, Y10     \
	VMAXPS       Y2, Y10, Y10     \
	VFNMADD231PS Y4, Y10, Y7      \
	VFNMADD231PS Y5, Y10, Y8      \
	VFNMADD231PS Y6, Y10, Y9      \
	VMULPS       Y7, Y7, n        \
	VFMADD231PS  Y8, Y8, n        \
	VFMADD231PS  Y9, Y9, n

// The nearer of Y12…Y15 and of Y7, Y8, Y9, Y3 into the former.
#define NEARER256 \
	VCMPPS    $17, Y15, Y3, Y4  \
	VBLENDVPS Y4, Y7, Y12, Y12  \
	VBLENDVPS Y4, Y8, Y13, Y13  \
	VBLENDVPS Y4, Y9, Y14, Y14  \
	VBLENDVPS Y4, Y3, Y15, Y15

// A corner's coordinate at SI+from as seen from q, to a place on the stack.
#define SEEN256(from, q, at) \
	VMULPS  (from)(SI), Y3, Y4 \
	VSUBPS  q, Y4, Y4          \
	VMOVUPS Y4, (at)(SP)

#define MINUS256(a, b, at) \
	VMOVUPS (a)(SP), Y4     \
	VSUBPS  (b)(SP), Y4, Y4 \
	VMOVUPS Y4, (at)(SP)

#define DOT256(x, y, z, a, to) \
	VMULPS      (a)(SP), x, to    \
	VFMADD231PS (a+32)(SP), y, to \
	VFMADD231PS (a+64)(SP), z, to

// Eight faces: bounds into Y3, also to off(DI). Corners go to 0, 96 and 192 of the
// stack, sides to 288, 384 and 480.
#define FACES256(off) \
	VBROADCASTSS (AX), Y0            \
	VBROADCASTSS 4(AX), Y1           \
	VBROADCASTSS 8(AX), Y2           \
	VBROADCASTSS scale+8(FP), Y3     \
	SEEN256(off, Y0, 0)              \
	SEEN256(64+off, Y1, 32)          \
	SEEN256(128+off, Y2, 64)         \
	SEEN256(192+off, Y0, 96)         \
	SEEN256(256+off, Y1, 128)        \
	SEEN256(320+off, Y2, 160)        \
	SEEN256(384+off, Y0, 192)        \
	SEEN256(448+off, Y1, 224)        \
	SEEN256(512+off, Y2, 256)        \
	MINUS256(96, 0, 288)             \
	MINUS256(128, 32, 320)           \
	MINUS256(160, 64, 352)           \
	MINUS256(192, 96, 384)           \
	MINUS256(224, 128, 416)          \
	MINUS256(256, 160, 448)          \
	MINUS256(0, 192, 480)            \
	MINUS256(32, 224, 512)           \
	MINUS256(64, 256, 544)           \
	VXORPS       Y0, Y0, Y0          \
	VBROADCASTSS ·faceConstants+0(SB), Y1 \
	VBROADCASTSS ·faceConstants+4(SB), Y2 \
	SIDE256(0, 288, Y15)          \
	VMOVAPS      Y7, Y12             \
	VMOVAPS      Y8, Y13             \
	VMOVAPS      Y9, Y14             \
	SIDE256(96, 384, Y3)          \
	NEARER256                        \
	SIDE256(192, 480, Y3)         \
	NEARER256                        \
	DOT256(Y12, Y13, Y14, 0, Y3)     \
	DOT256(Y12, Y13, Y14, 96, Y4)    \
	DOT256(Y12, Y13, Y14, 192, Y5)   \
	VMINPS       Y4, Y3, Y3          \
	VMINPS       Y5, Y3, Y3          \
	VMOVUPS      288(SP), Y4         \
	VMOVUPS      320(SP), Y5         \
	VMOVUPS      352(SP), Y6         \
	VMOVUPS      480(SP), Y7         \
	VMOVUPS      512(SP), Y8         \
	VMOVUPS      544(SP), Y9         \
	VMULPS       Y6, Y8, Y10         \
	VFMSUB231PS  Y5, Y9, Y10         \
	VMULPS       Y4, Y9, Y11         \
	VFMSUB231PS  Y6, Y7, Y11         \
	VMULPS       Y5, Y7, Y12         \
	VFMSUB231PS  Y4, Y8, Y12         \
	DOT256(Y10, Y11, Y12, 0, Y4)     \
	DOT256(Y10, Y11, Y12, 96, Y5)    \
	DOT256(Y10, Y11, Y12, 192, Y6)   \
	VMULPS       Y10, Y10, Y13       \
	VFMADD231PS  Y11, Y11, Y13       \
	VFMADD231PS  Y12, Y12, Y13       \
	VMINPS       Y5, Y4, Y7          \
	VMINPS       Y6, Y7, Y7          \
	VMAXPS       Y5, Y4, Y8          \
	VMAXPS       Y6, Y8, Y8          \
	VSUBPS       Y8, Y0, Y8          \
	VMAXPS       Y8, Y7, Y7          \
	VBROADCASTSS ·faceConstants+8(SB), Y4 \
	VMAXPS       Y4, Y15, Y15        \
	VMAXPS       Y4, Y13, Y13        \
	VRSQRTPS     Y15, Y15            \
	VRSQRTPS     Y13, Y13            \
	VMULPS       Y15, Y3, Y3         \
	VMULPS       Y13, Y7, Y7         \
	VMAXPS       Y0, Y3, Y3          \
	VMAXPS       Y0, Y7, Y7          \
	VMAXPS       Y7, Y3, Y3          \
	VBROADCASTSS ·faceConstants+12(SB), Y4 \
	VBROADCASTSS slack+12(FP), Y5    \
	VFMSUB132PS  Y4, Y5, Y3          \
	VMAXPS       Y0, Y3, Y3          \
	VMOVUPS      Y3, (off)(DI)       \
	VBROADCASTSS reach+16(FP), Y4    \
	VCMPPS       $18, Y4, Y3, Y3

// func faceBoundsAVX2(q *[3]float32, scale, slack, reach float32, tris *[144]float32, low *[16]float32) uint32
TEXT ·faceBoundsAVX2(SB), 0, $576-44
	MOVQ      q+0(FP), AX
	MOVQ      tris+24(FP), SI
	MOVQ      low+32(FP), DI
	FACES256(0)
	VMOVMSKPS Y3, BX
	FACES256(32)
	VMOVMSKPS Y3, CX
	SHLL      $8, CX
	ORL       CX, BX
	MOVL      BX, ret+40(FP)
	VZEROUPPER
	RET
