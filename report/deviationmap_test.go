package report

import (
	"bytes"
	"image"
	"math"
	"testing"

	"blemish/detect"
	"blemish/geom"
	"blemish/inspection"
)

// A defect that neither side of the part shows is in the map all the same, however the scan
// came; a sound scan has the two sides alone.
func TestMapsShowTheDefect(t *testing.T) {
	towards := geom.Vec{X: 0.7, Y: 0.6, Z: 0.39}.Unit() // where fakeScan has its defect
	front := commonEyes[0].Unit()
	edge := geom.Vec{X: front.Y, Y: -front.X}.Unit() // seen from neither side
	level := geom.RotationAxis(towards.Cross(edge).Unit(), math.Acos(towards.Dot(edge)))
	for _, c := range []struct {
		kind  string
		about float64 // how the scan is turned about the defect, as it came
		sides int
	}{{"bulge", 0, 3}, {"bulge", 2, 3}, {"dent", 1, 3}, {"", 0, 2}} {
		v := fakeScan("a", c.kind, 8000, 1)
		as := geom.Pose{R: geom.RotationAxis(geom.Vec{X: 1, Y: 2, Z: 3}.Unit(), c.about)}
		for i, p := range v.Cloud.Points { // the defect at the edge of the part, the scan in another pose
			v.Cloud.Points[i] = as.Apply(geom.Pose{R: level}.Apply(p))
		}
		for i := range v.Result.Regions {
			v.Result.Regions[i].Center = as.ApplyVec(level.MulVec(v.Result.Regions[i].Center))
		}
		v.Result.Pose = as.Inverse()
		g, err := newGallery(t.Context(), 1, []ScanView{v}, fakeThreshold)
		if err != nil {
			t.Fatal(err)
		}
		m := newMapStyle(g, inspection.Tolerance{Over: 0.5, Under: 0.5}, "mm")
		img, err := m.deviationMap(t.Context(), 1, g.views[0], g.scans[0])
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Bounds().Dx() / mapWidth; got != c.sides {
			t.Errorf("%q: %d sides, want %d", c.kind, got, c.sides)
		}
		if c.sides == 3 {
			n := [3]int{}
			for k := range n {
				n[k] = offColour(img, image.Rect(k*mapWidth, headHeight, (k+1)*mapWidth, headHeight+mapHeight))
			}
			if n[2] < 2000 || n[2] < 3*max(n[0], n[1]) {
				t.Errorf("%q, turned by %g: the defect takes %d pixels of front, back and its own side", c.kind, c.about, n)
			}
		}
	}
}

// offColour counts the pixels of a rectangle in the colours of too much and too little.
func offColour(img image.Image, in image.Rectangle) int {
	n := 0
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			if r > g+g/4 || b > g+g/4 {
				n++
			}
		}
	}
	return n
}

// A page that is written alone has the maps for paper, too; within another page it needs none.
func TestAPageAloneHasMaps(t *testing.T) {
	doc, views := fakePredict(1, 2000)
	for _, bare := range []bool{false, true} {
		var page bytes.Buffer
		if err := WritePredictPage(t.Context(), &page, doc, views, bare, Options{Workers: 1}); err != nil {
			t.Fatal(err)
		}
		if has := bytes.Contains(page.Bytes(), []byte(`class="map" src="data:image/png`)); has == bare {
			t.Errorf("bare %v: a map %v", bare, has)
		}
		if views[0].Result.Verdict != detect.Defective {
			t.Fatal("the scan is to be a defective one")
		}
	}
}
