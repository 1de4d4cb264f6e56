package dataset

import (
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

// TestATableIsAPlaneBelowThePart, from everywhere and from one place: its points lie
// on the plane that the manifest has, it is wider than the part, and what touches it is
// not seen.
func TestATableIsAPlaneBelowThePart(t *testing.T) {
	for views := 0; views <= 1; views++ {
		opt := Options{Views: views, MinPoints: 4000, MaxPoints: 4000, Conditions: Conditions{Table: true}}
		m, sample, cloud := scanOf(t, "bottle1", "", opt)
		m.locate(sample, geom.IdentityPose())
		d, c := m.target.Diagonal(), sample.Clutter
		if c.Part != 4000 || c.Part+c.Table != cloud.Len() || c.Plane == nil {
			t.Fatalf("%d views: %+v of %d points", views, c, cloud.Len())
		}
		up := geom.Vec{X: c.Plane[0], Y: c.Plane[1], Z: c.Plane[2]}
		part, table := geom.BoxOf(cloud.Points[:4000]), geom.BoxOf(cloud.Points[4000:])
		for i, p := range cloud.Points {
			height := (up.Dot(p.D()) - c.Plane[3]) / d
			if i < 4000 && height < -1e-5 || i >= 4000 && math.Abs(height) > 1e-5 {
				t.Fatalf("%d views: point %d of 4000 of the part is %g above the table", views, i, height)
			}
		}
		if table.Diagonal() < 2*part.Diagonal() {
			t.Errorf("%d views: the table has the diagonal %g, the part %g", views, table.Diagonal(), part.Diagonal())
		}
		for _, eye := range m.sensors {
			if views == 1 && up.Dot(eye)-c.Plane[3] < 0.3*d {
				t.Errorf("the scanner stands %g above the table", up.Dot(eye)-c.Plane[3])
			}
		}
		// The part is seen as without a table, except from below.
		under, surface := 0, spatial.NewBVH(m.target.Mesh())
		for _, p := range cloud.Points[:4000] {
			normal := m.target.Mesh().FaceNormal(int(surface.Closest(p.D()).Face))
			if up.Dot(p.D())-c.Plane[3] < 1e-3*d && normal.Dot(up) < -0.99 {
				under++
			}
		}
		if under > 4000/50 {
			t.Errorf("%d views: %d points of the part face the table closely", views, under)
		}
	}
}

// TestPartsComeToRest: laid down anywhere, a part has its middle above what it stands on,
// and every tilt of a degree raises it or at least does not lower it.
func TestPartsComeToRest(t *testing.T) {
	for _, class := range []string{"cup0", "eraser0", "shelf0"} {
		m, _, _ := scanOf(t, class, "", Options{MinPoints: 100, MaxPoints: 100})
		mesh := m.target.Mesh()
		middle := centroid(mesh)
		height := func(d geom.Vec) float64 {
			most := math.Inf(-1)
			for _, v := range mesh.Vertices {
				most = max(most, d.Dot(v.D().Sub(middle)))
			}
			return most
		}
		for k := range 6 {
			r := seed.Stream(uint64(k), "rest", class)
			x, y, z := r.Direction()
			start := geom.Vec{X: x, Y: y, Z: z}
			down := rest(mesh, start, r)
			at := height(down)
			if at > height(start) {
				t.Errorf("%s: the middle has risen from %g to %g", class, height(start), at)
			}
			for range 30 {
				x, y, z := r.Direction()
				tilted := down.AddScaled(math.Pi/180, geom.Vec{X: x, Y: y, Z: z}).Unit()
				if height(tilted) < at-1e-4*m.target.Diagonal() {
					t.Fatalf("%s still rolls: %g, tilted %g", class, at, height(tilted))
				}
			}
		}
	}
}

// TestClampsTouchAndHide: each clamp comes close to the part and does not go into it,
// and nothing is seen through it.
func TestClampsTouchAndHide(t *testing.T) {
	for _, table := range []bool{false, true} {
		opt := Options{Views: 1, MinPoints: 3000, MaxPoints: 3000, Conditions: Conditions{Clamps: 3, Table: table}}
		m, sample, cloud := scanOf(t, "bottle1", "", opt)
		d := m.target.Diagonal()
		if sample.Clutter.Clamps == 0 {
			t.Fatal("no clamp is in sight")
		}
		part := spatial.NewBVH(m.target.Mesh())
		solid := m.fixtures.surface
		clamp := func(f int) geom.Vec { a, b, c := corners(solid, f); return a.Add(b).Add(c).Scale(1.0 / 3) }
		least := math.Inf(1)
		for f := m.fixtures.tops; f < len(solid.Faces); f++ {
			a, b, c := corners(solid, f)
			for i := 0; i <= 20; i++ { // a grid over the face
				for k := 0; i+k <= 20; k++ {
					p := a.Scale(float64(20-i-k)/20).AddScaled(float64(i)/20, b).AddScaled(float64(k)/20, c)
					least = min(least, math.Sqrt(part.Closest(p).Dist2))
				}
			}
			if part.Contains(clamp(f), false) {
				t.Errorf("table %v: a clamp is inside the part at %v", table, clamp(f))
			}
		}
		if least > 0.02*d {
			t.Errorf("table %v: no clamp comes closer to the part than %g diagonals", table, least/d)
		}
		for i, p := range cloud.Points {
			sight := m.sensors[0].Sub(p.D())
			if m.fixtures.tree.Blocked(p.D(), sight, 1e-4*d/sight.Norm(), 1) {
				t.Fatalf("table %v: point %d is seen through a clamp", table, i)
			}
		}
	}
}

// TestStraysFly: they are off the surface, near and far.
func TestStraysFly(t *testing.T) {
	m, sample, cloud := scanOf(t, "cup0", "", Options{MinPoints: 500, MaxPoints: 500, Conditions: Conditions{Strays: 300}})
	if cloud.Len() != 800 || sample.Clutter.Strays != 300 {
		t.Fatalf("%d points, %+v", cloud.Len(), sample.Clutter)
	}
	part, d := spatial.NewBVH(m.target.Mesh()), m.target.Diagonal()
	near, far := 0, 0
	for _, p := range cloud.Points[500:] {
		off := math.Sqrt(part.Closest(p.D()).Dist2) / d
		if off < strayNear-1e-6 || off > strayFar+1e-6 {
			t.Errorf("a stray is %g diagonals away", off)
		}
		if off < 0.1 {
			near++
		}
		if off > 0.5 {
			far++
		}
	}
	if near < 30 || far < 30 {
		t.Errorf("%d strays are near, %d far, of 300", near, far)
	}
}
