package defect

import (
	"context"
	"math"
	"testing"

	"blemish/geom"
)

// lathe turns a closed profile (radius, height), given from the lower pole along
// the outside to the upper pole, around z.
func lathe(profile [][2]float64, around int) *geom.Mesh {
	m := &geom.Mesh{}
	last := len(profile) - 1
	m.Vertices = append(m.Vertices, geom.Vec{Z: profile[0][1]}.F(), geom.Vec{Z: profile[last][1]}.F())
	at := func(ring, i int) int32 { return int32(2 + (ring-1)*around + i%around) }
	for ring := 1; ring < last; ring++ {
		for i := 0; i < around; i++ {
			s, c := math.Sincos(2 * math.Pi * float64(i) / float64(around))
			m.Vertices = append(m.Vertices, geom.Vec{X: profile[ring][0] * c, Y: profile[ring][0] * s, Z: profile[ring][1]}.F())
		}
	}
	for i := 0; i < around; i++ {
		m.Faces = append(m.Faces, [3]int32{0, at(1, i+1), at(1, i)}, [3]int32{1, at(last-1, i), at(last-1, i+1)})
		for ring := 1; ring < last-1; ring++ {
			a, b, c, d := at(ring, i), at(ring, i+1), at(ring+1, i+1), at(ring+1, i)
			m.Faces = append(m.Faces, [3]int32{a, b, c}, [3]int32{a, c, d})
		}
	}
	return m
}

// pot is an open-topped vessel with walls of the given thickness.
func pot(wall float64) *geom.Mesh {
	var p [][2]float64
	outer := [][2]float64{{0.5, 0}, {0.72, 0.3}, {0.8, 0.7}, {0.7, 1.1}, {0.62, 1.4}}
	p = append(p, [2]float64{0, 0})
	p = append(p, outer...)
	for i := len(outer) - 1; i >= 0; i-- {
		p = append(p, [2]float64{outer[i][0] - wall, max(outer[i][1], wall)})
	}
	return lathe(append(p, [2]float64{0, wall}), 24)
}

// ball is a solid sphere.
func ball(rings int) *geom.Mesh {
	var p [][2]float64
	for i := 0; i <= rings; i++ {
		s, c := math.Sincos(math.Pi * float64(i) / float64(rings))
		p = append(p, [2]float64{s, -c})
	}
	return lathe(p, 2*rings)
}

// block is a solid box.
func block(x, y, z float32) *geom.Mesh {
	m := &geom.Mesh{}
	for i := 0; i < 8; i++ {
		m.Vertices = append(m.Vertices, geom.Vec3{X: x * float32(i&1), Y: y * float32(i>>1&1), Z: z * float32(i>>2&1)})
	}
	for _, q := range [][4]int32{{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}} {
		m.Faces = append(m.Faces, [3]int32{q[0], q[1], q[2]}, [3]int32{q[0], q[2], q[3]})
	}
	return m
}

// rim is an open wavy sheet: no inside.
func rim(n int) *geom.Mesh {
	m := &geom.Mesh{}
	for i := 0; i <= n; i++ {
		for j := 0; j <= n; j++ {
			x, y := float64(i)/float64(n), float64(j)/float64(n)
			m.Vertices = append(m.Vertices, geom.Vec{X: x, Y: y, Z: 0.1 * math.Sin(3*x)}.F())
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

func scaled(m *geom.Mesh, s float64) *geom.Mesh {
	out := m.Clone()
	for i, p := range out.Vertices {
		out.Vertices[i] = p.D().Scale(s).F()
	}
	return out
}

var objects = map[string]*geom.Mesh{
	"pot": pot(0.06), "thin pot": pot(0.015), "ball": ball(16), "block": block(1, 2, 0.4), "sheet": rim(6),
}

var objectNames = []string{"pot", "thin pot", "ball", "block", "sheet"}

// made holds a target for each of the objects, which nothing changes.
var made = map[*geom.Mesh]*Target{}

func target(t testing.TB, m *geom.Mesh) *Target {
	t.Helper()
	if out := made[m]; out != nil {
		return out
	}
	out, err := NewTarget(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects {
		if m == object {
			made[m] = out
		}
	}
	return out
}
