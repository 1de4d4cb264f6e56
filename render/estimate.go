package render

import (
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
)

const (
	normalNeighbors = 12 // points that a normal is fitted to, the point itself included
	voters          = 7  // of these, the nearest that have a vote on one another's normal
	radiusNeighbor  = 6  // the neighbour that a disc reaches to: leaves a gap of a quarter per cent in a random cloud
)

// estimate returns for every point the radius of its disc and, where normals is
// nil, the normal of the surface there (either sign).
func (c *canvas) estimate(points []geom.Vec3, normals []geom.Vec3) (radius []float32, normal []geom.Vec3) {
	radius, normal = make([]float32, len(points)), make([]geom.Vec3, len(points))
	tree := spatial.NewTree(points)
	k := radiusNeighbor + 1
	if len(normals) != len(points) {
		k = normalNeighbors
	}
	index, dist2, err := tree.KNNSelf(c.ctx, c.workers, k)
	if err != nil {
		c.err = err
		return radius, normal
	}
	width := min(k, len(points))
	for i := range radius {
		radius[i] = float32(math.Sqrt(float64(dist2[i*width+min(radiusNeighbor, width-1)])))
	}
	if len(normals) == len(points) {
		normal = normals
	} else {
		normal = c.fitNormals(points, radius, index, width)
	}
	limitRadius(radius)
	return radius, normal
}

// fitNormals fits a plane to the neighbours of every point, then lets the
// neighbours vote, the flattest loudest: so the few planes that lie across a thin
// wall or an edge are outvoted. Discs where the surface is not flat shrink.
func (c *canvas) fitNormals(points []geom.Vec3, radius []float32, index []int32, width int) []geom.Vec3 {
	planes, trust := make([]geom.Vec3, len(points)), make([]float64, len(points))
	c.each(len(points), 1024, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			planes[i], trust[i] = plane(points, index[i*width:(i+1)*width])
		}
	})
	normal := make([]geom.Vec3, len(points))
	c.each(len(points), 1024, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			var m geom.Mat3
			for _, j := range index[i*width : i*width+min(voters, width)] {
				accumulate(&m, planes[j].D(), trust[j]*trust[j])
			}
			_, vecs := geom.SymEigen(m)
			normal[i] = vecs.Row(2).F()
			radius[i] *= float32(max(0.55, trust[i]))
		}
	})
	return normal
}

// accumulate adds the upper half of w·v·vᵀ.
func accumulate(m *geom.Mat3, v geom.Vec, w float64) {
	m[0] += w * v.X * v.X
	m[1] += w * v.X * v.Y
	m[2] += w * v.X * v.Z
	m[4] += w * v.Y * v.Y
	m[5] += w * v.Y * v.Z
	m[8] += w * v.Z * v.Z
}

// plane is the direction in which points spread least, and how far they can be
// trusted to lie in a plane: 1 on flat ground, down to a tenth.
func plane(points []geom.Vec3, near []int32) (normal geom.Vec3, trust float64) {
	var mean geom.Vec
	for _, n := range near {
		mean = mean.Add(points[n].D())
	}
	mean = mean.Scale(1 / float64(len(near)))
	var m geom.Mat3
	for _, n := range near {
		accumulate(&m, points[n].D().Sub(mean), 1)
	}
	vals, vecs := geom.SymEigen(m)
	if !(vals[1] > 0) { // all in one line or place: no plane
		return geom.Vec3{}, 0
	}
	return vecs.Row(0).F(), math.Max(0.1, 1-5*vals[0]/(vals[0]+vals[1]+vals[2]))
}

// limitRadius keeps stray points from becoming plates: no disc is larger than
// two and a half times the common one.
func limitRadius(radius []float32) {
	if len(radius) == 0 {
		return
	}
	limit := 2.5 * stat.Median(slices.Clone(radius))
	if limit == 0 {
		return
	}
	for i, r := range radius {
		radius[i] = min(r, limit)
	}
}
