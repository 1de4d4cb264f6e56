package detect

import (
	"math"
	"strings"
	"testing"

	"blemish/internal/version"
	"blemish/seed"
	"blemish/weights"
)

func TestTheLargestHeldOutScoreIsOne(t *testing.T) {
	c := Calibrate([]float32{2, 5, 4}, []float32{1, 2, 1.5})
	point := []float32{2, 4, 0}
	object := c.Apply(point, 2)
	if point[0] != 1 || point[1] != 2 || point[2] != 0 || object != 1 || c.Held != 3 {
		t.Errorf("%v, %v, %+v", point, object, c)
	}
	if c := Calibrate([]float32{3, 2}, []float32{0, 0}); c.Point != 3 || c.Object != 3 {
		t.Errorf("a part without any region is calibrated to %+v", c)
	}
	if c := Calibrate([]float32{0, 0}, []float32{0, 0}); !(c.Point > 0) || !(c.Object > 0) {
		t.Errorf("a part without any deviation is calibrated to %+v", c)
	}
}

// Few sound scans exceed the threshold, whatever their spread; a part whose scans
// agree has a lower one.
func TestThresholdKeepsItsPromise(t *testing.T) {
	r := seed.Stream(1, "threshold")
	for _, spread := range []float64{0.05, 0.1, 0.2} {
		alarms, total := 0, 0
		for trial := 0; trial < 2000; trial++ {
			draw := func() float32 { return float32(math.Exp(spread * r.Norm())) }
			held := []float32{draw(), draw(), draw(), draw()}
			c := Calibrate(held, held)
			for range 5 {
				total++
				if float64(c.Apply(nil, draw())) > c.Threshold {
					alarms++
				}
			}
		}
		if rate := float64(alarms) / float64(total); rate > 0.012 {
			t.Errorf("spread %g: %.2f %% false alarms", spread, 100*rate)
		}
	}
	agree, differ := Calibrate([]float32{1, 1, 1}, []float32{1, 0.99, 1.01}), Calibrate([]float32{1, 1, 1}, []float32{1, 0.8, 1.2})
	if !(agree.Threshold < differ.Threshold) || agree.Threshold < 1.1 {
		t.Errorf("thresholds %v and %v", agree.Threshold, differ.Threshold)
	}
}

// What scores between the threshold and a lower one of doubt is unsure; not where a threshold is
// asked for, or where the other one is not lower.
func TestBetweenTwoThresholdsIsDoubt(t *testing.T) {
	high, low := []float32{1, 1.1, 30, 1.2}, []float32{1, 1.1, 2, 1.2}
	c := Calibrate(high, high).DoubtAbove(Calibrate(low, low))
	if !(c.Doubt > 2.0/30 && c.Doubt < 6.0/30) || c.Threshold < 1.1 {
		t.Fatalf("doubt %v, threshold %v", c.Doubt, c.Threshold)
	}
	for object, want := range map[float32]Verdict{0.03: Sound, 0.5: Unsure, 5: Defective} {
		r := &Result{Object: object, Threshold: float32(c.Threshold), Doubt: float32(c.Doubt), Fit: FitQuality{Overlap: 1, Covered: 1}}
		if r.Judge(); r.Verdict != want || want == Unsure && !strings.Contains(r.Reason, "more sides") {
			t.Errorf("score %g: %v, %q", object, r.Verdict, r.Reason)
		}
	}
	if c := Calibrate(low, low).DoubtAbove(Calibrate(high, high)); c.Doubt != 0 {
		t.Errorf("doubt %v above the threshold %v", c.Doubt, c.Threshold)
	}
	if asked, err := c.ForFalseAlarms(0.05); err != nil || asked.Doubt != 0 {
		t.Errorf("asked for: %+v, %v", asked, err)
	}
}

func TestJudge(t *testing.T) {
	good := FitQuality{Residual: 1, Expected: 1, Overlap: 0.95, Covered: 0.95}
	with := func(change func(*FitQuality)) FitQuality { f := good; change(&f); return f }
	for _, c := range []struct {
		name   string
		object float32
		fit    FitQuality
		want   Verdict
	}{
		{"sound", 0.9, good, Sound},
		{"over 1 but under the threshold", 1.2, good, Sound},
		{"defective", 1.4, good, Defective},
		{"another part", 9, with(func(f *FitQuality) { f.Overlap = 0.3 }), Unsure},
		{"a splinter", 9, with(func(f *FitQuality) { f.Covered = 0.02 }), Unsure},
		{"far off", 9, with(func(f *FitQuality) { f.Residual, f.Overlap = 8, 0.7 }), Unsure},
		{"far off in one place", 9, with(func(f *FitQuality) { f.Residual, f.Overlap = 8, 0.85 }), Defective},
	} {
		r := &Result{Object: c.object, Threshold: 1.3, Fit: c.fit}
		r.Judge()
		if r.Verdict != c.want || (r.Reason != "") != (c.want == Unsure) {
			t.Errorf("%s: %v, %q", c.name, r.Verdict, r.Reason)
		}
	}
}

