package spatial

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"blemish/geom"
)

// onFace is closestOnTriangle by projection, and by trying the three edges.
func onFace(p, a, b, c geom.Vec) float64 {
	best := math.Inf(1)
	n := b.Sub(a).Cross(c.Sub(a)).Unit()
	if n != (geom.Vec{}) {
		q := p.AddScaled(-p.Sub(a).Dot(n), n)
		if b.Sub(a).Cross(q.Sub(a)).Dot(n) >= 0 && c.Sub(b).Cross(q.Sub(b)).Dot(n) >= 0 && a.Sub(c).Cross(q.Sub(c)).Dot(n) >= 0 {
			best = q.Sub(p).Norm2()
		}
	}
	for _, e := range [3][2]geom.Vec{{a, b}, {b, c}, {c, a}} {
		d := e[1].Sub(e[0])
		s := 0.0
		if l := d.Norm2(); l > 0 {
			s = max(0, min(1, d.Dot(p.Sub(e[0]))/l))
		}
		best = min(best, e[0].AddScaled(s, d).Sub(p).Norm2())
	}
	return best
}

func TestClosestPointEqualsAnExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &geom.Mesh{Vertices: drawFinite(t, rapid.IntRange(1, 60).Draw(t, "vertices"))}
		faces := rapid.IntRange(0, 80).Draw(t, "faces")
		corner := rapid.Int32Range(0, int32(len(m.Vertices)-1))
		for range faces {
			m.Faces = append(m.Faces, [3]int32{corner.Draw(t, "a"), corner.Draw(t, "b"), corner.Draw(t, "c")})
		}
		bvh := NewBVH(m)
		for _, q := range drawFinite(t, 8) {
			point, face, d := bvh.Closest(q)
			want := math.Inf(1)
			for _, f := range m.Faces {
				want = min(want, onFace(q.D(), m.Vertices[f[0]].D(), m.Vertices[f[1]].D(), m.Vertices[f[2]].D()))
			}
			if faces == 0 {
				if face != -1 || !math.IsInf(d, 1) {
					t.Fatalf("a mesh without faces has point %v, face %d, %v", point, face, d)
				}
				continue
			}
			if math.Abs(d-want) > 1e-9*(1+want) {
				t.Fatalf("from %v the surface is %v away, want %v", q, d, want)
			}
			f := m.Faces[face]
			if off := onFace(point.D(), m.Vertices[f[0]].D(), m.Vertices[f[1]].D(), m.Vertices[f[2]].D()); off > 1e-9 {
				t.Fatalf("%v does not lie on face %d: off by %v", point, face, off)
			}
		}
	})
}

// drawFinite draws points from a coarse grid, which makes triangles without area
// and ties, or freely.
func drawFinite(t *rapid.T, n int) []geom.Vec3 {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	grid := rapid.Bool().Draw(t, "grid")
	points := make([]geom.Vec3, n)
	for i := range points {
		points[i] = geom.Vec3{X: r.Float32() * 3, Y: r.Float32() * 3, Z: r.Float32() * 3}
		if grid {
			points[i] = geom.Vec3{X: float32(r.IntN(4)), Y: float32(r.IntN(3)), Z: float32(r.IntN(2))}
		}
	}
	return points
}
