package memorytest

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/geom"
)

// folder is the fixtures as a detector's own package sees them.
const folder = "../memory/testdata/"

func read[T any](t *testing.T, name string) []T {
	t.Helper()
	data, err := os.ReadFile(folder + name + ".f32")
	if err != nil {
		t.Fatal(err)
	}
	var v T
	out := make([]T, len(data)/binary.Size(v))
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// mayDiffer is the share of points whose score may be another: where an angle lies on the
// border of two bins, rounding decides.
const mayDiffer = 0.01

// Check learns by a plan from the two sound clouds of the fixtures, scores the third, and holds
// each term, and the score that the whole cloud has by it, against NAME.f32, to 1e-3 of their
// size.
func Check(t *testing.T, p *scoring.Plan, names ...string) {
	t.Helper()
	ctx := t.Context()
	r := &scoring.Reference{Settings: p.Settings}
	var sound []*geom.Cloud
	for _, n := range []string{"sound0", "sound1", "test"} {
		sound = append(sound, &geom.Cloud{Points: read[geom.Vec3](t, n)})
	}
	clouds, err := r.Bring(ctx, sound, true, scoring.FrameOptions{}, detect.FitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	method, err := p.Learn(ctx, &scoring.Sound{Scans: clouds[:2], Number: []int{0, 1}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	scan, err := r.Look(ctx, nil, clouds[2], scoring.Taken{})
	if err != nil {
		t.Fatal(err)
	}
	terms, err := method.Terms(ctx, scan)
	if err != nil {
		t.Fatal(err)
	}
	if len(terms.Values) != len(names) {
		t.Fatalf("terms %v, want %v", terms.Names, names)
	}
	for k, name := range names {
		terms.Score = terms.Values[k]
		scored, err := r.Settle(ctx, scan, terms, nil)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, name, scored, read[float32](t, name))
	}
}

// compare holds scores against those of the script: of the cloud, then of its points.
func compare(t *testing.T, name string, got *scoring.Scored, want []float32) {
	t.Helper()
	if len(want) != 1+len(got.Score) {
		t.Fatalf("%s: %d scores, want %d", name, len(got.Score), len(want)-1)
	}
	if math.Abs(float64(got.Object/want[0])-1) > 1e-3 {
		t.Errorf("%s: the cloud scores %v, want %v", name, got.Object, want[0])
	}
	off := 0
	var worst float64
	for i, s := range got.Score {
		if d := math.Abs(float64(s) - float64(want[1+i])); d > 1e-3*(float64(want[1+i])+1e-3*float64(want[0])) {
			off++
			worst = max(worst, d/float64(want[1+i]))
		}
	}
	if float64(off) > mayDiffer*float64(len(got.Score)) {
		t.Errorf("%s: %d of %d points are off by more than 1e-3, one by %g", name, off, len(got.Score), worst)
	}
}
