package dataset

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"blemish/defect"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
)

// TestPartialScansShowWhatIsInSight holds partial scans against a test of every
// point with every face, and against the angle of sight.
func TestPartialScansShowWhatIsInSight(t *testing.T) {
	src := builtinSources(3)[17] // cup0: a bowl with a handle hides much of itself
	ready, err := src.prepare(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	target := ready.target
	for count := 1; count <= 2; count++ {
		opt := Options{Views: count, MinPoints: 150, MaxPoints: 150, Seed: 9}.Defaults()
		m := &maker{opt: opt, class: src.class, target: target, job: job{part: "test", index: count}}
		sample := &Sample{}
		cloud, err := m.scan(sample, target)
		if err != nil {
			t.Fatal(err)
		}
		if cloud.Len() != 150 || len(sample.Views) != count {
			t.Fatalf("%d points, %d views", cloud.Len(), len(sample.Views))
		}
		surface := target.Mesh()
		hidden := 0
		for i, p := range cloud.Points {
			seen := false
			for _, e := range sample.Views {
				seen = seen || clear(surface, p.D(), geom.Vec{X: e[0], Y: e[1], Z: e[2]}, target.Diagonal())
			}
			if !seen {
				hidden++
				t.Logf("point %d at %v", i, p)
			}
		}
		if hidden > 0 {
			t.Errorf("%d views: %d of 150 points are hidden", count, hidden)
		}
	}
}

// clear tries every face of a mesh: whether the way from p to eye is free, and not
// too flat on the face that p lies on.
func clear(m *geom.Mesh, p, eye geom.Vec, diagonal float64) bool {
	way := eye.Sub(p)
	nearest, normal := math.Inf(1), geom.Vec{}
	for f := range m.Faces {
		a, b, c := corners(m, f)
		n := b.Sub(a).Cross(c.Sub(a)).Unit()
		off := p.Sub(a).Dot(n)
		at := -off / way.Dot(n)
		q := p.AddScaled(at, way)
		inside := true
		for _, e := range [3][2]geom.Vec{{a, b}, {b, c}, {c, a}} {
			inside = inside && e[1].Sub(e[0]).Cross(q.Sub(e[0])).Dot(n) >= 0
		}
		if inside && at*way.Norm() > 1e-4*diagonal && at < 1 {
			return false
		}
		foot := p.AddScaled(-off, n)
		on := true
		for _, e := range [3][2]geom.Vec{{a, b}, {b, c}, {c, a}} {
			on = on && e[1].Sub(e[0]).Cross(foot.Sub(e[0])).Dot(n) >= -1e-7*diagonal*diagonal
		}
		if on && math.Abs(off) < nearest {
			nearest, normal = math.Abs(off), n
		}
	}
	return nearest < 1e-6*diagonal && math.Abs(way.Unit().Dot(normal)) > lostCos-1e-3
}

func corners(m *geom.Mesh, f int) (a, b, c geom.Vec) {
	t := m.Faces[f]
	return m.Vertices[t[0]].D(), m.Vertices[t[1]].D(), m.Vertices[t[2]].D()
}

// TestAPartialScanOfASphereIsACap: from one side a scan of a convex body ends where
// the sight becomes too flat, and is densest below the scanner.
func TestAPartialScanOfASphereIsACap(t *testing.T) {
	target, err := sphere()
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{Views: 1, MinPoints: 6000, MaxPoints: 6000}.Defaults()
	m := &maker{opt: opt, class: "ball", target: target, job: job{part: "test"}}
	sample := &Sample{}
	cloud, err := m.scan(sample, target)
	if err != nil {
		t.Fatal(err)
	}
	eye := geom.Vec{X: sample.Views[0][0], Y: sample.Views[0][1], Z: sample.Views[0][2]}
	steep, flat := 0, 0
	for _, p := range cloud.Points {
		n := p.D().Unit()
		cos := eye.Sub(p.D()).Unit().Dot(n)
		if cos < lostCos-0.03 { // facets of the ball turn by up to two degrees
			t.Fatalf("point %v is seen at cosine %g", p, cos)
		}
		switch {
		case cos > 0.9:
			steep++
		case cos < 0.5:
			flat++
		}
	}
	// By area alone, the rim below cosine 0.5 would hold three times as many points as the middle.
	if steep < flat || flat == 0 {
		t.Errorf("%d points in the middle, %d at the rim", steep, flat)
	}
}

// ball is a sphere of radius 1 in rings.
func ball(rings int) *geom.Mesh {
	m := &geom.Mesh{Vertices: []geom.Vec3{{Z: 1}, {Z: -1}}}
	sides := 2 * rings
	at := func(ring, side int) int32 {
		switch ring {
		case 0:
			return 0
		case rings:
			return 1
		}
		return int32(2 + (ring-1)*sides + side%sides)
	}
	for ring := 1; ring < rings; ring++ {
		for side := range sides {
			s, c := math.Sincos(math.Pi * float64(ring) / float64(rings))
			ws, wc := math.Sincos(2 * math.Pi * float64(side) / float64(sides))
			m.Vertices = append(m.Vertices, geom.Vec{X: s * wc, Y: s * ws, Z: c}.F())
		}
	}
	for ring := range rings {
		for side := range sides {
			a, b, c, d := at(ring, side), at(ring+1, side), at(ring+1, side+1), at(ring, side+1)
			if a != d {
				m.Faces = append(m.Faces, [3]int32{a, b, d})
			}
			if b != c {
				m.Faces = append(m.Faces, [3]int32{b, c, d})
			}
		}
	}
	return m
}

func TestDensityVariesAsAsked(t *testing.T) {
	r := seed.Stream(1, "density")
	least, most := 1.0, 0.0
	d := newDensity(0.8, 2, r)
	for range 4000 {
		at := d.at(geom.Vec{X: r.Uniform(-1, 1), Y: r.Uniform(-1, 1), Z: r.Uniform(-1, 1)})
		least, most = min(least, at), max(most, at)
	}
	if least < 0.2-1e-9 || least > 0.5 || most < 0.85 || most > 1 {
		t.Errorf("density from %g to %g", least, most)
	}
}

// TestScansAreDisturbedAsAsked compares a disturbed cloud with the same one in peace.
func TestScansAreDisturbedAsAsked(t *testing.T) {
	src := builtinSources(3)[5]
	ready, err := src.prepare(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	target := ready.target
	read := func(change func(*Options)) *geom.Cloud {
		opt := Options{MinPoints: 4000, MaxPoints: 4000, Pose: FixedPose}
		change(&opt)
		dir := t.TempDir()
		j := job{part: "test", file: "c/test/x.pcd"}
		if _, err := buildSample(context.Background(), dir, opt.Defaults(), src, target, j, nil); err != nil {
			t.Fatal(err)
		}
		cloud, _, err := format.ReadCloud(filepath.Join(dir, "x.pcd"))
		if err != nil {
			t.Fatal(err)
		}
		return cloud
	}
	calm := read(func(*Options) {})
	noisy := read(func(o *Options) { o.Noise = 0.002 })
	sum := 0.0
	for i, p := range calm.Points {
		sum += noisy.Points[i].D().Sub(p.D()).Norm2()
	}
	sigma := math.Sqrt(sum/float64(3*calm.Len())) / target.Diagonal()
	if math.Abs(sigma-0.002) > 0.0001 {
		t.Errorf("noise %g, want 0.002", sigma)
	}
	strays := read(func(o *Options) { o.Outliers = 0.05 })
	moved := 0
	for i, p := range calm.Points {
		if strays.Points[i] != p {
			moved++
		}
	}
	if moved < 140 || moved > 260 {
		t.Errorf("%d strays of 4000, want about 200", moved)
	}
	step := 0.01 * target.Diagonal()
	coarse := read(func(o *Options) { o.Quantize = 0.01 })
	for i, p := range coarse.Points {
		for _, x := range [3]float32{p.X, p.Y, p.Z} {
			if off := float64(x)/step - math.Round(float64(x)/step); math.Abs(off) > 1e-4 {
				t.Fatalf("point %d is off the grid by %g steps", i, off)
			}
		}
		if d := p.D().Sub(calm.Points[i].D()).Norm(); d > step {
			t.Fatalf("point %d has moved by %g, more than a step of %g", i, d, step)
		}
	}
}

// TestVerticesDoNotGiveTheDefectAway: the mesh is finer near a defect, but the share
// of vertices there is that of the area.
func TestVerticesDoNotGiveTheDefectAway(t *testing.T) {
	src := builtinSources(3)[5]
	ready, err := src.prepare(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	target := ready.target
	for _, kind := range []defect.Kind{defect.Bulge, defect.Hole} {
		plan, err := defect.Draw(target, kind, defect.Medium, seed.Stream(1, "plan", string(kind)))
		if err != nil {
			t.Fatal(err)
		}
		carved, err := defect.Apply(context.Background(), target, plan)
		if err != nil {
			t.Fatal(err)
		}
		share := func(vertices bool, n int) float64 {
			label := carved.Scan(n, vertices, seed.Stream(1, "scan")).Scalar("label")
			sum := 0.0
			for _, l := range label {
				sum += float64(l)
			}
			return sum / float64(n)
		}
		byArea := share(false, 40_000)
		for _, n := range []int{8000, 100_000} { // fewer and more than the mesh has
			if byVertices := share(true, n); byVertices < 0.6*byArea || byVertices > 1.7*byArea {
				t.Errorf("%s, %d points: share %g by vertices, %g by area", kind, n, byVertices, byArea)
			}
		}
	}
}

func TestUnwritableTargetsSayWhy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	for _, dir := range []string{filepath.Join(file, "set"), file} {
		if _, err := Build(context.Background(), dir, smallRecipe(1)); err == nil {
			t.Errorf("%s was written", dir)
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}
