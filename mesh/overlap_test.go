package mesh

import (
	"context"
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

// brick is a box with its low corner at min.
func brick(min, max geom.Vec) *geom.Mesh {
	size := max.Sub(min)
	m := box(float32(size.X), float32(size.Y), float32(size.Z))
	for i, v := range m.Vertices {
		m.Vertices[i] = v.D().Add(min).F()
	}
	return m
}

// together puts meshes into one, without joining anything.
func together(parts ...*geom.Mesh) *geom.Mesh {
	out := &geom.Mesh{}
	for _, m := range parts {
		n := int32(len(out.Vertices))
		out.Vertices = append(out.Vertices, m.Vertices...)
		for _, t := range m.Faces {
			out.Faces = append(out.Faces, [3]int32{t[0] + n, t[1] + n, t[2] + n})
		}
	}
	return out
}

func insideOut(m *geom.Mesh) *geom.Mesh {
	out := m.Clone()
	for f := range out.Faces {
		turn(out, int32(f))
	}
	return out
}

// toBlock is the exact signed distance to a box.
func toBlock(q, min, max geom.Vec) float64 {
	d := geom.Vec{X: math.Max(min.X-q.X, q.X-max.X), Y: math.Max(min.Y-q.Y, q.Y-max.Y), Z: math.Max(min.Z-q.Z, q.Z-max.Z)}
	out := geom.Vec{X: math.Max(d.X, 0), Y: math.Max(d.Y, 0), Z: math.Max(d.Z, 0)}
	return out.Norm() + math.Min(math.Max(d.X, math.Max(d.Y, d.Z)), 0)
}

// TestInsideTheUnionIsInside holds several solids in one mesh against the exact
// distances to each: the least of them is that of the union outside, and inside how
// deep a point is in the solid that it is deepest in.
func TestInsideTheUnionIsInside(t *testing.T) {
	at := func(x, y, z float64) geom.Vec { return geom.Vec{X: x, Y: y, Z: z} }
	type pair struct{ min, max geom.Vec }
	big, small := pair{at(0, 0, 0), at(10, 6, 4)}, pair{at(6, 2, 1), at(14, 5, 3)}
	for name, tc := range map[string]struct {
		solids []pair
		turned int // that one is written inside out, -1: none
	}{
		"overlapping":               {[]pair{big, small}, -1},
		"one inside out":            {[]pair{big, small}, 1},
		"the large one inside out":  {[]pair{big, small}, 0},
		"one within the other":      {[]pair{big, {at(2, 2, 1), at(5, 4, 3)}}, -1},
		"through and through":       {[]pair{big, {at(3, -2, 1), at(5, 9, 3)}}, -1},
		"three":                     {[]pair{big, small, {at(8, -3, 0.5), at(9, 12, 6)}}, -1},
		"a corner in common":        {[]pair{{at(0, 0, 0), at(10, 10, 10)}, {at(0, 0, 0), at(4, 12, 4)}}, -1},
		"an edge in common":         {[]pair{{at(0, 0, 0), at(4, 4, 4)}, {at(4, 4, 0), at(8, 8, 4)}}, -1},
		"a face in common":          {[]pair{{at(0, 0, 0), at(4, 4, 4)}, {at(0, 0, 4), at(4, 4, 8)}}, -1},
		"a smaller one on top":      {[]pair{{at(0, 0, 0), at(4, 4, 4)}, {at(1, 1, 4), at(3, 3, 8)}}, -1},
		"far apart":                 {[]pair{{at(0, 0, 0), at(4, 4, 4)}, {at(10, 1, 4), at(13, 3, 8)}}, -1},
		"far apart, one inside out": {[]pair{{at(0, 0, 0), at(4, 4, 4)}, {at(10, 1, 4), at(13, 3, 8)}}, 1},
		"the same twice":            {[]pair{big, big}, -1},
	} {
		var parts []*geom.Mesh
		for i, p := range tc.solids {
			m := brick(p.min, p.max)
			if i == tc.turned {
				m = insideOut(m)
			}
			parts = append(parts, m)
		}
		s := surface(t, soup(together(parts...)))
		if !s.Closed() {
			t.Errorf("%s: counts as open: %+v", name, s.Report)
		}
		if s.Report != Check(s.Mesh) {
			t.Errorf("%s: report %+v, want %+v", name, s.Report, Check(s.Mesh))
		}
		r := seed.Stream(31, name)
		var points []geom.Vec3
		for range 3000 {
			points = append(points, at(r.Uniform(-3, 16), r.Uniform(-4, 13), r.Uniform(-2, 11)).F())
		}
		found := make([]spatial.Closest, len(points))
		if err := s.ForClosest(context.Background(), 2, points, geom.Vec{}, 2.5, func(i int32, c spatial.Closest) { found[i] = c }); err != nil {
			t.Fatal(err)
		}
		inside := 0
		for i, p := range points {
			q := p.D()
			want := math.Inf(1)
			for _, b := range tc.solids {
				want = math.Min(want, toBlock(q, b.min, b.max))
			}
			c := s.Closest(q)
			got := s.Signed(q, c)
			// Solids that touch face to face have no wall between them: deeper than in either.
			if deeper := name == "a face in common" && want < 0 && got < want; math.Abs(got-want) > 1e-6 && !deeper {
				t.Fatalf("%s: %v is %v from the surface, want %v", name, q, got, want)
			}
			if math.Abs(c.Point.Sub(q).Norm()-math.Abs(got)) > 1e-9 {
				t.Fatalf("%s: the point found is %v away, the distance %v", name, c.Point.Sub(q).Norm(), got)
			}
			if within := math.Abs(got) <= 2.5; within != (found[i].Face >= 0) || within && math.Abs(found[i].Dist2-c.Dist2) > 1e-9 {
				t.Fatalf("%s: at %v with a limit %+v, without %+v", name, q, found[i], c)
			}
			if want < 0 {
				inside++
			}
		}
		if inside < 20 {
			t.Errorf("%s: only %d points are inside", name, inside)
		}
	}
}

// TestCavitiesStayCavities: the inner wall of a hollow solid looks into it, and a solid
// in the cavity is one.
func TestCavitiesStayCavities(t *testing.T) {
	at := func(x, y, z float64) geom.Vec { return geom.Vec{X: x, Y: y, Z: z} }
	outer, hole, core := brick(at(0, 0, 0), at(10, 10, 10)), insideOut(brick(at(2, 2, 2), at(8, 8, 8))), brick(at(4, 4, 4), at(6, 6, 6))
	for name, m := range map[string]*geom.Mesh{"hollow": together(outer, hole), "with a core": together(outer, hole, core), "written inside out": insideOut(together(outer, hole, core))} {
		s := surface(t, m)
		r := seed.Stream(32, name)
		for range 2000 {
			q := at(r.Uniform(-1, 11), r.Uniform(-1, 11), r.Uniform(-1, 11))
			want := math.Max(toBlock(q, at(0, 0, 0), at(10, 10, 10)), -toBlock(q, at(2, 2, 2), at(8, 8, 8)))
			if name != "hollow" {
				want = math.Min(want, toBlock(q, at(4, 4, 4), at(6, 6, 6)))
			}
			if got := signedAt(s, q); math.Abs(got-want) > 1e-6 {
				t.Fatalf("%s: %v is %v from the surface, want %v", name, q, got, want)
			}
		}
	}
}

// TestSheetsWithTwoSidesStay: pairs of faces that look opposite ways are a contact only
// where they hang on a solid.
func TestSheetsWithTwoSidesStay(t *testing.T) {
	one := sheet(3)
	s := surface(t, together(one, insideOut(one)))
	if len(s.Mesh.Faces) == 0 || math.Abs(math.Abs(signedAt(s, geom.Vec{X: 0.5, Y: 0.5, Z: 0.25}))-0.25) > 1e-7 {
		t.Errorf("%d faces are left of a sheet with two sides", len(s.Mesh.Faces))
	}
	s = surface(t, together(one, insideOut(one), brick(geom.Vec{X: 3}, geom.Vec{X: 4, Y: 1, Z: 1}), brick(geom.Vec{X: 3, Z: 1}, geom.Vec{X: 4, Y: 1, Z: 2})))
	if d := signedAt(s, geom.Vec{X: 0.5, Y: 0.5, Z: 0.25}); math.Abs(math.Abs(d)-0.25) > 1e-7 {
		t.Errorf("beside two solids the sheet is %v away", d)
	}
}
