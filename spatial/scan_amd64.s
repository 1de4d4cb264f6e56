// The kernels of the search for AVX-512 and AVX2. They return the same bytes as
// scan_generic.go: differences, products and sums in its order, none fused.

#include "textflag.h"
#include "boxes_amd64.h"

// Squared distances from q to the 16 points of the block at R12 into Z6.
#define POINTS512 \
	VMOVUPS (R12), Z6        \
	VSUBPS  Z0, Z6, Z6       \
	VMULPS  Z6, Z6, Z6       \
	VMOVUPS 64(R12), Z7      \
	VSUBPS  Z1, Z7, Z7       \
	VMULPS  Z7, Z7, Z7       \
	VADDPS  Z7, Z6, Z6       \
	VMOVUPS 128(R12), Z7     \
	VSUBPS  Z2, Z7, Z7       \
	VMULPS  Z7, Z7, Z7       \
	VADDPS  Z7, Z6, Z6

// func boxDistAVX512(q *[3]float32, bound float32, group *[96]float32, dist *[16]float32) uint32
TEXT ·boxDistAVX512(SB), NOSPLIT, $0-36
	MOVQ         q+0(FP), AX
	VBROADCASTSS (AX), Z0
	VBROADCASTSS 4(AX), Z1
	VBROADCASTSS 8(AX), Z2
	VBROADCASTSS bound+8(FP), Z3
	VPXORD       Z4, Z4, Z4
	MOVQ         group+16(FP), SI
	MOVQ         dist+24(FP), DI
	BOXES512
	VMOVUPS      Z6, (DI)
	VCMPPS       $18, Z3, Z6, K1
	KMOVW        K1, AX
	MOVL         AX, ret+32(FP)
	VZEROUPPER
	RET

// func scanGroupAVX512(q *[3]float32, bound float32, group *[96]float32, coords *float32, ids *int32, d *float32, id *int32) int
TEXT ·scanGroupAVX512(SB), NOSPLIT, $0-64
	MOVQ         q+0(FP), AX
	VBROADCASTSS (AX), Z0
	VBROADCASTSS 4(AX), Z1
	VBROADCASTSS 8(AX), Z2
	VBROADCASTSS bound+8(FP), Z3
	VPXORD       Z4, Z4, Z4
	MOVQ         group+16(FP), SI
	MOVQ         coords+24(FP), R8
	MOVQ         ids+32(FP), R9
	MOVQ         d+40(FP), DI
	MOVQ         id+48(FP), DX
	XORQ         CX, CX
	BOXES512
	VCMPPS       $18, Z3, Z6, K1
	KMOVW        K1, BX
	TESTL        BX, BX
	JZ           done512

block512:
	TZCNTL     BX, R10
	BLSRL      BX, BX
	MOVQ       R10, R11
	SHLQ       $6, R11
	LEAQ       (R11)(R11*2), R12
	ADDQ       R8, R12
	POINTS512
	VMOVDQU32  (R9)(R11*1), Z8
	VCMPPS     $18, Z3, Z6, K1
	KMOVW      K1, R13
	// Compressing into a register and storing all of it is many times faster
	// than compressing into memory on some processors.
	VCOMPRESSPS Z6, K1, Z7
	VPCOMPRESSD Z8, K1, Z9
	VMOVUPS    Z7, (DI)(CX*4)
	VMOVDQU32  Z9, (DX)(CX*4)
	POPCNTL    R13, R13
	ADDQ       R13, CX
	TESTL      BX, BX
	JNZ        block512

done512:
	MOVQ CX, ret+56(FP)
	VZEROUPPER
	RET

// One half of the block at R12+off: the candidates go behind the CX that are there.
#define POINTS256(off) \
	VMOVUPS   (off)(R12), Y6      \
	VSUBPS    Y0, Y6, Y6          \
	VMULPS    Y6, Y6, Y6          \
	VMOVUPS   (64+off)(R12), Y7   \
	VSUBPS    Y1, Y7, Y7          \
	VMULPS    Y7, Y7, Y7          \
	VADDPS    Y7, Y6, Y6          \
	VMOVUPS   (128+off)(R12), Y7  \
	VSUBPS    Y2, Y7, Y7          \
	VMULPS    Y7, Y7, Y7          \
	VADDPS    Y7, Y6, Y6          \
	VCMPPS    $18, Y3, Y6, Y8     \
	VMOVMSKPS Y8, R13             \
	VPMOVZXBD (R14)(R13*8), Y9    \
	VPERMPS   Y6, Y9, Y6          \
	VPERMD    (off)(R9)(R11*1), Y9, Y10 \
	VMOVUPS   Y6, (DI)(CX*4)      \
	VMOVDQU   Y10, (DX)(CX*4)     \
	POPCNTL   R13, R13            \
	ADDQ      R13, CX