func TestCardRoundTrip(t *testing.T) {
	f := &weights.File{}
	c := &Card{Format: CardFormat, Detector: "x", Config: []byte(`{"a":3}`), Calibration: Calibration{Point: 1, Object: 2, Threshold: 1.5}}
	if err := c.Put(f); err != nil {
		t.Fatal(err)
	}
	got, err := ReadCard(f)
	if err != nil {
		t.Fatal(err)
	}
	if got.Version != version.Version || got.Detector != "x" || got.Calibration != c.Calibration {
		t.Errorf("read %+v", got)
	}
	settings := struct {
		A int `json:"a"`
	}{A: 1}
	if err := got.Settings(&settings); err != nil || settings.A != 3 {
		t.Errorf("settings %+v, %v", settings, err)
	}
	var other struct{ B int }
	if err := got.Settings(&other); err == nil || !strings.Contains(err.Error(), `"a"`) || !strings.Contains(err.Error(), "train it again") {
		t.Errorf("an unknown setting: %v", err)
	}
}

func TestBadCardsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		``:                            "CardKey",
		`{`:                           "blemish",
		`{"format":99}`:               "newer",
		`{"format":0}`:                "does not exist",
		`{"format":1}`:                "no detector",
		`{"format":1,"detector":"x"}`: "calibration",
	} {
		f := &weights.File{Metadata: map[string]string{CardKey: text}}
		if text == "" {
			f.Metadata, want = nil, "no entry"
		}
		if _, err := ReadCard(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", text, err, want)
		}
	}
}

// Student's tail against printed tables (Abramowitz and Stegun, table 26.10), and the
// quantile against the tail and against the digits that thresholds rest on.
func TestStudent(t *testing.T) {
	for _, c := range []struct {
		freedom int
		t, tail float64
	}{{1, 6.314, 0.05}, {1, 63.657, 0.005}, {2, 4.303, 0.025}, {3, 5.841, 0.005}, {4, 2.132, 0.05}, {9, 3.250, 0.005}, {10, 1.812, 0.05}, {30, 2.457, 0.01}, {120, 3.160, 0.001}} {
		if got := studentTail(c.t, c.freedom); math.Abs(got/c.tail-1) > 2e-3 {
			t.Errorf("t %v, %d degrees of freedom: %v, want %v", c.t, c.freedom, got, c.tail)
		}
		if got := studentTail(-c.t, c.freedom) + studentTail(c.t, c.freedom); math.Abs(got-1) > 1e-12 {
			t.Errorf("both tails add up to %v", got)
		}
	}
	for k, want := range student {
		if got := studentQuantile(0.005, k+4); math.Abs(got-want) > 6e-4 {
			t.Errorf("%d degrees of freedom: %v, the table has %v", k+4, got, want)
		}
	}
}

// A share of false alarms that is asked for is kept, and rarer ones cost a higher threshold.
func TestFalseAlarmsThatAreAskedFor(t *testing.T) {
	r := seed.Stream(2, "alarms")
	for _, share := range []float64{0.01, 0.05, 0.2} {
		alarms, total := 0, 0
		for range 4000 {
			draw := func() float32 { return float32(math.Exp(0.12 * r.Norm())) }
			held := []float32{draw(), draw(), draw(), draw(), draw(), draw()}
			c := Calibrate(held, held)
			asked, err := c.ForFalseAlarms(share)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Alarms(asked.Threshold); asked.Threshold > 1 && math.Abs(got/share-1) > 1e-6 {
				t.Fatalf("%v asked for, %v expected at the threshold", share, got)
			}
			for range 5 {
				total++
				if float64(c.Apply(nil, draw())) > asked.Threshold {
					alarms++
				}
			}
		}
		if rate := float64(alarms) / float64(total); rate > 1.3*share || share < 0.1 && rate < 0.4*share {
			t.Errorf("%v asked for: %v false alarms", share, rate)
		}
	}
	c := Calibrate([]float32{1, 2}, []float32{1, 1.1})
	for _, share := range []float64{0, -1, 0.6, 1e-5, math.NaN()} {
		if _, err := c.ForFalseAlarms(share); err == nil {
			t.Errorf("a share of %v is taken", share)
		}
	}
	if _, err := (Calibration{Point: 1, Object: 1, Threshold: 1, Held: 3}).ForFalseAlarms(0.01); err == nil {
		t.Error("a threshold that was not learnt is changed")
	}
	if !math.IsNaN((Calibration{}).Alarms(2)) {
		t.Error("false alarms of nothing")
	}
}
