package defect

import (
	"math"
	"sync"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// blob is an irregular star-shaped body around a point: what a hole or a break
// takes away.
type blob struct {
	center geom.Vec
	axes   [3]geom.Vec // along, across, out of the surface
	// half lengths: along, across, outwards, inwards
	half   [4]float64
	square bool // a rounded cylinder rather than round
	facet  []geom.Vec
	plane  []float64 // distance of each facet from the center, in radii
	noise  noise
	rough  float64
	fine   float64 // size of the jags, in radii
	layers int     // of ever finer jags
	size   float64 // the radius that noise and facets are measured in
}

// hull is the radius in direction d (unit length) before noise and facets: that of
// a superellipsoid of power 2 (round) or 4 (a rounded cylinder). Square roots only,
// because other roots differ between machines.
func (b *blob) hull(d geom.Vec) float64 {
	x, y, z := d.Dot(b.axes[0])/b.half[0], d.Dot(b.axes[1])/b.half[1], d.Dot(b.axes[2])
	if z > 0 {
		z /= b.half[2]
	} else {
		z /= b.half[3]
	}
	x, y, z = x*x, y*y, z*z
	if !b.square {
		return 1 / math.Sqrt(x+y+z)
	}
	return 1 / math.Sqrt(math.Sqrt(float64(x*x)+float64(y*y)+float64(z*z)))
}

// radius is how far the body reaches from its center in direction d (unit length).
func (b *blob) radius(d geom.Vec) float64 { return b.carved(d, b.hull(d)) }

// carved takes the facets and the noise to a radius of the hull.
func (b *blob) carved(d geom.Vec, r float64) float64 {
	for i, n := range b.facet {
		if c := d.Dot(n); c > 0 {
			r = min(r, b.plane[i]*b.size/c)
		}
	}
	wave := b.noise.octaves(d.Scale(1.7), 2, 0.6)
	jag := (b.noise + 31).octaves(d.Scale(r/(b.size*b.fine)), b.layers, 0.6)
	return r * min(most, max(least, 1+float64(b.rough*(float64(0.3*wave)+float64(0.17*jag)))))
}

// Bounds of the factor that noise puts on a radius.
const least, most = 0.5, 1.45

func (b *blob) value(x geom.Vec) float64 {
	d := x.Sub(b.center)
	r := d.Norm()
	if r == 0 {
		return -b.size
	}
	d = d.Scale(1 / r)
	hull := b.hull(d)
	if r > 1.5*hull { // far outside: no need to know exactly
		return r - most*hull
	}
	return r - b.carved(d, hull)
}

func (b *blob) ball() (geom.Vec, float64) {
	h := b.half
	return b.center, most * math.Sqrt(float64(h[0]*h[0])+float64(h[1]*h[1])+math.Max(float64(h[2]*h[2]), float64(h[3]*h[3])))
}

func (b *blob) skin(edge float64) *geom.Mesh {
	level := 2
	for longest := 0.3 * max(b.half[0], b.half[1]); longest > 1.5*edge && level < 5; level++ {
		longest /= 2
	}
	sphere := spheres()[level]
	m := &geom.Mesh{Vertices: make([]geom.Vec3, len(sphere.Vertices)), Faces: make([][3]int32, len(sphere.Faces))}
	for v, d := range sphere.Vertices {
		u := d.D()
		m.Vertices[v] = b.center.AddScaled(b.radius(u), u).F()
	}
	for f, t := range sphere.Faces {
		m.Faces[f] = [3]int32{t[0], t[2], t[1]} // looking inwards
	}
	return m
}

// spheres are geodesic spheres, each with four times the faces of the one before,
// 20 in the first. They are shared and must not be changed.
var spheres = sync.OnceValue(func() []*geom.Mesh {
	g := (1 + math.Sqrt(5)) / 2
	m := &geom.Mesh{Faces: [][3]int32{
		{0, 11, 5}, {0, 5, 1}, {0, 1, 7}, {0, 7, 10}, {0, 10, 11}, {1, 5, 9}, {5, 11, 4}, {11, 10, 2}, {10, 7, 6}, {7, 1, 8},
		{3, 9, 4}, {3, 4, 2}, {3, 2, 6}, {3, 6, 8}, {3, 8, 9}, {4, 9, 5}, {2, 4, 11}, {6, 2, 10}, {8, 6, 7}, {9, 8, 1},
	}}
	for _, p := range []geom.Vec{
		{X: -1, Y: g}, {X: 1, Y: g}, {X: -1, Y: -g}, {X: 1, Y: -g}, {Y: -1, Z: g}, {Y: 1, Z: g},
		{Y: -1, Z: -g}, {Y: 1, Z: -g}, {X: g, Z: -1}, {X: g, Z: 1}, {X: -g, Z: -1}, {X: -g, Z: 1},
	} {
		m.Vertices = append(m.Vertices, p.Unit().F())
	}
	all := []*geom.Mesh{m}
	for len(all) < 6 {
		// Every edge is longer than a third of the longest and is split once.
		m, _ = mesh.Subdivide(m, 0.8*m.Vertices[m.Faces[0][0]].D().Sub(m.Vertices[m.Faces[0][1]].D()).Norm(), 4*len(m.Faces))
		for v, p := range m.Vertices {
			m.Vertices[v] = p.D().Unit().F()
		}
		all = append(all, m)
	}
	return all
})

// facets gives a blob n random flat sides: a fracture in brittle material.
func (b *blob) facets(n int, near float64, r *seed.Rand) {
	for i := 0; i < n; i++ {
		x, y, z := r.Direction()
		b.facet = append(b.facet, geom.Vec{X: x, Y: y, Z: z})
		b.plane = append(b.plane, r.Uniform(near, 1))
	}
}
