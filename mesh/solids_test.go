package mesh

import (
	"math"

	"blemish/geom"
)

// box is a closed box with the given edge lengths and 12 faces.
func box(x, y, z float32) *geom.Mesh {
	m := &geom.Mesh{}
	for i := 0; i < 8; i++ {
		m.Vertices = append(m.Vertices, geom.Vec3{X: x * float32(i&1), Y: y * float32(i>>1&1), Z: z * float32(i>>2&1)})
	}
	for _, q := range [][4]int32{{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}} {
		m.Faces = append(m.Faces, [3]int32{q[0], q[1], q[2]}, [3]int32{q[0], q[2], q[3]})
	}
	return m
}

// torus is a closed torus around z with the two radii.
func torus(big, small float64, around, across int) *geom.Mesh {
	m := &geom.Mesh{}
	for i := 0; i < around; i++ {
		su, cu := math.Sincos(2 * math.Pi * float64(i) / float64(around))
		for j := 0; j < across; j++ {
			sv, cv := math.Sincos(2 * math.Pi * float64(j) / float64(across))
			r := big + small*cv
			m.Vertices = append(m.Vertices, geom.Vec{X: r * cu, Y: r * su, Z: small * sv}.F())
			at := func(i, j int) int32 { return int32(i%around*across + j%across) }
			a, b, c, d := at(i, j), at(i+1, j), at(i+1, j+1), at(i, j+1)
			m.Faces = append(m.Faces, [3]int32{a, b, c}, [3]int32{a, c, d})
		}
	}
	return m
}

// sheet is an open square of n × n cells.
func sheet(n int) *geom.Mesh {
	m := &geom.Mesh{}
	for i := 0; i <= n; i++ {
		for j := 0; j <= n; j++ {
			m.Vertices = append(m.Vertices, geom.Vec3{X: float32(i) / float32(n), Y: float32(j) / float32(n)})
		}
	}
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			a := int32(i*(n+1) + j)
			b, c, d := a+int32(n)+1, a+int32(n)+2, a+1
			m.Faces = append(m.Faces, [3]int32{a, b, c}, [3]int32{a, c, d})
		}
	}
	return m
}

// soup gives every face its own three vertices.
func soup(m *geom.Mesh) *geom.Mesh {
	out := &geom.Mesh{}
	for _, t := range m.Faces {
		n := int32(len(out.Vertices))
		out.Vertices = append(out.Vertices, m.Vertices[t[0]], m.Vertices[t[1]], m.Vertices[t[2]])
		out.Faces = append(out.Faces, [3]int32{n, n + 1, n + 2})
	}
	return out
}

func scaled(m *geom.Mesh, s float64) *geom.Mesh {
	out := m.Clone()
	for i, p := range out.Vertices {
		out.Vertices[i] = p.D().Scale(s).F()
	}
	return out
}
