// Squared distances to boxes, shared by the kernels for amd64.

// Squared distances from q (Z0, Z1, Z2) to the 16 boxes at SI into Z6, NaN for a
// box that is not there: MAX returns its first operand here where one is NaN.
// Z4 is zero.
#define BOXES512 \
	VMOVUPS (SI), Z6         \
	VSUBPS  Z0, Z6, Z6       \
	VSUBPS  192(SI), Z0, Z7  \
	VMAXPS  Z6, Z7, Z6       \
	VMAXPS  Z6, Z4, Z6       \
	VMULPS  Z6, Z6, Z6       \
	VMOVUPS 64(SI), Z8       \
	VSUBPS  Z1, Z8, Z8       \
	VSUBPS  256(SI), Z1, Z7  \
	VMAXPS  Z8, Z7, Z8       \
	VMAXPS  Z8, Z4, Z8       \
	VMULPS  Z8, Z8, Z8       \
	VADDPS  Z8, Z6, Z6       \
	VMOVUPS 128(SI), Z8      \
	VSUBPS  Z2, Z8, Z8       \
	VSUBPS  320(SI), Z2, Z7  \
	VMAXPS  Z8, Z7, Z8       \
	VMAXPS  Z8, Z4, Z8       \
	VMULPS  Z8, Z8, Z8       \
	VADDPS  Z8, Z6, Z6

// One half of the boxes at SI+off: squared distances into Y6. Y0, Y1, Y2 are q, Y4 is zero.
#define BOXES256(off) \
	VMOVUPS (off)(SI), Y6       \
	VSUBPS  Y0, Y6, Y6          \
	VSUBPS  (192+off)(SI), Y0, Y7 \
	VMAXPS  Y6, Y7, Y6          \
	VMAXPS  Y6, Y4, Y6          \
	VMULPS  Y6, Y6, Y6          \
	VMOVUPS (64+off)(SI), Y8    \
	VSUBPS  Y1, Y8, Y8          \
	VSUBPS  (256+off)(SI), Y1, Y7 \
	VMAXPS  Y8, Y7, Y8          \
	VMAXPS  Y8, Y4, Y8          \
	VMULPS  Y8, Y8, Y8          \
	VADDPS  Y8, Y6, Y6          \
	VMOVUPS (128+off)(SI), Y8   \
	VSUBPS  Y2, Y8, Y8          \
	VSUBPS  (320+off)(SI), Y2, Y7 \
	VMAXPS  Y8, Y7, Y8          \
	VMAXPS  Y8, Y4, Y8          \
	VMULPS  Y8, Y8, Y8          \
	VADDPS  Y8, Y6, Y6
