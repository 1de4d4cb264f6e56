package register

import (
	"context"
	"errors"
	"math"
	"testing"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// wedge is a solid of few faces, large and small, without symmetry: a right-angled
// tetrahedron with legs of 4, 2 and 1.
func wedge() *geom.Mesh {
	return &geom.Mesh{
		Vertices: []geom.Vec3{{}, {X: 4}, {Y: 2}, {Z: 1}},
		Faces:    [][3]int32{{0, 2, 1}, {0, 1, 3}, {0, 3, 2}, {1, 2, 3}},
	}
}

func mustMeshReference(t testing.TB, m *geom.Mesh) *Reference {
	t.Helper()
	ref, err := NewMeshReference(context.Background(), m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestAlignOntoAMeshIsExact(t *testing.T) {
	ref := mustMeshReference(t, wedge())
	for trial := 0; trial < 3; trial++ {
		r := seed.Stream(1, "trial", trial)
		scan, _ := mesh.Sample(wedge(), 5000, r)
		truth := anyPose(r)
		res := mustAlign(t, ref, truth.Inverse().ApplyAll(scan), Options{})
		if e := off(truth.Inverse().ApplyAll(scan), res.TargetFromSource, truth); e > 1e-5 {
			t.Errorf("%d: off by %g", trial, e)
		}
		if res.Residual > 1e-5 || res.Overlap < 1 || res.Covered < 0.98 || res.Ambiguous {
			t.Errorf("%d: %+v", trial, res)
		}
	}
}

// With noise the pose is as good as the number of points makes it, not their spacing.
func TestAlignOntoAMeshAveragesNoise(t *testing.T) {
	ref := mustMeshReference(t, wedge())
	r := seed.Stream(2)
	scan, _ := mesh.Sample(wedge(), 12000, r)
	const noise = 0.003
	for i, p := range scan {
		scan[i] = p.D().Add(geom.Vec{X: noise * r.Norm(), Y: noise * r.Norm(), Z: noise * r.Norm()}).F()
	}
	res := mustAlign(t, ref, scan, Options{})
	if e := off(scan, res.TargetFromSource, geom.IdentityPose()); e > 0.1*noise {
		t.Errorf("off by %g with noise of %g", e, noise)
	}
}

func TestMeshReferenceTakesAnyFaces(t *testing.T) {
	plain := wedge()
	fine, _ := mesh.Subdivide(plain, 0.1, 100_000)
	// A mesh as files hold it: unused and broken corners, faces without area, one face
	// twice, one not finite, corners not joined.
	nan := float32(math.NaN())
	ragged := &geom.Mesh{Vertices: []geom.Vec3{{X: nan}, {X: 1e9}, {X: 1, Y: 1, Z: 1}}}
	for _, f := range append(plain.Faces, plain.Faces[0]) {
		at := int32(len(ragged.Vertices))
		for _, v := range f {
			ragged.Vertices = append(ragged.Vertices, plain.Vertices[v])
		}
		ragged.Faces = append(ragged.Faces, [3]int32{at, at + 1, at + 2})
	}
	ragged.Faces = append(ragged.Faces, [3]int32{0, 3, 4}, [3]int32{3, 3, 4})
	for name, m := range map[string]*geom.Mesh{"fine": fine, "ragged": ragged} {
		r := seed.Stream(3)
		scan, _ := mesh.Sample(plain, 4000, r)
		truth := anyPose(r)
		res := mustAlign(t, mustMeshReference(t, m), truth.Inverse().ApplyAll(scan), Options{})
		if e := off(truth.Inverse().ApplyAll(scan), res.TargetFromSource, truth); e > 1e-4 || res.Overlap < 1 {
			t.Errorf("%s: off by %g, %+v", name, e, res)
		}
	}
	for name, m := range map[string]*geom.Mesh{"no faces": {Vertices: plain.Vertices}, "no area": {Vertices: plain.Vertices, Faces: [][3]int32{{1, 1, 2}}}} {
		if _, err := NewMeshReference(context.Background(), m, Options{}); !errors.Is(err, ErrDegenerate) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
