package tensor

import "blemish/internal/kernels"

// families lists what this architecture has; the processor may offer less.
func families() map[kernels.Family]*family {
	return map[kernels.Family]*family{
		kernels.Generic: &genericFamily,
		kernels.AVX2: {
			nr: 16, half: 8, vectors: kernels.AVX2,
			heights: []tileHeight{
				{6, gemm6x16AVX2, gemm6x8AVX2, copy6AVX},
				{4, gemm4x16AVX2, gemm4x8AVX2, copy4AVX},
				{2, gemm2x16AVX2, gemm2x8AVX2, copy2AVX},
				{1, gemm1x16AVX2, gemm1x8AVX2, nil},
			},
			copyFull: copy16AVX2, copyHalf: copy8AVX2,
			transpose: transpose8AVX2, transposeSize: 8,
		},
		kernels.AVX512: {
			nr: 32, half: 16, vectors: kernels.AVX512,
			heights: []tileHeight{
				{14, gemm14x32AVX512, gemm14x16AVX512, copy14AVX},
				{8, gemm8x32AVX512, gemm8x16AVX512, copy8AVX},
				{4, gemm4x32AVX512, gemm4x16AVX512, copy4AVX},
				{2, gemm2x32AVX512, gemm2x16AVX512, copy2AVX},
				{1, gemm1x32AVX512, gemm1x16AVX512, nil},
			},
			copyFull: copy32AVX512, copyHalf: copy16AVX512,
			transpose: transpose16AVX512, transposeSize: 16,
		},
	}
}
