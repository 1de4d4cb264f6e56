package mesh

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"blemish/geom"
	"blemish/seed"
)

func longestEdge(m *geom.Mesh) float64 {
	l := 0.0
	for _, t := range m.Faces {
		for k := range t {
			l = max(l, m.Vertices[t[k]].Dist2(m.Vertices[t[(k+1)%3]]))
		}
	}
	return math.Sqrt(l)
}

func TestSubdivideIsConforming(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dims := rapid.SliceOfN(rapid.Float32Range(0.01, 10), 3, 3).Draw(t, "dims")
		m := box(dims[0], dims[1], dims[2])
		edge := m.Box().Diagonal() * rapid.Float64Range(0.04, 0.5).Draw(t, "edge")
		limit := rapid.IntRange(12, 20000).Draw(t, "limit")
		fine, parent := Subdivide(m, edge, limit)
		if len(fine.Faces) > limit || len(parent) != len(fine.Faces) {
			t.Fatalf("%d faces, %d parents for at most %d", len(fine.Faces), len(parent), limit)
		}
		r := Check(fine)
		if !r.Watertight || !r.Oriented || r.Components != 1 || r.Degenerate > 0 || r.Duplicates > 0 {
			t.Fatalf("no longer a clean solid: %+v", r)
		}
		want := Check(m)
		if math.Abs(r.Area-want.Area) > 1e-5*want.Area || math.Abs(r.Volume-want.Volume) > 1e-5*want.Volume {
			t.Fatalf("area %g, volume %g; want %g, %g", r.Area, r.Volume, want.Area, want.Volume)
		}
		if len(fine.Faces) < limit*9/10 && longestEdge(fine) > edge*1.0001 {
			t.Fatalf("edge of %g left, %g wanted, %d of %d faces", longestEdge(fine), edge, len(fine.Faces), limit)
		}
		for f, p := range parent {
			if m.FaceNormal(int(p)).Dot(fine.FaceNormal(f)) < 0.999 {
				t.Fatalf("face %d does not look where its parent %d does", f, p)
			}
		}
	})
}

func TestSubdivideScalesWithTheMesh(t *testing.T) {
	m := torus(1, 0.25, 9, 5)
	fine, _ := Subdivide(m, 0.05, 1<<20)
	for _, s := range []float64{1e-7, 1000, 1e9} {
		big, _ := Subdivide(scaled(m, s), 0.05*s, 1<<20)
		if !reflect.DeepEqual(big.Faces, fine.Faces) {
			t.Errorf("scaled by %g: other faces", s)
		}
	}
}

func TestRefineLeavesTheRestAlone(t *testing.T) {
	m := torus(1, 0.25, 30, 12)
	near := make([]bool, len(m.Vertices))
	for v, p := range m.Vertices {
		near[v] = p.X > 0.6
	}
	r := Refine(m, 0.02, 1<<20, near)
	if rep := Check(r.Mesh); !rep.Watertight || !rep.Oriented {
		t.Fatalf("torn at the border of the region: %+v", rep)
	}
	if len(r.Ends) != len(r.Mesh.Vertices)-len(m.Vertices) {
		t.Fatalf("%d new vertices, %d known ends", len(r.Mesh.Vertices)-len(m.Vertices), len(r.Ends))
	}
	changed := 0
	for f, face := range m.Faces {
		if r.Mesh.Faces[f] != face {
			changed++
			if !near[face[0]] && !near[face[1]] && !near[face[2]] {
				t.Fatalf("face %d is far away and was split", f)
			}
		}
	}
	if changed == 0 {
		t.Fatal("nothing was split")
	}
}

func TestSampleIsUniformByArea(t *testing.T) {
	m := box(1, 2, 3)
	m.Faces = append(m.Faces, [3]int32{0, 0, 1}, [3]int32{0, 1, 1}) // no area: never drawn
	r := seed.Stream(1, "sample")
	const n = 60000
	points, faces := Sample(m, n, r)
	count := make([]float64, len(m.Faces))
	var mean geom.Vec
	for i, f := range faces {
		count[f]++
		mean = mean.Add(points[i].D())
	}
	for f := range count {
		want := n * m.FaceArea(f) / m.Area()
		if math.Abs(count[f]-want) > 5*math.Sqrt(want) {
			t.Errorf("face %d has %g points, want about %g", f, count[f], want)
		}
	}
	if mean.Scale(1.0/n).Sub(geom.Vec{X: 0.5, Y: 1, Z: 1.5}).Norm() > 0.02 {
		t.Errorf("middle of the points: %v", mean.Scale(1.0/n))
	}
	if p, _ := Sample(&geom.Mesh{}, 5, r); p != nil {
		t.Error("points on a mesh without area")
	}
}

