package inspection_test

import (
	"context"
	"math"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/inspection"
	"blemish/seed"
)

func TestSection(t *testing.T) {
	model := learnt(t, wedge(), 0.3, scoring.PoseAny)
	scan, _ := scanOf(wedge(), 20000, seed.Stream(1, "cut"), spot(12, 12, 4, 0.8))
	res := detecttest.Score(t, model, scan)
	s, err := inspection.ParseSection("y=12")
	if err != nil {
		t.Fatal(err)
	}
	ref := inspection.Reference{Surface: model.Surface(), Mesh: model.Mesh()}
	p, err := ref.Cut(context.Background(), s, scan, res)
	if err != nil {
		t.Fatal(err)
	}
	// The wedge from the side: 40 long, 10 to 20 high, one closed line.
	if len(p.Lines) != 1 || p.Lines[0][0] != p.Lines[0][len(p.Lines[0])-1] {
		t.Fatalf("%d lines", len(p.Lines))
	}
	length := 0.0
	for i, a := range p.Lines[0][1:] {
		b := p.Lines[0][i]
		length += math.Hypot(a[0]-b[0], a[1]-b[1])
	}
	if want := 40 + 10 + 20 + math.Hypot(40, 10); math.Abs(length-want) > 1e-3 {
		t.Errorf("the outline is %.3f long, want %.3f", length, want)
	}
	if len(p.Scan) < 100 {
		t.Fatalf("%d points in the cut", len(p.Scan))
	}
	inside := 0
	for _, q := range p.Scan {
		if math.Abs(q.Place.Y-12) > p.Slab+1e-6 {
			t.Errorf("a point at y = %g is in the cut", q.Place.Y)
		}
		if q.Deviation > 0.5 {
			inside++
			if q.Place.Z > 1 || math.Abs(q.Place.X-12) > 4.5 || q.AcrossV > -0.9 {
				t.Errorf("the bump is at %v, measured along %g, %g", q.Place, q.AcrossU, q.AcrossV)
			}
		}
	}
	if inside < 5 {
		t.Errorf("%d points of the bump in the cut", inside)
	}
}

func TestSectionsAsText(t *testing.T) {
	s, err := inspection.ParseSection("1,2,3/0,0,-5")
	if err != nil || s.Normal != (geom.Vec{Z: -1}) || s.Point != (geom.Vec{X: 1, Y: 2, Z: 3}) {
		t.Errorf("%+v, %v", s, err)
	}
	for _, text := range []string{"", "w=3", "x=", "x=NaN", "1,2/0,0,1", "1,2,3/0,0,0", "xy=3", "1,2,3"} {
		if _, err := inspection.ParseSection(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestSpread(t *testing.T) {
	res := &detect.Result{}
	for i := range 1000 {
		res.Signed = append(res.Signed, float32(i-500)/1000)
	}
	s := inspection.NewSpread(res, inspection.Tolerance{Over: 0.25, Under: 0.1})
	sum := 0
	for _, n := range s.Bins {
		sum += n
	}
	if sum != 1000 || math.Abs(s.Mean+0.0005) > 1e-6 || math.Abs(s.Within-0.351) > 2e-3 || s.Low != -0.5 || math.Abs(s.Typical-0.475) > 1e-6 {
		t.Errorf("%+v", s)
	}
	if s := inspection.NewSpread(&detect.Result{}, inspection.Tolerance{}); s != nil {
		t.Errorf("without distances: %+v", s)
	}
}
