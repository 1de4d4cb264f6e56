package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/geom"
	"blemish/seed"
)

// unpacked is what the page's script makes of a stream (viewer/unpack.js).
func unpacked(t *testing.T, p *packed) map[string][]float64 {
	t.Helper()
	zipped, err := base64.StdEncoding.DecodeString(p.data)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	out, at := map[string][]float64{}, 0
	for _, c := range p.Columns {
		last := uint16(0)
		values := make([]float64, c.N)
		for i := range values {
			q := uint16(raw[at+i])
			if c.Bytes == 2 {
				q |= uint16(raw[at+c.N+i]) << 8
			}
			if c.Delta {
				q += last
				if c.Bytes == 1 {
					q &= 255
				}
			}
			last = q
			values[i] = c.Lo + c.Step*float64(q)
		}
		at += c.N * c.Bytes
		out[c.Name] = values
	}
	if at != len(raw) {
		t.Errorf("%d bytes left over", len(raw)-at)
	}
	return out
}

func TestPackedScanKeepsItsValues(t *testing.T) {
	v := fakeScan("scan", "bulge", 3000, 1)
	p, err := packScan(t.Context(), 0, &v, fakeThreshold, maxShown)
	if err != nil {
		t.Fatal(err)
	}
	got := unpacked(t, p)
	if p.Shown != 3000 || p.Truth != true {
		t.Fatalf("%d points shown, truth %v", p.Shown, p.Truth)
	}
	for i, j := range p.order {
		q := v.Cloud.Points[j]
		for axis, name := range []string{"x", "y", "z"} {
			want := [3]float64{float64(q.X), float64(q.Y), float64(q.Z)}[axis]
			if d := math.Abs(got[name][i] + p.Lo[axis] - want); d > p.Spacing/48*1.01 {
				t.Fatalf("point %d: %s is off by %g, spacing %g", j, name, d, p.Spacing)
			}
		}
		score := float64(v.Result.Point[j])
		if d := score - got["score"][i]; d < -1e-6 || d > 0.01+1e-6 {
			t.Fatalf("score %g is kept as %g", score, got["score"][i])
		}
		if (score >= fakeThreshold) != (got["score"][i] >= fakeThreshold-1e-9) {
			t.Fatalf("score %g changed sides: %g", score, got["score"][i])
		}
		if got["label"][i] != float64(v.Truth[j]) {
			t.Fatalf("label %g is kept as %g", v.Truth[j], got["label"][i])
		}
		if d := math.Abs(got["signed"][i] - float64(v.Result.Signed[j])); d > 0.01 {
			t.Fatalf("signed distance %g is kept as %g", v.Result.Signed[j], got["signed"][i])
		}
	}
	if d := math.Abs(p.Spacing - math.Sqrt(4*math.Pi*50*50/3000)); d > 0.15*p.Spacing {
		t.Errorf("spacing %g, one point of the ball stands for a square of %g", p.Spacing, math.Sqrt(4*math.Pi*50*50/3000))
	}
}

func TestPackedNormals(t *testing.T) {
	r := seed.Stream(1, "directions")
	normals := []geom.Vec3{{}}
	for i := 0; i < 500; i++ {
		x, y, z := r.Direction()
		normals = append(normals, geom.Vec{X: x, Y: y, Z: z}.F())
	}
	c := normalColumns(normals)
	if c[0].q[0] != 63 {
		t.Error("a missing normal is not told")
	}
	for i, want := range normals[1:] {
		// As the vertex shader of viewer/draw.js.
		x, y := (float64(c[0].q[i+1])-31)/31, (float64(c[1].q[i+1])-31)/31
		n := geom.Vec{X: x, Y: y, Z: 1 - math.Abs(x) - math.Abs(y)}
		if n.Z < 0 {
			n.X, n.Y = math.Copysign(1-math.Abs(y), x), math.Copysign(1-math.Abs(x), y)
		}
		if cos := n.Unit().Dot(want.D()); cos < math.Cos(3.7*math.Pi/180) {
			t.Fatalf("%v comes back as %v, %.1f degrees off", want, n.Unit(), math.Acos(cos)*180/math.Pi)
		}
	}
}

func TestThinKeepsWhatMatters(t *testing.T) {
	order := seed.Stream(2, "order").Perm(10000)
	matters := func(i int32) bool { return i < 300 }
	kept := thin(order, 1000, matters)
	if len(kept) != 1000 {
		t.Fatalf("%d kept", len(kept))
	}
	n := 0
	for _, i := range kept {
		if matters(i) {
			n++
		}
	}
	if n != 300 {
		t.Errorf("%d of 300 points that matter kept", n)
	}
	at := 0
	for _, i := range order {
		if at < len(kept) && kept[at] == i {
			at++
		}
	}
	if at != len(kept) {
		t.Error("the order changed")
	}
	if all := thin(order, 1000, func(int32) bool { return true }); len(all) != 1000 {
		t.Errorf("%d kept where all matter", len(all))
	}
	if few := thin(order[:10], 1000, matters); !slices.Equal(few, order[:10]) {
		t.Error("few points are thinned")
	}
}

func TestMortonOrderIsLocal(t *testing.T) {
	r := seed.Stream(3, "points")
	points := make([]geom.Vec3, 4096)
	for i := range points {
		points[i] = geom.Vec{X: r.Float64(), Y: r.Float64(), Z: r.Float64()}.F()
	}
	order := mortonOrder(points, geom.BoxOf(points))
	length := func(order []int32) (sum float64) {
		for i := 1; i < len(order); i++ {
			sum += math.Sqrt(points[order[i]].Dist2(points[order[i-1]]))
		}
		return sum
	}
	if a, b := length(order), length(r.Perm(len(points))); a > b/5 {
		t.Errorf("the way along the order is %.0f, along any order %.0f", a, b)
	}
}

func TestViewsWithWrongLengthsAreErrors(t *testing.T) {
	doc, views := fakePredict(1, 50)
	views[0].Result.Terms["rough"] = make([]float32, 3)
	err := WritePredict(t.Context(), t.TempDir(), doc, views, Options{})
	if err == nil || !strings.Contains(err.Error(), "part01.ply: 3 values of rough for 50 points") {
		t.Errorf("error %v", err)
	}
}

func TestPackOddScans(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, points := range map[string][]geom.Vec3{"none": {}, "one": {{X: 1}}, "equal": make([]geom.Vec3, 40)} {
		v := fakeScan(name, "", 1, 1)
		v.Cloud.Points, v.Truth = points, nil
		v.Result.Point, v.Result.Signed, v.Result.Terms = make([]float32, len(points)), nil, nil
		if len(points) > 2 {
			v.Result.Point[0], v.Result.Point[1] = nan, inf
			v.Result.Regions = []detect.Region{{Kind: detect.Missing, Area: math.NaN(), Center: geom.Vec{X: math.NaN()}, Box: geom.EmptyBox()}}
		}
		p, err := packScan(t.Context(), 1, &v, fakeThreshold, maxShown)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		unpacked(t, p)
		if s := p.Spacing; s-s != 0 {
			t.Errorf("%s: spacing %v", name, s)
		}
		doc := &Predict{Threshold: 1, Scans: []PredictScan{NewPredictScan(name, v.Cloud, v.Result, 0)}}
		if err := WritePredict(t.Context(), t.TempDir(), doc, []ScanView{v}, Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