// func boxDistAVX2(q *[3]float32, bound float32, group *[96]float32, dist *[16]float32) uint32
TEXT ·boxDistAVX2(SB), NOSPLIT, $0-36
	MOVQ         q+0(FP), AX
	VBROADCASTSS (AX), Y0
	VBROADCASTSS 4(AX), Y1
	VBROADCASTSS 8(AX), Y2
	VBROADCASTSS bound+8(FP), Y3
	VXORPS       Y4, Y4, Y4
	MOVQ         group+16(FP), SI
	MOVQ         dist+24(FP), DI
	BOXES256(0)
	VMOVUPS      Y6, (DI)
	VCMPPS       $18, Y3, Y6, Y6
	VMOVMSKPS    Y6, AX
	BOXES256(32)
	VMOVUPS      Y6, 32(DI)
	VCMPPS       $18, Y3, Y6, Y6
	VMOVMSKPS    Y6, BX
	SHLL         $8, BX
	ORL          BX, AX
	MOVL         AX, ret+32(FP)
	VZEROUPPER
	RET

// func scanGroupAVX2(q *[3]float32, bound float32, group *[96]float32, coords *float32, ids *int32, d *float32, id *int32, pack *[256][8]uint8) int
TEXT ·scanGroupAVX2(SB), NOSPLIT, $0-72
	MOVQ         q+0(FP), AX
	VBROADCASTSS (AX), Y0
	VBROADCASTSS 4(AX), Y1
	VBROADCASTSS 8(AX), Y2
	VBROADCASTSS bound+8(FP), Y3
	VXORPS       Y4, Y4, Y4
	MOVQ         group+16(FP), SI
	MOVQ         coords+24(FP), R8
	MOVQ         ids+32(FP), R9
	MOVQ         d+40(FP), DI
	MOVQ         id+48(FP), DX
	MOVQ         pack+56(FP), R14
	XORQ         CX, CX
	BOXES256(0)
	VCMPPS       $18, Y3, Y6, Y6
	VMOVMSKPS    Y6, BX
	BOXES256(32)
	VCMPPS       $18, Y3, Y6, Y6
	VMOVMSKPS    Y6, AX
	SHLL         $8, AX
	ORL          AX, BX
	TESTL        BX, BX
	JZ           done256

block256:
	TZCNTL BX, R10
	BLSRL  BX, BX
	MOVQ   R10, R11
	SHLQ   $6, R11
	LEAQ   (R11)(R11*2), R12
	ADDQ   R8, R12
	POINTS256(0)
	POINTS256(32)
	TESTL  BX, BX
	JNZ    block256

done256:
	MOVQ CX, ret+64(FP)
	VZEROUPPER
	RET

// func splitKeysAVX512(keys *key, n int, index *int32, dist2 *float32)
TEXT ·splitKeysAVX512(SB), NOSPLIT, $0-32
	MOVQ keys+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ index+16(FP), DI
	MOVQ dist2+24(FP), DX

split:
	VMOVDQU64 (SI), Z0
	VPSRLQ    $32, Z0, Z1
	VPMOVQD   Z0, Y2
	VPMOVQD   Z1, Y3
	VMOVDQU   Y2, (DI)
	VMOVDQU   Y3, (DX)
	ADDQ      $64, SI
	ADDQ      $32, DI
	ADDQ      $32, DX
	SUBQ      $8, CX
	JG        split
	VZEROUPPER
	RET

// func rankSortAVX512(d *float32, id *int32, n int, keys *key)
// Every key goes to the place that is the number of keys below it; n is from 1 to 48.
// Up to 15 values behind n are read, and one key behind n is written.
TEXT ·rankSortAVX512(SB), 0, $384-32
	MOVQ   d+0(FP), SI
	MOVQ   id+8(FP), DX
	MOVQ   n+16(FP), CX
	MOVQ   keys+24(FP), DI
	LEAQ   0(SP), R8
	XORQ   AX, AX

make:
	VPMOVZXDQ (SI)(AX*4), Z0
	VPMOVZXDQ (DX)(AX*4), Z1
	VPSLLQ    $32, Z0, Z0
	VPORQ     Z1, Z0, Z0
	VMOVDQU64 Z0, (R8)(AX*8)
	ADDQ      $8, AX
	CMPQ      AX, CX
	JLT       make

	// Lanes behind n are above all.
	LEAQ 15(CX), R9
	ANDQ $~15, R9
	MOVQ CX, AX

pad:
	CMPQ AX, R9
	JGE  padded
	MOVQ $-1, (R8)(AX*8)
	INCQ AX
	JMP  pad

padded:
	MOVQ         $1, AX
	VPBROADCASTQ AX, Z5
	XORQ         BX, BX

ranks:
	VMOVDQU64 (R8)(BX*8), Z0
	VMOVDQU64 64(R8)(BX*8), Z1
	VPXORQ    Z2, Z2, Z2
	VPXORQ    Z3, Z3, Z3
	XORQ      AX, AX

count:
	VPBROADCASTQ (R8)(AX*8), Z4
	VPCMPUQ      $1, Z0, Z4, K1
	VPCMPUQ      $1, Z1, Z4, K2
	VPADDQ       Z5, Z2, K1, Z2
	VPADDQ       Z5, Z3, K2, Z3
	INCQ         AX
	CMPQ         AX, CX
	JLT          count
	KXNORW       K1, K1, K1
	VPSCATTERQQ  Z0, K1, (DI)(Z2*8)
	KXNORW       K1, K1, K1
	VPSCATTERQQ  Z1, K1, (DI)(Z3*8)
	ADDQ         $16, BX
	CMPQ         BX, CX
	JLT          ranks
	VZEROUPPER
	RET
