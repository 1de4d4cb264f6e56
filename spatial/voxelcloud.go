package spatial

import (
	"math"

	"blemish/geom"
)

// The voxel grid on whole clouds, and by the number of cells wanted.

// VoxelCloud is VoxelDownsample with everything that is known about the points: the
// normals and values of a voxel are the means of its points', normals brought back
// to unit length (zero where they cancel). Points that are not finite are left out.
func VoxelCloud(c *geom.Cloud, size float64) *geom.Cloud {
	points, owner := VoxelDownsample(c.Points, size)
	out := &geom.Cloud{Points: points, Origin: c.Origin, Sensor: c.Sensor}
	count := make([]float64, len(points))
	for _, o := range owner {
		if o >= 0 {
			count[o]++
		}
	}
	if c.Normals != nil {
		sums := make([]geom.Vec, len(points))
		for i, o := range owner {
			if o >= 0 {
				sums[o] = sums[o].Add(c.Normals[i].D())
			}
		}
		out.Normals = make([]geom.Vec3, len(points))
		for o, s := range sums {
			if s.Norm() > 1e-6*count[o] {
				out.Normals[o] = s.Unit().F()
			}
		}
	}
	for _, name := range c.ScalarNames() {
		sums := make([]float64, len(points))
		for i, o := range owner {
			if o >= 0 {
				sums[o] += float64(c.Scalars[name][i])
			}
		}
		mean := make([]float32, len(points))
		for o, s := range sums {
			mean[o] = float32(s / count[o])
		}
		out.SetScalar(name, mean)
	}
	return out
}

// VoxelSize finds the edge of a grid of which the points fill at most n cells, and
// nearly n where they can.
func VoxelSize(points []geom.Vec3, n int) float64 {
	low, high, ok := extent(points)
	if !ok || n < 1 {
		return 0
	}
	cells := func(size float64) int {
		centroids, _ := VoxelDownsample(points, size)
		return len(centroids)
	}
	// One cell of twice the diagonal holds everything. A surface fills about
	// (diagonal/size)² cells.
	diagonal := high.Sub(low).Norm()
	lo, hi := 0.0, 2*diagonal
	size := diagonal / math.Sqrt(float64(n))
	for range 40 {
		switch k := cells(size); {
		case k > n:
			lo = size
		case k == n:
			return size
		default:
			hi = size
		}
		if hi-lo < 1e-6*hi {
			break
		}
		size = (lo + hi) / 2
		if lo == 0 {
			size = hi / 2
		}
	}
	return hi
}
