package inspection_test

import (
	"context"
	"math"
	"testing"

	"blemish/detect"
	"blemish/detect/deviation"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// wedge is a closed mesh without symmetry, 40 × 30 with a top that slopes from 10 to 20.
func wedge() *geom.Mesh {
	return &geom.Mesh{
		Vertices: []geom.Vec3{{}, {X: 40}, {X: 40, Y: 30}, {Y: 30}, {Z: 10}, {X: 40, Z: 20}, {X: 40, Y: 30, Z: 20}, {Y: 30, Z: 10}},
		Faces:    [][3]int32{{0, 2, 1}, {0, 3, 2}, {4, 5, 6}, {4, 6, 7}, {0, 1, 5}, {0, 5, 4}, {1, 2, 6}, {1, 6, 5}, {2, 3, 7}, {2, 7, 6}, {3, 0, 4}, {3, 4, 7}},
	}
}

// tube is a closed tube around z that gets thinner upwards, with a key on its outside: it has
// one pose.
func tube() *geom.Mesh {
	const n = 96
	m := &geom.Mesh{}
	add := func(r, angle, z float64) {
		m.Vertices = append(m.Vertices, geom.Vec{X: r * math.Cos(angle), Y: r * math.Sin(angle), Z: z}.F())
	}
	for i := range n {
		a := 2 * math.Pi * float64(i) / n
		outer := 14.0
		if i < 8 {
			outer = 19
		}
		add(8, a, 0)
		add(outer, a, 0)
		add(outer-2, a, 25)
		add(8, a, 25)
	}
	for i := range int32(n) {
		j := (i + 1) % n
		for k := range int32(4) {
			l := (k + 1) % 4
			a, b, c, d := 4*i+k, 4*j+k, 4*j+l, 4*i+l
			m.Faces = append(m.Faces, [3]int32{a, b, c}, [3]int32{a, c, d})
		}
	}
	return m
}

// scanOf draws a scan in a pose that it returns, with noise along the normals; move shifts
// its points along them.
func scanOf(m *geom.Mesh, n int, r *seed.Rand, move func(p, n geom.Vec) float64) (*geom.Cloud, geom.Pose) {
	points, faces := mesh.Sample(m, n, r)
	pose := geom.Pose{R: geom.RotationQuat(r.Norm(), r.Norm(), r.Norm(), r.Norm()), T: geom.Vec{X: r.Uniform(-90, 90), Y: 20, Z: -7}}
	c := &geom.Cloud{}
	for i, p := range points {
		normal := m.FaceNormal(int(faces[i]))
		by := 0.01 * r.Norm()
		if move != nil {
			by += move(p.D(), normal)
		}
		c.Points = append(c.Points, pose.ApplyVec(p.D().AddScaled(by, normal)).F())
	}
	return c, pose
}

// learnt is the model of a mesh with a tolerance; pose says how scans find their place.
func learnt(t *testing.T, m *geom.Mesh, tolerance float64, pose string) detect.Adjustable {
	t.Helper()
	cfg := deviation.DefaultConfig()
	cfg.Pose = pose
	cfg.ReferencePoints, cfg.Sites, cfg.ToleranceOver, cfg.ToleranceUnder = 5000, 3000, tolerance, tolerance
	model, err := deviation.New(cfg).Fit(context.Background(), nil, detect.FitOptions{Class: "part", Seed: 1, CAD: m, CADFile: detect.SourceFile{Name: "part.stl"}})
	if err != nil {
		t.Fatal(err)
	}
	return model.(detect.Adjustable)
}

// fromScans is a model of sound scans.
func fromScans(t *testing.T, sound []*geom.Cloud) detect.Adjustable {
	t.Helper()
	cfg := deviation.DefaultConfig()
	cfg.ReferencePoints, cfg.Sites = 5000, 3000
	model, err := deviation.New(cfg).Fit(context.Background(), sound, detect.FitOptions{Class: "part", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return model.(detect.Adjustable)
}
