//go:build !amd64

package feature

// Other processors use the kernels in plain Go.

func pairBinsOf(centre *[6]float32, from *stage, blocks int, out *binRows) {
	pairBinsGeneric(centre, from, blocks, out)
}

func weigh(sum *[rowFloats]float32, rows []float32, place []int32, weight []float32) {
	weighGeneric(sum, rows, place, weight)
}
