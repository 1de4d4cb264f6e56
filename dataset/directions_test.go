package dataset

import (
	"context"
	"math"
	"testing"

	"blemish/defect"
	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

// TestTrainViewsGoAround: scans to learn from are taken from different sides and
// together show what can be seen of the part.
func TestTrainViewsGoAround(t *testing.T) {
	const n = 6
	all := &geom.Cloud{}
	var dirs []geom.Vec
	var m *maker
	for i := range n {
		opt := Options{Train: n, MinPoints: 1500, MaxPoints: 1500, Conditions: Conditions{MinTrainViews: 1, MaxTrainViews: 1}}
		m = &maker{opt: opt.Defaults(), class: "cup0", target: builtin(t, "cup0"), job: job{part: "train", index: i}}
		sample := &Sample{}
		cloud, err := m.scan(sample, m.target)
		if err != nil {
			t.Fatal(err)
		}
		if len(sample.Views) != 1 {
			t.Fatalf("scan %d has %d views", i, len(sample.Views))
		}
		dir := m.sensors[0].Sub(m.target.Mesh().Box().Center()).Unit()
		for k, other := range dirs {
			if angle := math.Acos(dir.Dot(other)) * 180 / math.Pi; angle < 45 {
				t.Errorf("scans %d and %d are taken from places %g degrees apart", i, k, angle)
			}
		}
		dirs = append(dirs, dir)
		all.Points = append(all.Points, cloud.Points...)
	}
	// What 200 places would see, against what these have.
	v := &views{tree: spatial.NewBVH(m.target.Mesh()), middle: m.target.Mesh().Box().Center(), radius: m.target.Diagonal() / 2, skip: 1e-5 * m.target.Diagonal()}
	for _, dir := range lattice(200) {
		v.eyes = append(v.eyes, v.middle.AddScaled(2*m.target.Diagonal(), dir))
	}
	tree := spatial.NewTree(all.Points)
	seen, shown := 0, 0
	probe := m.target.Scan(2000, false, m.stream("probe"))
	for i, p := range probe.Points {
		if !v.sees(p.D(), probe.Normals[i].D()) {
			continue
		}
		seen++
		if math.Sqrt(float64(tree.Nearest(p).Dist2)) < 0.03*m.target.Diagonal() {
			shown++
		}
	}
	if float64(shown) < 0.93*float64(seen) {
		t.Errorf("of %d places that can be seen %d are shown", seen, shown)
	}
}

// TestASheetIsNotLookedAtFromItsEdge: wherever scans to learn from and test scans of a
// sheet would be taken from, they show enough of it.
func TestASheetIsNotLookedAtFromItsEdge(t *testing.T) {
	sheet := &geom.Mesh{Vertices: []geom.Vec3{{}, {X: 1}, {X: 1, Y: 1}, {Y: 1}}, Faces: [][3]int32{{0, 1, 2}, {0, 2, 3}}}
	target, err := defect.NewTarget(context.Background(), sheet)
	if err != nil {
		t.Fatal(err)
	}
	again := 0
	for index := range 30 {
		opt := Options{Views: 1, Train: 30, MinPoints: 100, MaxPoints: 100, Conditions: Conditions{MinTrainViews: 1, MaxTrainViews: 1}}
		for _, part := range []string{"train", "test"} {
			m := &maker{opt: opt.Defaults(), class: "sheet", target: target, job: job{part: part, index: index}}
			cloud, err := m.scan(&Sample{}, target)
			if err != nil || cloud.Len() != 100 {
				t.Fatalf("%s %d: %v", part, index, err)
			}
			if _, _, err := m.choose(func(n int, r *seed.Rand) *geom.Cloud { return target.Scan(n, false, r) }, 100,
				m.newViews(target, 0).chance, m.newViews(target, 0)); err != nil {
				again++
			}
		}
	}
	if again == 0 {
		t.Error("no place was one from which hardly anything is seen: nothing has been tested")
	}
}
