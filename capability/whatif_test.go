package capability

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/geom"
)

// others learns a gauge whose a50 doubles with half the scans, and that notes what it was given.
func others(t *testing.T, models int) Learner {
	return func(_ context.Context, c Change, scans []*geom.Cloud) ([]detect.Model, int, error) {
		if len(scans) != models {
			t.Errorf("%s: %d scans", c.What, len(scans))
		}
		for i, s := range scans {
			if n := plate(i).Len(); s.Len() != n/c.Thin {
				t.Errorf("%s: %d of %d points", c.What, s.Len(), n)
			}
		}
		if c.Noise == 4 {
			return nil, 0, CannotTry("nothing can be learnt")
		}
		g := &gauge{a50: 6 * float64(c.Learn), slope: 4}
		if c.Noise > 1 {
			g.over = 20 * plateNoise
		}
		list := make([]detect.Model, models)
		for i := range list {
			list[i] = g
		}
		return list, 2 / c.Learn, nil
	}
}

// What is known of the models comes out: with half the scans a50 is twice as large; the gauge takes a dent of half
// as many points for a narrower one.
func TestWhatIf(t *testing.T) {
	s := study(&gauge{a50: 6, slope: 4}, 3)
	s.Design.Most = 30
	r := run(t, s)
	if err := s.WhatIf(t.Context(), r, others(t, 3), nil, nil); err != nil {
		t.Fatal(err)
	}
	base := r.Curves[0].Fit.A50
	if len(r.WhatIf) != 5 {
		t.Fatal(len(r.WhatIf))
	}
	for i, want := range []float64{2, math.Sqrt2, 2} {
		a := &r.WhatIf[i]
		if a.Refusal != "" || len(a.Curves) != 1 || a.Curves[0].Fit == nil {
			t.Fatalf("%+v", a)
		}
		c := a.Curves[0]
		if ratio := c.Fit.A50 / base; math.Abs(ratio/want-1) > 0.2 {
			t.Errorf("%s: a50 is %.2f times that of the study, want about %.2f", a.What, ratio, want)
		}
		if c.Trials != r.Curves[0].Trials || c.NoRoom != r.Curves[0].NoRoom || a.Alarms.Scans != 3 || a.Learnt != 2/a.Learn {
			t.Errorf("%s: %+v, %+v", a.What, c, a)
		}
	}
	noisy := r.WhatIf[3]
	if noisy.Refusal != "" || noisy.Curves[0].Hits == 0 || noisy.Alarms.False != 0 {
		t.Errorf("%+v", noisy)
	}
	if math.Abs(r.Noise/plateNoise-1) > 0.1 || math.Abs(noisy.Measured/(2*r.Noise)-1) > 0.05 || math.Abs(noisy.Added/(math.Sqrt(3)*r.Noise)-1) > 1e-9 {
		t.Errorf("noise of %v: %v measured, %v added, %v measured then", plateNoise, r.Noise, noisy.Added, noisy.Measured)
	}
	if a := r.WhatIf[4]; a.Refusal != "nothing can be learnt" || a.Alarms != nil || a.Curves != nil {
		t.Errorf("%+v", a)
	}
}

