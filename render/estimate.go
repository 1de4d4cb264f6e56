package render

import (
	"context"
	"math"
	"sort"

	"blemish/geom"
	"blemish/spatial"
)

const (
	normalNeighbors = 12 // points that a normal is fitted to, the point itself included
	radiusNeighbor  = 6  // the neighbour that a disc reaches to: leaves a gap of a quarter per cent in a random cloud
)

// estimate returns for every point the radius of its disc and, where normals is
// nil, the normal of the plane through its neighbours (either sign).
func estimate(points []geom.Vec3, normals []geom.Vec3, workers int) (radius []float32, normal []geom.Vec3) {
	radius, normal = make([]float32, len(points)), normals
	fit := len(normals) != len(points)
	k := radiusNeighbor + 1
	if fit {
		normal, k = make([]geom.Vec3, len(points)), normalNeighbors
	}
	tree := spatial.NewTree(points)
	must(tree.ForNeighbors(context.Background(), workers, k, func(_ int, i int32, near []spatial.Neighbor) {
		radius[i] = float32(math.Sqrt(float64(near[min(radiusNeighbor, len(near)-1)].Dist2)))
		if fit {
			var flatness float64
			normal[i], flatness = plane(points, near)
			radius[i] *= float32(flatness)
		}
	}))
	limitRadius(radius)
	return radius, normal
}

// plane is the direction in which points spread least, and by how much a disc
// there must shrink so as not to stick out: 1 on flat ground, down to 0.6 at edges.
func plane(points []geom.Vec3, near []spatial.Neighbor) (normal geom.Vec3, flatness float64) {
	var mean geom.Vec
	for _, n := range near {
		mean = mean.Add(points[n.Index].D())
	}
	mean = mean.Scale(1 / float64(len(near)))
	var m geom.Mat3
	for _, n := range near {
		d := points[n.Index].D().Sub(mean)
		m[0] += d.X * d.X
		m[1] += d.X * d.Y
		m[2] += d.X * d.Z
		m[4] += d.Y * d.Y
		m[5] += d.Y * d.Z
		m[8] += d.Z * d.Z
	}
	vals, vecs := geom.SymEigen(m)
	if !(vals[1] > 0) { // all in one line or place: no plane
		return geom.Vec3{}, 1
	}
	return vecs.Row(0).F(), math.Max(0.6, 1-4*vals[0]/(vals[0]+vals[1]+vals[2]))
}

// limitRadius keeps stray points from becoming plates: no disc is larger than
// two and a half times the common one.
func limitRadius(radius []float32) {
	if len(radius) == 0 {
		return
	}
	sorted := append([]float32(nil), radius...)
	sort.Slice(sorted, func(a, b int) bool { return sorted[a] < sorted[b] })
	limit := 2.5 * sorted[len(sorted)/2]
	if limit == 0 {
		return
	}
	for i, r := range radius {
		radius[i] = min(r, limit)
	}
}
