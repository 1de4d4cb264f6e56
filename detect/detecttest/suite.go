package detecttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"blemish/detect"
	"blemish/geom"
	"blemish/seed"
	"blemish/task"
	"blemish/weights"
)

// Suite says which detector is tested and what may be asked of it.
type Suite struct {
	New  func() detect.Detector // a fresh one, configured for small parts
	Open func(context.Context, *weights.File, detect.OpenOptions) (detect.Model, error)
	// Points are those of a scan; 0: 1000. Some 4 of 100 are on the bump: a detector that looks at
	// the k nearest points of each sees it where it has a few times k.
	Points int
	// Scans is how many sound scans are learnt; 0: 2, the fewest of which one can be held out.
	// What two leave too wide a threshold for takes 3.
	Scans int
	// Loose is by how much calibrated scores may change when the scan is moved, its
	// points permuted or its unit changed: the rounding of coordinates moves the pose a
	// little. 0: 0.1, of the score plus 0.1.
	Loose float64
	// Contrast is how many times higher the points of a plain bump score than the others, on
	// average; 0: 3. Distances between points have a floor that sampling sets.
	Contrast float64
	// Blind says that the detector need not find a plain bump (a network of a few
	// training steps).
	Blind bool
}

// Run runs all parts of the contract as subtests.
func Run(t *testing.T, s Suite) {
	if s.Points == 0 {
		s.Points = 1000
	}
	if s.Scans == 0 {
		s.Scans = 2
	}
	if s.Loose == 0 {
		s.Loose = 0.1
	}
	if s.Contrast == 0 {
		s.Contrast = 3
	}
	r := seed.Stream(7, "detecttest")
	b := &bench{Suite: s, sound: make([]*geom.Cloud, s.Scans)}
	for i := range b.sound {
		b.sound[i] = scan(s.Points, bump{}, r)
	}
	b.good = scan(s.Points, bump{}, r)
	b.bad = scan(s.Points, bump{at: geom.Vec{X: 0.35, Y: 0.5, Z: 0.12}, radius: 0.18, depth: 0.1}, r)
	b.model = b.fit(t, b.sound, 1)
	b.wantGood, b.wantBad = Score(t, b.model, b.good), Score(t, b.model, b.bad)
	for _, part := range []struct {
		name string
		test func(t *testing.T)
	}{
		{"ResultIsComplete", b.complete},
		{"FindsABump", b.finds},
		{"SaveOpenScore", b.saves},
		{"WorkersDoNotMatter", b.workers},
		{"PoseOrderAndPointsThatAreNotFinite", b.disturbs},
		{"AnyUnit", b.units},
		{"BadScans", b.badScans},
		{"BadTraining", b.badTraining},
		{"OneSoundScan", b.single},
		{"Cancel", b.cancels},
		{"Concurrent", b.concurrent},
	} {
		t.Run(part.name, part.test)
	}
}

type bench struct {
	Suite
	sound     []*geom.Cloud
	good, bad *geom.Cloud
	model     detect.Model
	// What the model says of them, worked out once.
	wantGood, wantBad *detect.Result
}

