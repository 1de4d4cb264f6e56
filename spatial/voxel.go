package spatial

import (
	"math"

	"blemish/geom"
)

// The voxel grid.

// VoxelDownsample replaces the points of each cubic cell of the given edge by
// their mean. The grid starts half an edge below the smallest coordinates, as
// Open3D's does. Voxels are in the order in which their first point appears;
// owner[i] is the voxel of point i, -1 where the point is not finite. A size that
// is not positive merges only points at the same place.
func VoxelDownsample(points []geom.Vec3, size float64) (centroids []geom.Vec3, owner []int32) {
	owner = make([]int32, len(points))
	box := geom.EmptyBox()
	for _, p := range points {
		if p.Finite() {
			box.Extend(p.D())
		}
	}
	origin := box.Min.Sub(geom.Vec{X: size / 2, Y: size / 2, Z: size / 2})
	cells := map[[3]float64]int32{}
	var sums []geom.Vec
	var counts []int32
	for i, p := range points {
		if !p.Finite() {
			owner[i] = -1
			continue
		}
		v := p.D()
		cell := [3]float64{v.X + 0, v.Y + 0, v.Z + 0} // + 0 makes one of -0 and 0
		if size > 0 {
			for a, c := range [3]float64{v.X - origin.X, v.Y - origin.Y, v.Z - origin.Z} {
				cell[a] = math.Floor(c / size)
			}
		}
		o, ok := cells[cell]
		if !ok {
			o = int32(len(sums))
			cells[cell] = o
			sums, counts = append(sums, geom.Vec{}), append(counts, 0)
		}
		owner[i] = o
		sums[o] = sums[o].Add(v)
		counts[o]++
	}
	centroids = make([]geom.Vec3, len(sums))
	for i, s := range sums {
		n := float64(counts[i])
		centroids[i] = geom.Vec{X: s.X / n, Y: s.Y / n, Z: s.Z / n}.F()
	}
	return centroids, owner
}
