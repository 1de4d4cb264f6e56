package dataset

import (
	"math"

	"blemish/geom"
)

// Blocks and pins as meshes.

// pinSides is how many sides stand for a round pin.
const pinSides = 24

// addBlock adds a box with the given half axes.
func addBlock(m *geom.Mesh, center, a, b, c geom.Vec) {
	first := int32(len(m.Vertices))
	for i := range 8 {
		p := center
		for k, axis := range [3]geom.Vec{a, b, c} {
			p = p.AddScaled(float64(2*(i>>k&1)-1), axis)
		}
		m.Vertices = append(m.Vertices, p.F())
	}
	for _, side := range [6][4]int32{{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}} {
		p, q, r, s := first+side[0], first+side[1], first+side[2], first+side[3]
		m.Faces = append(m.Faces, [3]int32{p, q, r}, [3]int32{p, r, s})
	}
}

// addPin adds a closed cylinder that stands on foot.
func addPin(m *geom.Mesh, foot, out, side, up geom.Vec, radius float64) {
	first := int32(len(m.Vertices))
	m.Vertices = append(m.Vertices, foot.F(), foot.Add(up).F())
	for k := range int32(pinSides) {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / pinSides)
		p := foot.AddScaled(radius*cos, out).AddScaled(radius*sin, side)
		m.Vertices = append(m.Vertices, p.F(), p.Add(up).F())
		low, next := first+2+2*k, first+2+2*((k+1)%pinSides)
		m.Faces = append(m.Faces, [3]int32{low, next, next + 1}, [3]int32{low, next + 1, low + 1},
			[3]int32{first, next, low}, [3]int32{first + 1, low + 1, next + 1})
	}
}

// appendMesh adds the faces of b to a.
func appendMesh(a, b *geom.Mesh) {
	first := int32(len(a.Vertices))
	a.Vertices = append(a.Vertices, b.Vertices...)
	for _, f := range b.Faces {
		a.Faces = append(a.Faces, [3]int32{first + f[0], first + f[1], first + f[2]})
	}
}
