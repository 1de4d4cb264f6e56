package spatial

import (
	"math"
	"math/rand/v2"
	"testing"

	"blemish/geom"
)

// ring is a torus about the z axis: radius 1, tube 0.3.
func ring(around, across int) *geom.Mesh {
	m := &geom.Mesh{}
	for i := range around {
		for j := range across {
			a, b := 2*math.Pi*float64(i)/float64(around), 2*math.Pi*float64(j)/float64(across)
			r := 1 + 0.3*math.Cos(b)
			m.Vertices = append(m.Vertices, geom.Vec{X: r * math.Cos(a), Y: r * math.Sin(a), Z: 0.3 * math.Sin(b)}.F())
			at := func(i, j int) int32 { return int32(i%around*across + j%across) }
			m.Faces = append(m.Faces, [3]int32{at(i, j), at(i+1, j), at(i+1, j+1)}, [3]int32{at(i, j), at(i+1, j+1), at(i, j+1)})
		}
	}
	return m
}

func TestRaysAgreeWithEveryFace(t *testing.T) {
	m := ring(24, 13)
	bvh := NewBVH(m)
	r := rand.New(rand.NewPCG(5, 1))
	at := func() geom.Vec {
		return geom.Vec{X: 4*r.Float64() - 2, Y: 4*r.Float64() - 2, Z: 2*r.Float64() - 1}
	}
	for trial := range 500 {
		p := at()
		dir := at().Sub(p)
		if trial%5 == 0 {
			dir.X = 0 // a ray in the plane of a box's side
		}
		first, found := bvh.First(p, dir, 0, math.Inf(1))
		if bvh.Blocked(p, dir, 0, math.Inf(1)) != found {
			t.Fatalf("ray %v %v: blocked is not %v", p, dir, found)
		}
		best, count := math.Inf(1), 0
		for _, f := range m.Faces {
			if s, out, ok := meetTriangle(m.Vertices[f[0]].D(), m.Vertices[f[1]].D(), m.Vertices[f[2]].D(), p, dir); ok && s > 0 {
				best = min(best, s)
				if count++; !out {
					count -= 2
				}
			}
		}
		if found != !math.IsInf(best, 1) || found && first.At != best {
			t.Fatalf("first hit at %v (%v), want %v", first.At, found, best)
		}
		if got := bvh.Winding(p, dir); got != count {
			t.Fatalf("winding %d, want %d", got, count)
		}
		tube := math.Hypot(geom.Vec{X: p.X, Y: p.Y}.Norm()-1, p.Z)
		if math.Abs(tube-0.3) < 0.02 {
			continue // between the faces and the true torus
		}
		if got := bvh.Contains(p, trial%2 == 0); got != (tube < 0.3) {
			t.Fatalf("%v counts as inside %v", p, got)
		}
	}
	empty := NewBVH(&geom.Mesh{})
	if _, ok := empty.First(geom.Vec{}, geom.Vec{X: 1}, 0, 1); ok {
		t.Error("a hit on nothing")
	}
	if c := empty.Closest(geom.Vec{}); c.Face != -1 {
		t.Error("a nearest face of nothing")
	}
}
