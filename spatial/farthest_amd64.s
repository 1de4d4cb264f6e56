// The kernels of farthest point sampling for AVX-512 and AVX2; see
// farthest_generic.go.

#include "textflag.h"
#include "boxes_amd64.h"

// func nearerBoxesAVX512(q *[3]float32, group *[96]float32, limit *[16]float32) uint32
TEXT ·nearerBoxesAVX512(SB), NOSPLIT, $0-28
	MOVQ         q+0(FP), AX
	VBROADCASTSS (AX), Z0
	VBROADCASTSS 4(AX), Z1
	VBROADCASTSS 8(AX), Z2
	VPXORD       Z4, Z4, Z4
	MOVQ         group+8(FP), SI
	MOVQ         limit+16(FP), DI
	BOXES512
	VCMPPS       $17, (DI), Z6, K1
	KMOVW        K1, AX
	MOVL         AX, ret+24(FP)
	VZEROUPPER
	RET

// func lowerGroupAVX512(q *[3]float32, group *[96]float32, limit *[16]float32, coords *float32, dist *float32)
TEXT ·lowerGroupAVX512(SB), NOSPLIT, $0-40
	MOVQ         q+0(FP), AX
	VBROADCASTSS (AX), Z0
	VBROADCASTSS 4(AX), Z1
	VBROADCASTSS 8(AX), Z2
	VPXORD       Z4, Z4, Z4
	MOVQ         group+8(FP), SI
	MOVQ         limit+16(FP), DI
	MOVQ         coords+24(FP), R8
	MOVQ         dist+32(FP), R9
	BOXES512
	VCMPPS       $17, (DI), Z6, K1
	KMOVW        K1, BX
	TESTL        BX, BX
	JZ           done512

block512:
	TZCNTL        BX, R10
	BLSRL         BX, BX
	MOVQ          R10, R11
	SHLQ          $6, R11
	LEAQ          (R11)(R11*2), R12
	ADDQ          R8, R12
	VMOVUPS       (R12), Z6
	VSUBPS        Z0, Z6, Z6
	VMULPS        Z6, Z6, Z6
	VMOVUPS       64(R12), Z7
	VSUBPS        Z1, Z7, Z7
	VMULPS        Z7, Z7, Z7
	VADDPS        Z7, Z6, Z6
	VMOVUPS       128(R12), Z7
	VSUBPS        Z2, Z7, Z7
	VMULPS        Z7, Z7, Z7
	VADDPS        Z7, Z6, Z6
	// The old distance where the new one is NaN.
	VMINPS        (R9)(R11*1), Z6, Z6
	VMOVUPS       Z6, (R9)(R11*1)
	VEXTRACTF64X4 $1, Z6, Y7
	VMAXPS        Y7, Y6, Y6
	VEXTRACTF128  $1, Y6, X7
	VMAXPS        X7, X6, X6
	VPERMILPS     $0x4E, X6, X7
	VMAXPS        X7, X6, X6
	VPERMILPS     $0xB1, X6, X7
	VMAXPS        X7, X6, X6
	VMOVSS        X6, (DI)(R10*4)
	TESTL         BX, BX
	JNZ           block512

done512:
	VZEROUPPER
	RET

// func nearerBoxesAVX2(q *[3]float32, group *[96]float32, limit *[16]float32) uint32
TEXT ·nearerBoxesAVX2(SB), NOSPLIT, $0-28
	MOVQ         q+0(FP), AX
	VBROADCASTSS (AX), Y0
	VBROADCASTSS 4(AX), Y1
	VBROADCASTSS 8(AX), Y2
	VXORPS       Y4, Y4, Y4
	MOVQ         group+8(FP), SI
	MOVQ         limit+16(FP), DI
	BOXES256(0)
	VCMPPS       $17, (DI), Y6, Y6
	VMOVMSKPS    Y6, AX
	BOXES256(32)
	VCMPPS       $17, 32(DI), Y6, Y6
	VMOVMSKPS    Y6, BX
	SHLL         $8, BX
	ORL          BX, AX
	MOVL         AX, ret+24(FP)
	VZEROUPPER
	RET

// One half of the block at R12+off: the lowered distances into out.
#define LOWER256(off, out) \
	VMOVUPS (off)(R12), Y6     \
	VSUBPS  Y0, Y6, Y6         \
	VMULPS  Y6, Y6, Y6         \
	VMOVUPS (64+off)(R12), Y7  \
	VSUBPS  Y1, Y7, Y7         \
	VMULPS  Y7, Y7, Y7         \
	VADDPS  Y7, Y6, Y6         \
	VMOVUPS (128+off)(R12), Y7 \
	VSUBPS  Y2, Y7, Y7         \
	VMULPS  Y7, Y7, Y7         \
	VADDPS  Y7, Y6, Y6         \
	VMINPS  (off)(R9)(R11*1), Y6, out \
	VMOVUPS out, (off)(R9)(R11*1)

// func lowerGroupAVX2(q *[3]float32, group *[96]float32, limit *[16]float32, coords *float32, dist *float32)
TEXT ·lowerGroupAVX2(SB), NOSPLIT, $0-40
	MOVQ         q+0(FP), AX
	VBROADCASTSS (AX), Y0
	VBROADCASTSS 4(AX), Y1
	VBROADCASTSS 8(AX), Y2
	VXORPS       Y4, Y4, Y4
	MOVQ         group+8(FP), SI
	MOVQ         limit+16(FP), DI
	MOVQ         coords+24(FP), R8
	MOVQ         dist+32(FP), R9
	BOXES256(0)
	VCMPPS       $17, (DI), Y6, Y6
	VMOVMSKPS    Y6, BX
	BOXES256(32)
	VCMPPS       $17, 32(DI), Y6, Y6
	VMOVMSKPS    Y6, AX
	SHLL         $8, AX
	ORL          AX, BX
	TESTL        BX, BX
	JZ           done256

block256:
	TZCNTL       BX, R10
	BLSRL        BX, BX
	MOVQ         R10, R11
	SHLQ         $6, R11
	LEAQ         (R11)(R11*2), R12
	ADDQ         R8, R12
	LOWER256(0, Y9)
	LOWER256(32, Y10)
	VMAXPS       Y10, Y9, Y6
	VEXTRACTF128 $1, Y6, X7
	VMAXPS       X7, X6, X6
	VPERMILPS    $0x4E, X6, X7
	VMAXPS       X7, X6, X6
	VPERMILPS    $0xB1, X6, X7
	VMAXPS       X7, X6, X6
	VMOVSS       X6, (DI)(R10*4)
	TESTL        BX, BX
	JNZ          block256

done256:
	VZEROUPPER
	RET
