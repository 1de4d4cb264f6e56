package feature

// The weighted sum of histograms in plain Go: the reference for the kernels in
// assembly.

// rowFloats is the room for a point's three histograms in whole vectors; the last
// 15 values are 0.
const rowFloats = 48

// weighGeneric adds weight[i] times the row at place[i] to sum, one after the
// other.
func weighGeneric(sum *[rowFloats]float32, rows []float32, place []int32, weight []float32) {
	for i, p := range place {
		row := (*[rowFloats]float32)(rows[int(p)*rowFloats:])
		w := weight[i]
		for b := range FPFHSize {
			sum[b] += float32(w * row[b])
		}
	}
}
