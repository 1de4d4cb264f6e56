package scoring

import (
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
)

// roundingPoints is how many points say whether coordinates are rounded.
const roundingPoints = 4000

// rounding is the standard deviation that rounded coordinates have, in their unit: that of the
// coarsest axis, a step divided by √12. It is 0 where coordinates are finer than can be told:
// where fewer than half of them repeat one another along each axis.
func rounding(points []geom.Vec3) float64 {
	stride := len(points)/roundingPoints + 1
	var axis [3][]float32
	for i := 0; i < len(points); i += stride {
		p := points[i]
		axis[0], axis[1], axis[2] = append(axis[0], p.X), append(axis[1], p.Y), append(axis[2], p.Z)
	}
	coarsest := 0.0
	for _, values := range axis {
		total := len(values)
		slices.Sort(values)
		values = slices.Compact(values)
		if 2*len(values) > total || len(values) < 2 {
			return 0
		}
		steps := make([]float64, len(values)-1)
		for i := range steps {
			steps[i] = float64(values[i+1]) - float64(values[i])
		}
		coarsest = max(coarsest, stat.Median(steps))
	}
	return coarsest / math.Sqrt(12)
}