func (b *bench) fit(t *testing.T, sound []*geom.Cloud, workers task.Workers) detect.Model {
	t.Helper()
	m, err := b.New().Fit(context.Background(), sound, detect.FitOptions{Class: "bracket", Seed: 3, Workers: workers, Unit: "mm", Files: []detect.SourceFile{{Name: "a.pcd"}}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Score is what a model says of a scan; no point scores NaN.
func Score(t testing.TB, m detect.Model, c *geom.Cloud) *detect.Result {
	t.Helper()
	r, err := m.Score(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range r.Point {
		if s != s {
			t.Fatalf("point %d scores NaN", i)
		}
	}
	return r
}

// complete checks that a result is whole and within its ranges.
func (b *bench) complete(t *testing.T) {
	for name, r := range map[string]*detect.Result{"sound": b.wantGood, "defective": b.wantBad} {
		c := map[string]*geom.Cloud{"sound": b.good, "defective": b.bad}[name]
		if len(r.Point) != c.Len() {
			t.Fatalf("%s: %d scores for %d points", name, len(r.Point), c.Len())
		}
		for i, s := range r.Point {
			if !(s >= 0) || math.IsInf(float64(s), 0) {
				t.Fatalf("%s: point %d scores %v", name, i, s)
			}
		}
		if !(r.Object >= 0) || math.IsInf(float64(r.Object), 0) || !(r.Threshold > 0) {
			t.Errorf("%s: object score %v, threshold %v", name, r.Object, r.Threshold)
		}
		if len(r.Terms) == 0 {
			t.Errorf("%s: no terms", name)
		}
		for term, v := range r.Terms {
			if len(v) != c.Len() {
				t.Errorf("%s: term %q has %d values for %d points", name, term, len(v), c.Len())
			}
		}
		if r.Signed != nil && len(r.Signed) != c.Len() {
			t.Errorf("%s: %d signed distances for %d points", name, len(r.Signed), c.Len())
		}
		if d := r.Pose.R.Det(); math.Abs(d-1) > 1e-6 {
			t.Errorf("%s: the pose's rotation has determinant %v", name, d)
		}
		if r.Verdict == detect.Unsure != (r.Reason != "") {
			t.Errorf("%s: verdict %v with reason %q", name, r.Verdict, r.Reason)
		}
		checkRegions(t, name, c, r)
	}
}

func checkRegions(t *testing.T, name string, c *geom.Cloud, r *detect.Result) {
	t.Helper()
	taken := map[int32]bool{}
	last := math.Inf(1)
	for i, g := range r.Regions {
		if g.Kind != detect.Excess && g.Kind != detect.Missing && g.Kind != detect.Deviating {
			t.Errorf("%s: region %d is %q", name, i, g.Kind)
		}
		if g.Peak > last || !(g.Area > 0) || g.Points < 1 || g.Box.Empty() {
			t.Errorf("%s: region %d: peak %v after %v, area %v, %d points", name, i, g.Peak, last, g.Area, g.Points)
		}
		last = g.Peak
		for k, p := range g.Index {
			if p < 0 || int(p) >= c.Len() || taken[p] || k > 0 && p <= g.Index[k-1] {
				t.Fatalf("%s: region %d lists point %d out of order, twice or out of range", name, i, p)
			}
			taken[p] = true
		}
	}
}

// finds checks that a plain bump stands out, as points and as a scan.
func (b *bench) finds(t *testing.T) {
	if b.Blind {
		t.Skip("not asked of this detector")
	}
	good, bad := b.wantGood, b.wantBad
	if good.Verdict != detect.Sound || bad.Verdict != detect.Defective {
		t.Errorf("verdicts %v (%.2f) on the sound scan and %v (%.2f) on that with a bump, threshold %.2f; want sound and defective", good.Verdict, good.Object, bad.Verdict, bad.Object, bad.Threshold)
	}
	var in, out []float64
	for i, l := range b.bad.Scalar("label") {
		if l > 0 {
			in = append(in, float64(bad.Point[i]))
		} else {
			out = append(out, float64(bad.Point[i]))
		}
	}
	if mean(in) < b.Contrast*mean(out) {
		t.Errorf("the bump's %d points score %.2f on average, the other %d %.2f; want %g times as much (Contrast; with more Points the bump has more)", len(in), mean(in), len(out), mean(out), b.Contrast)
	}
	if len(bad.Regions) == 0 {
		t.Fatalf("no region on the scan with a bump of %d points", len(in))
	}
	hit := 0
	for _, i := range bad.Regions[0].Index {
		if b.bad.Scalar("label")[i] > 0 {
			hit++
		}
	}
	if 2*hit < len(in) {
		t.Errorf("the worst region holds %d of the bump's %d points", hit, len(in))
	}
}

func mean(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum += x
	}
	return sum / float64(max(1, len(v)))
}

// saves checks that a model that went through a file scores the same bytes.
func (b *bench) saves(t *testing.T) {
	f := File(t, b.model)
	card, err := detect.ReadCard(f)
	if err != nil {
		t.Fatal(err)
	}
	if card.Detector != b.New().Name() || card.Class != "bracket" || card.Unit != "mm" || card.Seed != 3 || len(card.Files) != 1 || card.Scans != len(b.sound) {
		t.Errorf("card %+v", card)
	}
	opened, err := b.Open(context.Background(), f, detect.OpenOptions{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, b.wantBad, Score(t, opened, b.bad))
	damaged := *f
	damaged.Tensors = damaged.Tensors[1:]
	if _, err := b.Open(context.Background(), &damaged, detect.OpenOptions{}); err == nil {
		t.Error("a model without its first tensor opens")
	}
	if _, err := b.Open(context.Background(), &weights.File{}, detect.OpenOptions{}); err == nil {
		t.Error("an empty file opens")
	}
}

// File is the model file of a model, read again.
func File(t testing.TB, m detect.Model) *weights.File {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	f, err := weights.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// equal checks that two results are the same, bit by bit.
func equal(t *testing.T, a, b *detect.Result) {
	t.Helper()
	if x, y := fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b); x != y {
		at := 0
		for at < len(x) && at < len(y) && x[at] == y[at] {
			at++
		}
		cut := func(s string) string { return s[max(0, min(at-60, len(s))):min(at+60, len(s))] }
		t.Errorf("results differ:\n…%s…\n…%s…", cut(x), cut(y))
	}
}

// workers checks that a model does not depend on how many learn it, byte by byte; saves scores
// with more of them than there were for the wanted result.
func (b *bench) workers(t *testing.T) {
	var one, two bytes.Buffer
	if err := errors.Join(b.model.Save(&one), b.fit(t, b.sound, 2).Save(&two)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two workers learn another model than one")
	}
}

// near checks that scores agree up to the rounding of coordinates: nearly all points
// closely, and the object score.
func (b *bench) near(t *testing.T, want, got []float32, wantObject, gotObject float32) {
	t.Helper()
	off := 0
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > b.Loose*(0.1+float64(want[i])) {
			off++
		}
	}
	if share := float64(off) / float64(len(want)); share > 0.02 {
		t.Errorf("%.1f %% of the points change their score by more than %g", 100*share, b.Loose)
	}
	if math.Abs(float64(gotObject-wantObject)) > b.Loose*(0.1+float64(wantObject)) {
		t.Errorf("object score %v became %v", wantObject, gotObject)
	}
}

// disturbs checks that neither the pose of a scan, nor the order of its points, nor points that
// are not finite matter.
func (b *bench) disturbs(t *testing.T) {
	pose := geom.Pose{R: geom.RotationAxis(geom.Vec{X: 1, Y: 2, Z: -1}, 2), T: geom.Vec{X: 3, Y: -1, Z: 0.5}}
	perm := seed.Stream(11, "permute").Perm(b.bad.Len())
	c := &geom.Cloud{Points: []geom.Vec3{{X: float32(math.NaN())}}}
	c.Points = append(c.Points, b.bad.Transform(pose).Select(perm).Points...)
	c.Points = append(c.Points, geom.Vec3{Y: float32(math.Inf(1))})
	want, got := b.wantBad, Score(t, b.model, c)
	if len(got.Point) != c.Len() || got.Point[0] != 0 || got.Point[c.Len()-1] != 0 {
		t.Fatalf("%d scores for %d points", len(got.Point), c.Len())
	}
	back := make([]float32, len(perm))
	for i, j := range perm {
		back[j] = got.Point[1+i]
	}
	b.near(t, want.Point, back, want.Object, got.Object)
	checkRegions(t, "with NaN", c, got)
	// Both poses take the scan to the same place.
	p := b.bad.Points[0]
	if d := want.Pose.ApplyVec(p.D()).Sub(got.Pose.ApplyVec(pose.ApplyVec(p.D()))).Norm(); d > 0.02 {
		t.Errorf("the moved scan lands %g away", d)
	}
}

// units checks that the same part in another unit scores the same.
func (b *bench) units(t *testing.T) {
	want := b.wantBad
	const factor = 1e-6 // millimetres in kilometres
	scaled := func(c *geom.Cloud) *geom.Cloud {
		out := &geom.Cloud{Points: make([]geom.Vec3, c.Len())}
		for i, p := range c.Points {
			out.Points[i] = p.D().Scale(factor).F()
		}
		return out
	}
	var sound []*geom.Cloud
	for _, c := range b.sound {
		sound = append(sound, scaled(c))
	}
	got := Score(t, b.fit(t, sound, 0), scaled(b.bad))
	b.near(t, want.Point, got.Point, want.Object, got.Object)
	if len(want.Regions) > 0 && len(got.Regions) > 0 {
		if x, y := want.Regions[0].Area*factor*factor, got.Regions[0].Area; math.Abs(y/x-1) > b.Loose {
			t.Errorf("area %g, want %g", y, x)
		}
	}
}

// badScans must end in the verdict Unsure, with a reason, not in a panic.
func (b *bench) badScans(t *testing.T) {
	same := &geom.Cloud{Points: make([]geom.Vec3, 500)}
	for i := range same.Points {
		same.Points[i] = geom.Vec3{X: 1, Y: 2, Z: 3}
	}
	line := &geom.Cloud{Points: make([]geom.Vec3, 500)}
	for i := range line.Points {
		line.Points[i] = geom.Vec3{X: float32(i) / 500}
	}
	for name, c := range map[string]*geom.Cloud{
		"empty": {}, "one point": {Points: []geom.Vec3{{X: 1}}}, "few": {Points: b.good.Points[:20]}, "all equal": same, "a line": line,
		"NaN": {Points: []geom.Vec3{{X: float32(math.NaN())}}},
	} {
		r := Score(t, b.model, c)
		if r.Verdict != detect.Unsure || r.Reason == "" || len(r.Point) != c.Len() {
			t.Errorf("%s: verdict %v, reason %q, %d scores", name, r.Verdict, r.Reason, len(r.Point))
		}
	}
}

func (b *bench) badTraining(t *testing.T) {
	for name, c := range map[string]struct {
		sound []*geom.Cloud
		want  error
	}{
		"none":  {nil, detect.ErrNoSoundScans},
		"empty": {[]*geom.Cloud{{}}, detect.ErrTooFewPoints},
		"few":   {[]*geom.Cloud{b.good, {Points: b.good.Points[:9]}}, detect.ErrTooFewPoints},
		"equal": {[]*geom.Cloud{{Points: make([]geom.Vec3, 500)}}, detect.ErrTooFewPoints},
	} {
		if _, err := b.New().Fit(context.Background(), c.sound, detect.FitOptions{}); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}

// single checks that one sound scan is enough to tell sound from defective.
func (b *bench) single(t *testing.T) {
	m := b.fit(t, b.sound[:1], 0)
	good, bad := Score(t, m, b.good), Score(t, m, b.bad)
	if !b.Blind && !(bad.Object > good.Object) {
		t.Errorf("learnt from one scan: sound %v, defective %v", good.Object, bad.Object)
	}
}

func (b *bench) cancels(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.New().Fit(ctx, b.sound, detect.FitOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Fit: error %v", err)
	}
	if _, err := b.model.Score(ctx, b.good); !errors.Is(err, context.Canceled) {
		t.Errorf("Score: error %v", err)
	}
}

// concurrent scores several scans at once; run with -race this finds shared state.
func (b *bench) concurrent(t *testing.T) {
	want := b.wantBad
	results := make(chan *detect.Result, 2)
	for range cap(results) {
		go func() {
			r, err := b.model.Score(context.Background(), b.bad)
			if err != nil {
				t.Error(err)
			}
			results <- r
		}()
	}
	for range cap(results) {
		if r := <-results; r != nil {
			equal(t, want, r)
		}
	}
}
