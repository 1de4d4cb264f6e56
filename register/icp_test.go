package register

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

func TestRefineIsOpen3DsPointToPlaneICP(t *testing.T) {
	data, err := os.ReadFile("testdata/icp.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Target, Normals, Source [][3]float32
		Reach                   float64
		Poses                   map[string][16]float64
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	points := func(rows [][3]float32) []geom.Vec3 {
		out := make([]geom.Vec3, len(rows))
		for i, r := range rows {
			out[i] = geom.Vec3{X: r[0], Y: r[1], Z: r[2]}
		}
		return out
	}
	made := func(p, n []geom.Vec3) *surface {
		return &surface{points: p, normals: n, tree: spatial.NewTree(p), cells: newCells(p, 0.05)}
	}
	target := made(points(want.Target), points(want.Normals))
	source := made(points(want.Source), nil)
	for _, c := range []struct {
		from, to  string
		steps     int
		tolerance float64
	}{
		{"5", "6", 1, 1e-6},
		{"5", "60", 55, 1e-9},
		// Open3D takes the turn as three angles about the axes, we as a rotation vector: a
		// long first step differs by a product of angles, and may then end in another of
		// the places, close by one another, where the matches no longer change.
		{"0", "1", 1, 0.015},
		{"0", "60", 60, 0.001},
	} {
		got, err := refine(context.Background(), 2, source, target, geom.PoseFromMatrix(want.Poses[c.from]), plan{
			source: all(len(source.points)), steps: c.steps, reach: want.Reach,
		})
		if err != nil {
			t.Fatal(err)
		}
		if e := off(source.points, got, geom.PoseFromMatrix(want.Poses[c.to])); e > c.tolerance {
			t.Errorf("from step %s: off by %g from Open3D's pose after %s", c.from, e, c.to)
		}
	}
}

func TestSystemSolvesSmallMotions(t *testing.T) {
	r := seed.Stream(1, "solve")
	for trial := 0; trial < 50; trial++ {
		x, y, z := r.Direction()
		want := geom.Pose{R: geom.RotationAxis(geom.Vec{X: x, Y: y, Z: z}, 1e-4*r.Float64()), T: geom.Vec{X: 1e-4 * r.Norm(), Y: 1e-4 * r.Norm(), Z: 1e-4 * r.Norm()}}
		var planes, points system
		for i := 0; i < 40; i++ {
			q := geom.Vec{X: r.Norm(), Y: r.Norm(), Z: r.Norm()}
			nx, ny, nz := r.Direction()
			planes.plane(q, want.ApplyVec(q), geom.Vec{X: nx, Y: ny, Z: nz}, r.Float64())
			points.point(q, want.ApplyVec(q), r.Float64())
		}
		for _, s := range []*system{&planes, &points} {
			got, ok := s.solve(0)
			if !ok {
				t.Fatal("not solved")
			}
			for i, v := range got.Matrix() {
				if math.Abs(v-want.Matrix()[i]) > 1e-7 {
					t.Fatalf("trial %d: %v, want %v", trial, got, want)
				}
			}
		}
	}
	if _, ok := new(system).solve(0); ok {
		t.Error("solved from nothing")
	}
}

func TestPoseBetweenFrames(t *testing.T) {
	r := seed.Stream(2, "frames")
	source := frame{center: geom.Vec{X: 100, Y: -30, Z: 5}, size: 7}
	target := frame{center: geom.Vec{X: -4, Y: 8, Z: 15}, size: 7}
	pose := anyPose(r)
	p := geom.Vec{X: 101, Y: -29, Z: 3}
	work := workingPose(source, target, pose)
	inner := p.Sub(source.center).Scale(1 / source.size)
	if d := work.ApplyVec(inner).Scale(target.size).Add(target.center).Sub(pose.ApplyVec(p)).Norm(); d > 1e-12 {
		t.Errorf("the working pose is off by %g", d)
	}
	if d := outward(source, target, work).ApplyVec(p).Sub(pose.ApplyVec(p)).Norm(); d > 1e-12 {
		t.Errorf("there and back is off by %g", d)
	}
}
