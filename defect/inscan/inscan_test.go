package inscan

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

// sheet is n×n points of the plane z = 0 from 0 to 1, jittered, seen from above.
func sheet(n int, noise float64, eye geom.Vec) *geom.Cloud {
	r := seed.Stream(1, "sheet")
	c := &geom.Cloud{Sensor: &eye}
	for i := range n {
		for j := range n {
			x, y := (float64(i)+r.Uniform(0.1, 0.9))/float64(n), (float64(j)+r.Uniform(0.1, 0.9))/float64(n)
			c.Points = append(c.Points, geom.Vec{X: x, Y: y, Z: noise * r.Norm()}.F())
		}
	}
	return c
}

// block is about n points of the six faces of a cube of side 1, in one piece, seen from everywhere.
func block(n int) *geom.Cloud {
	r := seed.Stream(2, "block")
	c := &geom.Cloud{}
	side := int(math.Sqrt(float64(n) / 6))
	for face := range 6 {
		for i := range side {
			for j := range side {
				u, v := (float64(i)+r.Uniform(0.2, 0.8))/float64(side), (float64(j)+r.Uniform(0.2, 0.8))/float64(side)
				p := [3]float64{}
				p[face/2], p[(face/2+1)%3], p[(face/2+2)%3] = float64(face%2), u, v
				c.Points = append(c.Points, vec(p).F())
			}
		}
	}
	return c
}

