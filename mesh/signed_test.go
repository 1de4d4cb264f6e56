package mesh

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

func surface(t *testing.T, m *geom.Mesh) *Surface {
	t.Helper()
	s, err := NewSurface(t.Context(), 1, m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signedAt(s *Surface, q geom.Vec) float64 { return s.Signed(q, s.Closest(q)) }

// testdata/make_signed.py wrote the file.
func TestSignedDistanceEqualsOthers(t *testing.T) {
	text, err := os.ReadFile("testdata/signed.json")
	if err != nil {
		t.Fatal(err)
	}
	var o struct {
		Vertices, Queries, Distance []float32
		Faces                       []int32
		Inside                      []bool
	}
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	m := &geom.Mesh{}
	for i := 0; i < len(o.Vertices); i += 3 {
		m.Vertices = append(m.Vertices, geom.Vec3{X: o.Vertices[i], Y: o.Vertices[i+1], Z: o.Vertices[i+2]})
	}
	for i := 0; i < len(o.Faces); i += 3 {
		m.Faces = append(m.Faces, [3]int32{o.Faces[i], o.Faces[i+1], o.Faces[i+2]})
	}
	s := surface(t, m)
	if !s.Closed() {
		t.Fatal("the mesh counts as open")
	}
	inside := 0
	for i := range o.Distance {
		q := geom.Vec3{X: o.Queries[3*i], Y: o.Queries[3*i+1], Z: o.Queries[3*i+2]}.D()
		got := signedAt(s, q)
		// Open3D computes in float32.
		if math.Abs(math.Abs(got)-float64(o.Distance[i])) > 1e-6 || (got < 0) != o.Inside[i] {
			t.Errorf("query %d: %v, Open3D has %v, inside: %v", i, got, o.Distance[i], o.Inside[i])
		}
		if got < 0 {
			inside++
		}
	}
	if inside < 50 || inside > len(o.Distance)-50 {
		t.Errorf("%d of %d queries are inside", inside, len(o.Distance))
	}
}

// spiky is a ball whose vertices were moved in and out at random: all its edges and
// vertices are sharp, some inwards.
func spiky(r *seed.Rand) *geom.Mesh {
	m := torus(1, 0.4, 12, 8)
	for i, v := range m.Vertices {
		x, y, z := r.Direction()
		m.Vertices[i] = v.D().AddScaled(0.12, geom.Vec{X: x, Y: y, Z: z}).F()
	}
	return m
}

// The side by pseudo-normals against the side by counting what a ray goes through.
func TestSideEqualsThatOfRays(t *testing.T) {
	r := seed.Stream(9, "signed")
	for trial := range 20 {
		m := spiky(r)
		s, rays := surface(t, soup(m)), spatial.NewBVH(m)
		for range 300 {
			f, bary := int32(r.Intn(len(m.Faces))), Within(r)
			switch r.Intn(3) {
			case 0:
				bary = [3]float64{1, 0, 0} // beside a vertex
			case 1:
				bary = [3]float64{0.3, 0.7, 0} // beside an edge
			}
			x, y, z := r.Direction()
			q := At(m, f, bary).AddScaled(0.05*r.Float64(), geom.Vec{X: x, Y: y, Z: z})
			d := signedAt(s, q)
			if math.Abs(d) < 1e-7 {
				continue
			}
			if inside := rays.Contains(q, false); inside != (d < 0) {
				t.Fatalf("trial %d: %v has distance %v, inside by rays: %v", trial, q, d, inside)
			}
		}
	}
}

func TestSignedDistanceOfEasySolids(t *testing.T) {
	s := surface(t, box(2, 2, 2))
	for q, want := range map[geom.Vec]float64{
		{X: 1, Y: 1, Z: 0.25}: -0.25, {X: 1, Y: 1, Z: 2.5}: 0.5, {X: -3, Y: -4, Z: 1}: 5, {X: 3, Y: 3, Z: 3}: math.Sqrt(3), {X: 1, Y: 1, Z: 1}: -1, {X: 0, Y: 1, Z: 1}: 0,
	} {
		if got := signedAt(s, q); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: %v, want %v", q, got, want)
		}
	}
	// Turned inside out it is the same solid.
	flipped := box(2, 2, 2)
	for f := range flipped.Faces {
		turn(flipped, int32(f))
	}
	if got := signedAt(surface(t, flipped), geom.Vec{X: 1, Y: 1, Z: 0.25}); got != -0.25 {
		t.Errorf("inside out: %v", got)
	}
	// A sheet has sides, though no inside.
	open := surface(t, sheet(3))
	up, down := signedAt(open, geom.Vec{X: 0.5, Y: 0.5, Z: 0.1}), signedAt(open, geom.Vec{X: 0.5, Y: 0.5, Z: -0.1})
	if open.Closed() || math.Abs(up+down) > 1e-12 || math.Abs(math.Abs(up)-0.1) > 1e-7 {
		t.Errorf("closed %v; above %v, below %v", open.Closed(), up, down)
	}
	if got := signedAt(surface(t, &geom.Mesh{}), geom.Vec{}); !math.IsNaN(got) {
		t.Errorf("of nothing: %v", got)
	}
}

func TestCheckCountsHoles(t *testing.T) {
	m := torus(1, 0.3, 20, 10)
	m.Faces = append(append([][3]int32{}, m.Faces[2:100]...), m.Faces[104:]...) // two holes
	if r := Check(m); r.Holes != 2 || r.BoundaryEdges != 4+6 {
		t.Errorf("%d holes with %d edges", r.Holes, r.BoundaryEdges)
	}
	if r := Check(box(1, 1, 1)); r.Holes != 0 {
		t.Errorf("a box has %d holes", r.Holes)
	}
}

// A solid that is inside out is turned, and what was found before still holds.
func TestSurfaceOfAnInsideOutSolid(t *testing.T) {
	right := torus(1, 0.35, 24, 12)
	wrong := right.Clone()
	for f := range wrong.Faces {
		turn(wrong, int32(f))
	}
	if Check(wrong).Volume*Check(right).Volume >= 0 {
		t.Fatal("one of both is no inside-out solid")
	}
	r := seed.Stream(9, "inside out")
	for _, m := range []*geom.Mesh{right, wrong} {
		s := surface(t, m)
		if s.Report != Check(s.Mesh) {
			t.Errorf("report %+v, want %+v", s.Report, Check(s.Mesh))
		}
		for f, face := range s.Mesh.Faces {
			for k, e := range s.edges[f] {
				sum := s.Mesh.FaceNormal(f)
				for g, other := range s.Mesh.Faces {
					for j := range other {
						if g != f && edgeKey(other[j], other[(j+1)%3]) == edgeKey(face[k], face[(k+1)%3]) {
							sum = sum.Add(s.Mesh.FaceNormal(g))
						}
					}
				}
				if s.edge[e].D().Sub(sum).Norm() > 1e-6 {
					t.Fatalf("edge %d of face %d has normal %v, want %v", k, f, s.edge[e], sum)
				}
			}
		}
		for range 300 {
			q := geom.Vec{X: r.Uniform(-1.5, 1.5), Y: r.Uniform(-1.5, 1.5), Z: r.Uniform(-0.5, 0.5)}
			if inside := s.bvh.Contains(q, true); inside != (signedAt(s, q) < 0) {
				t.Fatalf("%v has signed distance %v", q, signedAt(s, q))
			}
		}
	}
}
