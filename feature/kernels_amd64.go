package feature

import (
	"math"

	"blemish/internal/kernels"
)

// The kernels on amd64.

// pairConsts are the constants of the pair kernels, four times each: five cosines,
// five sines, 11, ½, 1, 5, 10, and the masks of magnitude and sign.
var pairConsts = func() (rows [17][4]float64) {
	values := append(append([]float64{}, cosines[:]...), sines[:]...)
	values = append(values, bins, 0.5, 1, middle, bins-1, math.Float64frombits(1<<63-1), math.Float64frombits(1<<63))
	for i, v := range values {
		rows[i] = [4]float64{v, v, v, v}
	}
	return rows
}()

//go:noescape
func pairBinsAVX512(centre *[6][4]float64, from *stage, blocks int, consts *[17][4]float64, out *binRows)

//go:noescape
func pairBinsAVX2(centre *[6][4]float64, from *stage, blocks int, consts *[17][4]float64, out *binRows)

//go:noescape
func weighAVX512(sum *[rowFloats]float32, rows *float32, place *int32, weight *float32, n int)

//go:noescape
func weighAVX2(sum *[rowFloats]float32, rows *float32, place *int32, weight *float32, n int)

// pairBinsOf is pairBinsGeneric by the fastest kernel.
func pairBinsOf(centre *[6]float32, from *stage, blocks int, out *binRows) {
	if family == kernels.Generic || blocks == 0 {
		pairBinsGeneric(centre, from, blocks, out)
		return
	}
	var wide [6][4]float64
	for i, v := range centre {
		d := float64(v)
		wide[i] = [4]float64{d, d, d, d}
	}
	if family == kernels.AVX512 {
		pairBinsAVX512(&wide, from, blocks, &pairConsts, out)
	} else {
		pairBinsAVX2(&wide, from, blocks, &pairConsts, out)
	}
}

// weigh is weighGeneric by the fastest kernel.
func weigh(sum *[rowFloats]float32, rows []float32, place []int32, weight []float32) {
	switch {
	case family == kernels.Generic || len(place) == 0:
		weighGeneric(sum, rows, place, weight)
	case family == kernels.AVX512:
		weighAVX512(sum, &rows[0], &place[0], &weight[0], len(place))
	default:
		weighAVX2(sum, &rows[0], &place[0], &weight[0], len(place))
	}
}
