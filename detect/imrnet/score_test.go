package imrnet

import (
	"context"
	"math"
	"testing"

	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/seed"
)

// flatBank is a bank of two sound scans of a plane, whose readings of both terms are
// drawn from 1 ± 0.1.
func flatBank(r *seed.Rand) ([][]geom.Vec3, []*scoring.Terms, *bank) {
	clouds, readings := make([][]geom.Vec3, 2), make([]*scoring.Terms, 2)
	for i := range clouds {
		values := [2][]float32{}
		for range 500 {
			clouds[i] = append(clouds[i], geom.Vec{X: r.Uniform(0, 1), Y: r.Uniform(0, 1)}.F())
			for k := range values {
				values[k] = append(values[k], float32(1+0.1*r.Norm()))
			}
		}
		readings[i] = &scoring.Terms{}
		readings[i].Add(termPoint, values[0])
		readings[i].Add(termCoverage, values[1])
	}
	return clouds, readings, newBank(clouds, readings)
}

func TestFusionAddsTermsInUnitsOfTheirLevel(t *testing.T) {
	r := seed.Stream(1, "fusion test")
	_, _, b := flatBank(r)
	b.level = []float64{2, 4}
	at := []geom.Vec3{{X: 0.5, Y: 0.5}, {X: 0.4, Y: 0.6}, {X: 0.6, Y: 0.4}}
	scan := &scoring.Terms{}
	scan.Add(termPoint, []float32{2, 0.5, 1})    // ten spreads above, below, as usual
	scan.Add(termCoverage, []float32{1, 2, 1.3}) // as usual, ten spreads above, three: less than its level
	excess, err := b.excess(context.Background(), 1, at, scan, -1)
	if err != nil {
		t.Fatal(err)
	}
	if e := excess[0][0]; math.Abs(float64(e)-10) > 3 || excess[0][1] != 0 {
		t.Errorf("excess %v, want about 10, and 0 below", excess[0])
	}
	got, err := b.fuse(context.Background(), 1, at, scan, -1, "calibrated")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{
		float64(excess[0][0]) / 2,
		float64(excess[1][1])/4 - 1,
		float64(excess[0][2]) / 2, // the voids are chance
	} {
		if math.Abs(float64(got[i])-want) > 1e-5 {
			t.Errorf("point %d scores %v, want %v", i, got[i], want)
		}
	}
	if !(got[1] > 0.5) {
		t.Errorf("a void of %v spreads scores %v", excess[1][1], got[1])
	}
}

// TestLevelsAreWhatSoundScansReach holds each scan out: what it reads is not what it is
// held against.
func TestLevelsAreWhatSoundScansReach(t *testing.T) {
	r := seed.Stream(2, "level test")
	clouds, readings, _ := flatBank(r)
	for i := range readings[1].Values[0] {
		readings[1].Values[0][i] += 1 // the second scan reads ten spreads more
	}
	b := newBank(clouds, readings)
	m := newModel(DefaultConfig(), 1, 1)
	m.bank = b
	var scans []*scoring.Held
	for _, c := range clouds {
		scan, err := m.Look(context.Background(), nil, c, scoring.Taken{})
		if err != nil {
			t.Fatal(err)
		}
		scans = append(scans, &scoring.Held{Scan: scan})
	}
	if err := m.findLevels(context.Background(), scans, readings, func(i int) int32 { return int32(i) }); err != nil {
		t.Fatal(err)
	}
	if !(b.level[0] > 1.5*b.level[1]) || b.level[1] < 1 {
		t.Errorf("levels %v: the first must be well above the second, and that at least 1", b.level)
	}
}
