// The kernels of building trees for AVX-512 and AVX; see build_generic.go.

#include "textflag.h"

// func partitionAVX512(items *item, n, axis int, pivot float32, above *item) int
// n is a multiple of 4, and at least 4. An item is four lanes.
TEXT ·partitionAVX512(SB), NOSPLIT, $0-48
	MOVQ         items+0(FP), SI
	MOVQ         n+8(FP), CX
	VPBROADCASTD axis+16(FP), Z1
	VBROADCASTSS pivot+24(FP), Z2
	MOVQ         above+32(FP), DX
	MOVQ         SI, DI // where the next item below goes
	MOVQ         SI, R9
	SHLQ         $4, CX
	ADDQ         SI, CX // the end

next:
	VMOVUPS     (SI), Z0
	VPERMILPS   Z1, Z0, Z3 // the coordinate in all lanes of its item
	VCMPPS      $17, Z2, Z3, K1
	KNOTW       K1, K2
	KMOVW       K1, AX
	// Compressing into a register and storing all of it is many times faster
	// than compressing into memory on some processors.
	VCOMPRESSPS Z0, K1, Z4
	VCOMPRESSPS Z0, K2, Z5
	VMOVUPS     Z4, (DI)
	VMOVUPS     Z5, (DX)
	POPCNTL     AX, AX
	LEAQ        (DI)(AX*4), DI
	SHLL        $2, AX
	SUBQ        AX, DX
	ADDQ        $64, DX
	ADDQ        $64, SI
	CMPQ        SI, CX
	JLT         next
	SUBQ        R9, DI
	SHRQ        $4, DI
	MOVQ        DI, ret+40(FP)
	VZEROUPPER
	RET

// func spanAVX(items *item, n, step int, low, high *[4]float32)
TEXT ·spanAVX(SB), NOSPLIT, $0-40
	MOVQ    items+0(FP), SI
	MOVQ    n+8(FP), CX
	MOVQ    step+16(FP), DX
	MOVQ    low+24(FP), DI
	MOVQ    high+32(FP), R8
	SHLQ    $4, DX
	SHLQ    $4, CX
	ADDQ    SI, CX
	VMOVUPS (SI), X0
	VMOVAPS X0, X1
	VMOVAPS X0, X2
	VMOVAPS X0, X3
	LEAQ    (SI)(DX*1), AX

pair:
	CMPQ    AX, CX
	JGE     last
	VMOVUPS (SI), X4
	VMOVUPS (AX), X5
	VMINPS  X4, X0, X0
	VMAXPS  X4, X1, X1
	VMINPS  X5, X2, X2
	VMAXPS  X5, X3, X3
	LEAQ    (AX)(DX*1), SI
	LEAQ    (SI)(DX*1), AX
	JMP     pair

last:
	CMPQ    SI, CX
	JGE     done
	VMOVUPS (SI), X4
	VMINPS  X4, X0, X0
	VMAXPS  X4, X1, X1

done:
	VMINPS  X2, X0, X0
	VMAXPS  X3, X1, X1
	VMOVUPS X0, (DI)
	VMOVUPS X1, (R8)
	RET
