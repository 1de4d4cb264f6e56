package imrnet

import (
	"math"

	"blemish/seed"
)

// Masks, section 4.2: which patches the network has to reconstruct.

// randomMask hides ⌊ratio·n⌋ of n patches, as Algorithm 1 line 6 reads.
func randomMask(n int, ratio float64, r *seed.Rand) []bool {
	mask := make([]bool, n)
	for _, i := range r.Perm(n)[:int(ratio*float64(n))] {
		mask[i] = true
	}
	return mask
}

// partitionMasks cuts one random permutation of n patches into ⌈1/ratio⌉ masks of
// nearly equal size, so that every patch is hidden exactly once. A random mask of
// ratio 0.4 drawn three times leaves 0.6³ = 22 % of the patches never reconstructed.
func partitionMasks(n int, ratio float64, r *seed.Rand) [][]bool {
	parts := int(math.Ceil(1 / ratio))
	masks := make([][]bool, parts)
	for i := range masks {
		masks[i] = make([]bool, n)
	}
	for rank, i := range r.Perm(n) {
		masks[rank*parts/n][i] = true
	}
	return masks
}