func ground(t *testing.T, c *geom.Cloud) *Ground {
	t.Helper()
	g, err := NewGround(t.Context(), 1, c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func carve(t *testing.T, g *Ground, p Plan) *Carved {
	t.Helper()
	c, err := g.Carve(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Each point is where the plan says, the others are as they were, and the truth tells which.
func TestDentsAndBulgesAreExact(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		eye  geom.Vec
		sign float64
	}{{Bulge, geom.Vec{X: 0.5, Y: 0.5, Z: 50}, 1}, {Concavity, geom.Vec{X: 0.5, Y: 0.5, Z: 50}, -1}, {Bulge, geom.Vec{X: 0.5, Y: 0.5, Z: -50}, -1}} {
		scan := sheet(80, 0, c.eye)
		before := append([]geom.Vec3(nil), scan.Points...)
		g := ground(t, scan)
		got := carve(t, g, Plan{Kind: c.kind, Center: [3]float64{0.5, 0.5, 0}, Size: 0.3, Depth: 0.01})
		if !reflect.DeepEqual(scan.Points, before) {
			t.Fatal("the sound scan was changed")
		}
		middle := vec(got.Plan.Center)
		label, depth := got.Cloud.Scalar(Label), got.Cloud.Scalar(Depth)
		peak, count := 0.0, 0
		for i, from := range got.Source {
			a, b := scan.Points[from].D(), got.Cloud.Points[i].D()
			far := a.Sub(middle).Norm() / 0.15
			want := 0.0
			if far < 1 {
				want = c.sign * 0.01 * (1 - far*far) * (1 - far*far)
				count++
			}
			if math.Abs(b.Z-a.Z-want) > 1e-6 || math.Abs(b.X-a.X)+math.Abs(b.Y-a.Y) > 1e-4 {
				t.Fatalf("%s: point %d moved from %v to %v, want %v upwards", c.kind, i, a, b, want)
			}
			if (label[i] == 1) != (far < 1) || label[i] == 1 && math.Abs(math.Abs(float64(depth[i]))-math.Abs(want)) > 1e-6 {
				t.Fatalf("%s: point %d, %.2f radii away, has label %v and depth %v", c.kind, i, far, label[i], depth[i])
			}
			peak = max(peak, math.Abs(float64(depth[i])))
		}
		if math.Abs(peak-0.01) > 1e-7 || len(got.Moved) != count || count < 300 || len(got.Lost) > 0 {
			t.Errorf("%s: peak %v, %d moved of %d, %d lost", c.kind, peak, len(got.Moved), count, len(got.Lost))
		}
		if math.Abs(got.Extent-0.3) > 0.01 {
			t.Errorf("%s: extent %v", c.kind, got.Extent)
		}
	}
}

// The noise that points came with stays on them.
func TestNoiseStays(t *testing.T) {
	scan := sheet(80, 0.002, geom.Vec{X: 0.5, Y: 0.5, Z: 50})
	got := carve(t, ground(t, scan), Plan{Kind: Concavity, Center: [3]float64{0.5, 0.5, 0}, Size: 0.4, Depth: 0.01})
	depth := got.Cloud.Scalar(Depth)
	for _, i := range got.Moved {
		a, b := scan.Points[got.Source[i]].D(), got.Cloud.Points[i].D()
		if d := b.Sub(a).Norm(); math.Abs(d-math.Abs(float64(depth[i]))) > 1e-6 || b.Z > a.Z {
			t.Fatalf("point %d moved by %v, told %v", i, b.Sub(a), depth[i])
		}
	}
}

// What stands before other surface hides it: a tall bulge on the far side from the scanner,
// checked by walking each line of sight over the bulge's own formula.
func TestShadow(t *testing.T) {
	eye := geom.Vec{X: -60, Y: 0.5, Z: 40}
	scan := sheet(100, 0, eye)
	got := carve(t, ground(t, scan), Plan{Kind: Bulge, Center: [3]float64{0.5, 0.5, 0}, Size: 0.2, Depth: 0.15})
	middle := vec(got.Plan.Center)
	bulge := func(x geom.Vec) float64 {
		d := math.Hypot(x.X-middle.X, x.Y-middle.Y) / 0.1
		if d >= 1 {
			return 0
		}
		return 0.15 * (1 - d*d) * (1 - d*d)
	}
	kept := map[int32]bool{}
	for _, i := range got.Source {
		kept[i] = true
	}
	wrong, hidden := 0, 0
	for i, p := range scan.Points {
		x := p.D()
		x.Z = bulge(x)
		way := eye.Sub(x).Unit()
		sees := true
		for at := 0.001; at < 0.4; at += 0.0005 {
			y := x.AddScaled(at, way)
			if bulge(y) > y.Z+0.003 {
				sees = false
			}
		}
		if !sees {
			hidden++
		}
		if sees != kept[int32(i)] {
			wrong++
		}
	}
	if hidden < 50 || wrong > hidden/20 {
		t.Errorf("%d points are hidden, %d wrongly kept or taken away", hidden, wrong)
	}
	if len(got.Hidden) == 0 {
		t.Error("no sound point is in the shadow")
	}
	for _, p := range got.Hidden {
		if p.X < 0.5 {
			t.Errorf("the shadow falls towards the scanner: %v", p)
		}
	}
	above := carve(t, ground(t, sheet(100, 0, geom.Vec{X: 0.5, Y: 0.5, Z: 500})), got.Plan)
	if len(above.Hidden)+len(above.Lost) > 0 {
		t.Errorf("from straight above %d points are hidden", len(above.Hidden)+len(above.Lost))
	}
}

// A hole takes away what lies within it and nothing else, and not the far side of a wall.
func TestHoleLeavesTheFarSide(t *testing.T) {
	near, far := sheet(80, 0, geom.Vec{}), sheet(80, 0, geom.Vec{})
	both := &geom.Cloud{}
	both.Points = append(both.Points, near.Points...)
	for _, p := range far.Points {
		both.Points = append(both.Points, geom.Vec3{X: p.X, Y: p.Y, Z: -0.06})
	}
	g := ground(t, both)
	got := carve(t, g, Plan{Kind: Hole, Center: [3]float64{0.5, 0.5, 0}, Size: 0.2})
	want := 0
	for _, p := range both.Points {
		if p.Z == 0 && p.D().Sub(vec(got.Plan.Center)).Norm() < 0.1 {
			want++
		}
	}
	if len(got.Lost) != want || want < 100 || len(got.Moved) > 0 {
		t.Errorf("%d lost, want %d; %d moved", len(got.Lost), want, len(got.Moved))
	}
	if got.Cloud.Len()+want != both.Len() {
		t.Errorf("%d points are left of %d", got.Cloud.Len(), both.Len())
	}
	// About two rows around it are labelled, on the near side alone.
	label := got.Cloud.Scalar(Label)
	marked := 0
	for i, p := range got.Cloud.Points {
		beside := math.Inf(1)
		for _, gone := range got.Lost {
			beside = min(beside, math.Sqrt(float64(p.Dist2(gone))))
		}
		if spacing := 1.0 / 80; label[i] == 1 && (p.Z != 0 || beside > 2.2*spacing) || p.Z == 0 && beside < 1.2*spacing && label[i] == 0 {
			t.Fatalf("point %d at %v, %v beside the hole, has the label %v", i, p, beside, label[i])
		}
		if label[i] == 1 {
			marked++
		}
	}
	if marked != len(got.Rim) || marked < 60 || marked > 140 {
		t.Errorf("%d points are labelled, %d are the rim", marked, len(got.Rim))
	}
	dent := carve(t, g, Plan{Kind: Concavity, Center: [3]float64{0.5, 0.5, 0}, Size: 0.2, Depth: 0.02})
	if len(dent.Rim) > 0 {
		t.Errorf("a dent has a rim of %d points", len(dent.Rim))
	}
	for _, i := range dent.Moved {
		if both.Points[dent.Source[i]].Z != 0 {
			t.Fatal("the far side of the wall moved")
		}
	}
}

// Long defects: a groove of the right length and depth; a crack whose floor lies the whole
// depth below and, seen at a slant, is gone.
func TestScratchAndCrack(t *testing.T) {
	g := ground(t, sheet(150, 0, geom.Vec{X: 0.5, Y: 0.5, Z: 500}))
	got := carve(t, g, Plan{Kind: Scratch, Center: [3]float64{0.5, 0.5, 0}, Size: 0.5, Depth: 0.01, Width: 0.04, Turn: 0.7})
	var lo, hi float64
	for _, i := range got.Moved {
		d := g.Cloud.Points[got.Source[i]].D().Sub(vec(got.Plan.Center))
		lo, hi = min(lo, d.Norm()*math.Copysign(1, d.X)), max(hi, d.Norm()*math.Copysign(1, d.X))
	}
	if math.Abs(hi-lo-0.5) > 0.03 || len(got.Moved) < 200 {
		t.Errorf("the scratch is %v long, of %d points", hi-lo, len(got.Moved))
	}
	plan := Plan{Kind: Crack, Center: [3]float64{0.5, 0.5, 0}, Size: 0.5, Depth: 0.05, Width: 0.03}
	got = carve(t, g, plan)
	for _, i := range got.Moved {
		if z := got.Cloud.Points[i].Z; math.Abs(float64(z)+0.05) > 1e-6 {
			t.Fatalf("a point of the crack lies at %v", z)
		}
	}
	if len(got.Moved) < 100 {
		t.Errorf("%d points in the crack", len(got.Moved))
	}
	slanted := carve(t, ground(t, sheet(150, 0, geom.Vec{X: 0.5, Y: 0.5, Z: 30}.Add(geom.Vec{X: 60, Y: 60}))), plan)
	if len(slanted.Lost) < len(got.Moved)/2 {
		t.Errorf("seen at a slant, %d points of %d on the floor are gone", len(slanted.Lost), len(got.Moved))
	}
}

// A chip cuts an edge flat; a burr stands up along it. Neither is made where there is no edge.
func TestChipAndBurr(t *testing.T) {
	g := ground(t, block(24_000))
	at := [3]float64{1, 1, 0.5}
	got := carve(t, g, Plan{Kind: Chip, Center: at, Size: 0.2, Depth: 0.03})
	if len(got.Moved) < 20 {
		t.Fatalf("%d points moved", len(got.Moved))
	}
	middle, normal := vec(got.Plan.Center), geom.Vec{X: 1, Y: 1}.Unit()
	if middle.Sub(vec(at)).Norm() > 0.2 || math.Hypot(middle.X-1, middle.Y-1) > 0.03 {
		t.Errorf("the chip is at %v", middle)
	}
	for _, i := range got.Moved {
		if h := got.Cloud.Points[i].D().Sub(middle).Dot(normal); h > 0 || h < -0.05 {
			t.Fatalf("a point of the cut is %v above the edge", h)
		}
	}
	burr := carve(t, g, Plan{Kind: Burr, Center: at, Size: 0.3, Depth: 0.03})
	outside := 0
	for _, i := range burr.Moved {
		p := burr.Cloud.Points[i]
		if p.X > 1.0001 || p.Y > 1.0001 {
			outside++
		}
		if z := float64(p.Z); math.Abs(z-burr.Plan.Center[2]) > 0.17 {
			t.Fatalf("the burr does not run along the edge: %v", p)
		}
	}
	if outside != len(burr.Moved) || outside < 20 {
		t.Errorf("%d of %d points of the burr stand outside", outside, len(burr.Moved))
	}
	for _, kind := range []Kind{Chip, Burr} {
		if _, err := g.Carve(t.Context(), Plan{Kind: kind, Center: [3]float64{1, 0.5, 0.5}, Size: 0.2, Depth: 0.03}); !errors.Is(err, ErrUnsuitable) {
			t.Errorf("%s in the middle of a face: %v", kind, err)
		}
	}
}

// A scan from one side without a known scanner: outwards is where it is seen from.
func TestOneSidedWithoutSensor(t *testing.T) {
	c := &geom.Cloud{}
	r := seed.Stream(3, "dome")
	for len(c.Points) < 8000 {
		x, y := r.Uniform(-0.8, 0.8), r.Uniform(-0.8, 0.8)
		if q := x*x + y*y; q < 0.5 {
			c.Points = append(c.Points, geom.Vec{X: x, Y: y, Z: math.Sqrt(1 - q)}.F())
		}
	}
	g := ground(t, c)
	if g.eye == nil || g.eye.Z < 1 {
		t.Fatalf("the dome is seen from %v", g.eye)
	}
	got := carve(t, g, Plan{Kind: Bulge, Center: [3]float64{0, 0, 1}, Size: 0.3, Depth: 0.02})
	for _, i := range got.Moved {
		if got.Cloud.Points[i].D().Norm() < 1-1e-6 {
			t.Fatal("the bulge goes inwards")
		}
	}
	if g := ground(t, block(12_000)); g.eye != nil {
		t.Errorf("a whole block is seen from %v", g.eye)
	}
}

func TestPlacesAndPlansThatAreNotFit(t *testing.T) {
	g := ground(t, sheet(60, 0, geom.Vec{X: 0.5, Y: 0.5, Z: 50}))
	for _, kind := range []Kind{Bulge, Concavity, Hole, Scratch, Crack} {
		if _, err := g.Carve(t.Context(), Plan{Kind: kind, Center: [3]float64{0.03, 0.03, 0}, Size: 0.3, Depth: 0.01}); !errors.Is(err, ErrUnsuitable) {
			t.Errorf("%s at the corner: %v", kind, err)
		}
	}
	for name, p := range map[string]Plan{
		"kind":      {Kind: "dust", Size: 0.1, Depth: 0.1},
		"size":      {Kind: Bulge, Size: 0, Depth: 0.1},
		"too large": {Kind: Bulge, Size: 2, Depth: 0.1},
		"depth":     {Kind: Bulge, Size: 0.1},
		"NaN":       {Kind: Bulge, Size: math.NaN(), Depth: 0.1},
		"width":     {Kind: Crack, Size: 0.1, Depth: 0.1, Width: 0.2},
		"turn":      {Kind: Crack, Size: 0.1, Depth: 0.1, Turn: math.Inf(1)},
		"center":    {Kind: Bulge, Size: 0.1, Depth: 0.1, Center: [3]float64{math.NaN()}},
	} {
		if _, err := g.Carve(t.Context(), p); err == nil || errors.Is(err, ErrUnsuitable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c := carve(t, g, Plan{Kind: Hole, Center: [3]float64{0.5, 0.5, 0}, Size: 1e-6}); len(c.Lost) > 1 {
		t.Errorf("a hole far smaller than the spacing takes %d points", len(c.Lost))
	}
	if _, err := NewGround(t.Context(), 1, &geom.Cloud{Points: make([]geom.Vec3, 10)}); err == nil {
		t.Error("ten points are ground")
	}
	if _, err := NewGround(t.Context(), 1, &geom.Cloud{Points: make([]geom.Vec3, 1000)}); err == nil {
		t.Error("one place is ground")
	}
}

// The same points in another unit are carved alike, on any number of workers.
func TestAnyUnitAndWorkers(t *testing.T) {
	eye := geom.Vec{X: 20, Y: 3, Z: 50}
	for _, kind := range []Kind{Bulge, Concavity, Hole, Scratch, Crack} {
		scan := sheet(80, 0.001, eye)
		p := Plan{Kind: kind, Center: [3]float64{0.5, 0.4, 0}, Size: 0.25, Depth: 0.03}
		a := carve(t, ground(t, scan), p)
		const unit = 1024 // exact in float32
		large := &geom.Cloud{Points: make([]geom.Vec3, scan.Len())}
		for i, q := range scan.Points {
			large.Points[i] = q.D().Scale(unit).F()
		}
		far := eye.Scale(unit)
		large.Sensor = &far
		q := p
		q.Center, q.Size, q.Depth = triple(vec(p.Center).Scale(unit)), p.Size*unit, p.Depth*unit
		if b := carve(t, ground(t, large), q); !reflect.DeepEqual(a.Source, b.Source) || !reflect.DeepEqual(a.Moved, b.Moved) {
			t.Errorf("%s: other points in another unit", kind)
		}
		g, err := NewGround(t.Context(), 3, scan)
		if err != nil {
			t.Fatal(err)
		}
		if b := carve(t, g, p); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: another result on three workers", kind)
		}
	}
}
