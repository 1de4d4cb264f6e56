package spatial

import (
	"cmp"
	"math"
	"slices"

	"blemish/geom"
)

// Fewer points of the same surface.

// Thin chooses at most `most` points, spread evenly over space: from each cell of a
// grid the point nearest to the middle of the cell's points. It returns their
// indices in ascending order; all of them where there are no more than most. The
// same points come out in any order of the input. Points must be finite.
func Thin(points []geom.Vec3, most int) []int32 {
	if len(points) <= most {
		all := make([]int32, len(points))
		for i := range all {
			all[i] = int32(i)
		}
		return all
	}
	middle, owner := VoxelDownsample(points, cellSize(points, most))
	best := make([]int32, len(middle))
	for i := range best {
		best[i] = -1
	}
	for i, cell := range owner {
		if b := best[cell]; b < 0 || closer(points[i], points[b], middle[cell]) {
			best[cell] = int32(i)
		}
	}
	// The size was found on a sample: the whole may fill a few cells more.
	if len(best) > most {
		slices.SortFunc(best, func(a, b int32) int { return cmp.Or(cmp.Compare(mix(points[a]), mix(points[b])), cmp.Compare(a, b)) })
		best = best[:most]
	}
	slices.Sort(best)
	return best
}

// cellSize is the edge of a grid whose cells the points fill about most of, found by
// halving an interval. Of many points a sample is enough to try sizes on.
func cellSize(points []geom.Vec3, most int) float64 {
	sample := points
	if stride := uint64(len(points) / (20 * most)); stride > 1 {
		sample = nil
		for _, p := range points {
			if mix(p)%stride == 0 {
				sample = append(sample, p)
			}
		}
	}
	// A surface fills about (diagonal/size)² cells.
	lo, hi := 0.0, geom.BoxOf(points).Diagonal()
	size := hi / math.Sqrt(float64(most))
	for i := 0; i < 14; i++ {
		c, _ := VoxelDownsample(sample, size)
		if len(c) > most {
			lo = size
		} else if hi = size; float64(len(c)) > 0.95*float64(most) {
			break
		}
		size = (lo + hi) / 2
		if lo == 0 {
			size = hi / 2
		}
	}
	return hi
}

// mix is a number that looks random but belongs to the place p alone.
func mix(p geom.Vec3) uint64 {
	h := uint64(math.Float32bits(p.X))<<32 | uint64(math.Float32bits(p.Y))
	for _, v := range [...]uint64{uint64(math.Float32bits(p.Z)), 0x9e3779b97f4a7c15} { // splitmix64
		h += v
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// closer says that a is to be preferred to b as the point nearest to m. Two points
// of a cell are equally far from their mean but for rounding: the coordinates decide.
func closer(a, b, m geom.Vec3) bool {
	da, db := a.Dist2(m), b.Dist2(m)
	if math.Abs(da-db) > 1e-4*(da+db) {
		return da < db
	}
	return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y), cmp.Compare(a.Z, b.Z)) < 0
}