// The same on any number of workers, and after a stop anywhere, through the folder.
func TestWhatIfWorkersAndResume(t *testing.T) {
	first := study(&gauge{a50: 6, slope: 4}, 3)
	want := run(t, first)
	var lines []IfLine
	all := func(some []IfLine) error { lines = append(lines, some...); return nil }
	if err := first.WhatIf(t.Context(), want, others(t, 3), nil, all); err != nil {
		t.Fatal(err)
	}
	stops := []int{3, 243}
	if os.Getenv("BLEMISH_LONG") != "" {
		stops = []int{0, 2, 3, 100, 243, 245, len(lines)}
	}
	for _, stop := range stops {
		s := study(&gauge{a50: 6, slope: 4}, 3)
		s.Workers = 3
		got := run(t, s)
		f, _, err := OpenFolder(filepath.Join(t.TempDir(), "out"), []byte("x"), nil, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Record(got.Trials); err != nil {
			t.Fatal(err)
		}
		if _, err := f.OpenWhatIf(3); err != nil {
			t.Fatal(err)
		}
		if err := f.RecordWhatIf(lines[:stop]); err != nil {
			t.Fatal(err)
		}
		if _, err := f.whatIf.WriteString(`{"change":`); err != nil {
			t.Fatal(err)
		}
		f.Close()
		f, trials, err := OpenFolder(f.dir, []byte("x"), nil, true)
		if err != nil || len(trials) != len(got.Trials) {
			t.Fatal(err, len(trials))
		}
		done, err := f.OpenWhatIf(3)
		if err != nil || !reflect.DeepEqual(done, lines[:stop:stop]) && stop > 0 {
			t.Fatalf("stop after %d: %d lines, %v", stop, len(done), err)
		}
		again := append([]IfLine(nil), done...)
		err = s.WhatIf(t.Context(), got, others(t, 3), done, func(some []IfLine) error { again = append(again, some...); return f.RecordWhatIf(some) })
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(again, lines) || !reflect.DeepEqual(got.WhatIf, want.WhatIf) {
			t.Errorf("another result after a stop at line %d", stop)
		}
		if err := f.Finish(t.Context(), 1, 1, got); err != nil {
			t.Fatal(err)
		}
	}
	other := study(&gauge{a50: 6, slope: 4}, 3)
	other.Design.Most = 21
	if err := other.WhatIf(t.Context(), run(t, other), others(t, 3), lines, nil); err == nil || !strings.Contains(err.Error(), "another design") {
		t.Error(err)
	}
	full := errors.New("disk full")
	if err := first.WhatIf(t.Context(), run(t, first), others(t, 3), nil, func([]IfLine) error { return full }); !errors.Is(err, full) {
		t.Error(err)
	}
}

// Lines that cannot follow one another are not read.
func TestWhatIfLinesThatDoNotFollow(t *testing.T) {
	sound, trial := &SoundScan{Name: "a"}, &Trial{}
	for name, lines := range map[string][]IfLine{
		"both":        {{Sound: sound, Trial: trial}},
		"neither":     {{}},
		"no change":   {{Change: 5, Sound: sound}},
		"back":        {{Change: 1, Sound: sound}, {Change: 0, Sound: sound}},
		"no sound":    {{Trial: trial}},
		"later sound": {{Sound: sound}, {Trial: trial}, {Sound: sound}},
		"number":      {{Sound: sound}, {Trial: &Trial{Number: 1}}},
	} {
		f, _, err := OpenFolder(filepath.Join(t.TempDir(), "out"), []byte("x"), nil, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.OpenWhatIf(1); err != nil {
			t.Fatal(err)
		}
		if err := f.RecordWhatIf(lines); err != nil {
			t.Fatal(err)
		}
		f.whatIf.Close()
		if done, err := f.OpenWhatIf(1); err != nil || len(done) != len(lines)-1 {
			t.Errorf("%s: %d of %d lines are read, %v", name, len(done), len(lines), err)
		}
		f.Close()
	}
}

// Thinner scans keep one of each run of points, noise adds up in squares, missed returns stay,
// and a carved scan is altered as its sound one.
func TestAlter(t *testing.T) {
	scan := plate(0)
	n := scan.Len()
	for range 50 {
		scan.Points = append(scan.Points, geom.Vec3{}) // missed returns
	}
	noisy := Change{Learn: 1, Thin: 1, Noise: 4}
	a := noisy.alter(scan, 0.01, 1, 0)
	out, _ := a.of(scan, nil)
	var square float64
	for i := range n {
		square += float64(out.Points[i].Z) * float64(out.Points[i].Z)
	}
	if got, want := math.Sqrt(square/float64(n)), 0.01*math.Sqrt(15); math.Abs(got/want-1) > 0.05 {
		t.Errorf("noise of %v is added, want %v", got, want)
	}
	if len(out.MissedReturns()) != 50 {
		t.Errorf("%d of 50 missed returns are left", len(out.MissedReturns()))
	}
	thin := Change{Learn: 1, Thin: 4, Noise: 1}
	a = thin.alter(scan, 0.01, 1, 0)
	sound, at := a.of(scan, nil)
	source := []int32{}
	for i := range int32(scan.Len()) {
		if i%3 != 0 {
			source = append(source, i)
		}
	}
	carved, here := a.of(scan.Select(source), source)
	for j, i := range source {
		if (here[j] >= 0) != (at[i] >= 0) || here[j] >= 0 && carved.Points[here[j]] != sound.Points[at[i]] {
			t.Fatalf("point %d: %d in the sound scan, %d in the carved one", i, at[i], here[j])
		}
	}
	if sound.Len() > n/4+13 || sound.Len() < n/4 {
		t.Errorf("%d of %d points", sound.Len(), n)
	}
	whole := make([]int32, scan.Len())
	for i := range whole {
		whole[i] = int32(i)
	}
	if a.tells(whole) || !a.tells(source) {
		t.Error("what is gone is not told")
	}
}