func TestWeldAndCleanRebuildASolidFromSoup(t *testing.T) {
	m := torus(1, 0.3, 12, 8)
	want := Check(m)
	apart := soup(m)
	if r := Check(apart); r.Watertight || r.Components != len(m.Faces) {
		t.Fatalf("soup: %+v", r)
	}
	apart.Faces = append(apart.Faces, [3]int32{0, 0, 1}, [3]int32{2, 1, 0}, [3]int32{0, 1, 999999})
	apart.Faces = apart.Faces[:len(apart.Faces)-1]
	got := Check(Clean(Weld(apart, 0)))
	if got != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
	for i := range apart.Vertices {
		apart.Vertices[i].X += float32(1e-4 * math.Sin(float64(i)))
	}
	if r := Check(Clean(Weld(apart, 1e-3))); !r.Watertight || r.Vertices != want.Vertices {
		t.Fatalf("welded with tolerance: %+v", r)
	}
}

func TestCleanDropsWhatIsBroken(t *testing.T) {
	m := box(1, 1, 1)
	nan := float32(math.NaN())
	m.Vertices = append(m.Vertices, geom.Vec3{X: nan}, geom.Vec3{X: 5})
	m.Faces = append(m.Faces, [3]int32{0, 1, 8}, [3]int32{0, 1, 77}, [3]int32{-1, 0, 1}, [3]int32{3, 3, 1}, m.Faces[0])
	if r := Check(m); r.Degenerate != 4 || r.Duplicates != 1 {
		t.Fatalf("%+v", r)
	}
	if got := Check(Clean(m)); got != Check(box(1, 1, 1)) {
		t.Fatalf("cleaned: %+v", got)
	}
}

func TestOrientMendsFlippedFaces(t *testing.T) {
	for _, share := range []float64{0.3, 0.7, 1} {
		m := torus(1, 0.3, 14, 9)
		r := seed.Stream(3, "flip", fmt.Sprint(share))
		for f := range m.Faces {
			if r.Bool(share) {
				turn(m, int32(f))
			}
		}
		got, good := Orient(m)
		if rep := Check(got); !good || !rep.Oriented || rep.Volume <= 0 {
			t.Errorf("%g of the faces turned: %+v", share, rep)
		}
	}
	// A hollow solid: the inner wall looks inwards and stays so.
	hollow := box(4, 4, 4)
	for _, face := range box(1, 1, 1).Faces {
		hollow.Faces = append(hollow.Faces, [3]int32{face[0] + 8, face[2] + 8, face[1] + 8})
	}
	for _, p := range box(1, 1, 1).Vertices {
		hollow.Vertices = append(hollow.Vertices, geom.Vec3{X: p.X + 1, Y: p.Y + 1, Z: p.Z + 1})
	}
	if got, _ := Orient(hollow); math.Abs(Check(got).Volume-63) > 1e-9 {
		t.Errorf("hollow box has volume %g, want 63", Check(got).Volume)
	}
}

func TestNormalsAndNeighbors(t *testing.T) {
	m := torus(1, 0.3, 40, 30)
	normals := VertexNormals(m)
	for v, p := range m.Vertices {
		ring := geom.Vec{X: float64(p.X), Y: float64(p.Y)}.Unit()
		if want := p.D().Sub(ring).Unit(); normals[v].Dot(want) < 0.999 {
			t.Fatalf("normal %v at %v, want %v", normals[v], p, want)
		}
	}
	next, around := VertexNeighbors(m), VertexFaces(m)
	for v := range m.Vertices {
		if len(next.Of(int32(v))) != 6 || len(around.Of(int32(v))) != 6 {
			t.Fatalf("vertex %d has neighbours %v, faces %v", v, next.Of(int32(v)), around.Of(int32(v)))
		}
	}
	if c := VertexNormals(box(1, 1, 1))[7]; c.Sub(geom.Vec{X: 1, Y: 1, Z: 1}.Unit()).Norm() > 1e-12 {
		t.Errorf("corner normal %v depends on the diagonals", c)
	}
	if _, n := Components(soup(sheet(3))); n != 18 {
		t.Errorf("%d parts, want 18", n)
	}
}

func ExampleSubdivide() {
	m := &geom.Mesh{
		Vertices: []geom.Vec3{{}, {X: 1}, {Y: 1}, {Z: 1}},
		Faces:    [][3]int32{{0, 2, 1}, {0, 1, 3}, {0, 3, 2}, {1, 2, 3}},
	}
	fine, parent := Subdivide(m, 0.5, 1000)
	report := Check(fine)
	fmt.Println(len(fine.Faces), parent[4], report.Watertight, report.Oriented)
	// Output: 40 0 true true
}
