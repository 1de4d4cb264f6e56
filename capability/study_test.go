package capability

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"blemish/defect/inscan"
	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/metric/pod"
	"blemish/seed"
)

const plateNoise = 1e-4

// plate is a sound scan: 60×60 points of a plate of side 60, seen from above, jittered, with noise.
func plate(number int) *geom.Cloud {
	r := seed.Stream(5, "plate", number)
	c := &geom.Cloud{Sensor: &geom.Vec{X: 30, Y: 30, Z: 3000}}
	for i := range 60 {
		for j := range 60 {
			c.Points = append(c.Points, geom.Vec{X: float64(i) + r.Uniform(0.1, 0.9), Y: float64(j) + r.Uniform(0.1, 0.9), Z: plateNoise * r.Norm()}.F())
		}
	}
	return c
}

// gauge is a model that sees how wide a dent is, and calls one defective with a probability
// that is known: logit POD = slope·ln(size/a50).
type gauge struct {
	a50, slope float64
	blind      func(at geom.Vec) bool // places where it sees nothing
	elsewhere  bool                   // marks another place
	alarm      *geom.Vec              // a place that it marks always
	unsure     string
	calls      *atomic.Int32
	knows      func(at geom.Vec) bool // where it knows surface; nil: everywhere
	notSeen    []geom.Vec3            // with a share of 0.2
	over       float64                // how far off a point must be; 0: at all
}

func (g *gauge) Save(io.Writer) error { return errors.New("no file") }

func (g *gauge) Score(_ context.Context, scan *geom.Cloud) (*detect.Result, error) {
	if g.calls != nil {
		g.calls.Add(1)
	}
	r := &detect.Result{Point: make([]float32, scan.Len()), Pose: geom.IdentityPose(), Threshold: 1, Object: 0.5}
	if r.Seen.NotSeen = g.notSeen; g.notSeen != nil {
		r.Seen.NotSeenShare = 0.2
	}
	if g.unsure != "" {
		r.Verdict, r.Reason = detect.Unsure, g.unsure
		return r, nil
	}
	if g.knows != nil {
		r.Seen.Set = make([]scene.Set, scan.Len())
		for i, p := range scan.Points {
			if !g.knows(p.D()) {
				r.Seen.Set[i] = scene.NoReference
			}
		}
	}
	mark := func(at geom.Vec, index []int32) {
		r.Verdict, r.Object = detect.Defective, 2
		r.Regions = append(r.Regions, detect.Region{Center: at, Index: index, Peak: 2})
	}
	if g.alarm != nil {
		mark(*g.alarm, nil)
	}
	var index []int32
	var center geom.Vec
	box := geom.EmptyBox()
	for i, p := range scan.Points {
		if math.Abs(float64(p.Z)) > max(6*plateNoise, g.over) {
			index, center = append(index, int32(i)), center.Add(p.D())
			box.Extend(p.D())
		}
	}
	if len(index) == 0 {
		return r, nil
	}
	center = center.Scale(1 / float64(len(index)))
	if g.blind != nil && g.blind(center) {
		return r, nil
	}
	size := 2 * math.Sqrt(float64(len(index))/math.Pi)
	_, u := math.Modf(math.Abs(math.Sin(1000*center.X+777*center.Y)) * 10_000) // by chance, and the same each time
	if u < 1/(1+math.Exp(-g.slope*math.Log(size/g.a50))) {
		if g.elsewhere {
			center, index = geom.Vec{X: -500}, nil
		}
		mark(center, index)
	}
	return r, nil
}

func study(model *gauge, scans int) *Study {
	s := &Study{Model: model, Seed: 1, Workers: 1, Design: Design{
		Kinds: []inscan.Kind{inscan.Concavity}, Least: 2, Most: 20, Levels: 10, Depths: []float64{0.5}, Places: 24,
	}}
	for i := range scans {
		s.Scans = append(s.Scans, Scan{Name: string(rune('a' + i)), Cloud: plate(i), Model: model})
	}
	return s
}

func run(t *testing.T, s *Study) *Report {
	t.Helper()
	r, err := s.Run(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A model whose curve is known gives that curve.
func TestKnownCurve(t *testing.T) {
	r := run(t, study(&gauge{a50: 6, slope: 4}, 3))
	c := r.Curves[0]
	if c.Fit == nil || c.Trials < 150 || c.Trials+c.NoRoom != 240 || c.Alarmed != 0 {
		t.Fatalf("%+v", c)
	}
	a90 := 6 * math.Exp(math.Log(9)/4)
	if math.Abs(c.Fit.A50/6-1) > 0.2 || math.Abs(c.Fit.A90/a90-1) > 0.25 || c.Fit.A9095 < c.Fit.A90 || c.Fit.Beyond || c.Fit.Few {
		t.Errorf("a50 %v, a90 %v, a90/95 %v; want about 6 and %v", c.Fit.A50, c.Fit.A90, c.Fit.A9095, a90)
	}
	if r.Alarms.Scans != 3 || r.Alarms.False != 0 || math.Abs(r.Alarms.High-0.7076) > 1e-3 {
		t.Errorf("%+v", r.Alarms)
	}
	// The places are spread: none is near another, and sizes fill the range.
	var least = math.Inf(1)
	for i, p := range r.surface.chosen {
		for _, q := range r.surface.chosen[:i] {
			least = min(least, vec(r.Places[p].At).Sub(vec(r.Places[q].At)).Norm())
		}
	}
	if least < 5 {
		t.Errorf("two places are %v apart on a plate of 60", least)
	}
	used := map[string]int{}
	for _, trial := range r.Trials {
		used[trial.Scan]++
		if trial.Size < 2 || trial.Size > 20 {
			t.Fatalf("size %v", trial.Size)
		}
	}
	for _, s := range []string{"a", "b", "c"} {
		if used[s] < 40 {
			t.Errorf("%d defects are carved into scan %s", used[s], s)
		}
	}
}

// The same trials on any number of workers, and after a stop at any batch.
func TestWorkersAndResume(t *testing.T) {
	want := run(t, study(&gauge{a50: 6, slope: 4}, 3))
	s := study(&gauge{a50: 6, slope: 4}, 3)
	s.Workers = 3
	want.ready = nil // scans and models, which are not compared
	got := run(t, s)
	if got.ready = nil; !reflect.DeepEqual(got, want) {
		t.Error("another report on three workers")
	}
	var calls atomic.Int32
	s = study(&gauge{a50: 6, slope: 4, calls: &calls}, 3)
	stop := errors.New("stopped")
	var kept []Trial
	_, err := s.Run(t.Context(), nil, func(some []Trial) error {
		if kept = append(kept, some...); len(kept) >= 2*batch {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || len(kept) != 2*batch {
		t.Fatal(err, len(kept))
	}
	calls.Store(0)
	if got, err = s.Run(t.Context(), kept, nil); err != nil {
		t.Fatal(err)
	}
	if got.ready = nil; !reflect.DeepEqual(got, want) {
		t.Error("another report after a stop")
	}
	if n := int(calls.Load()); n > 6+len(want.Trials)-2*batch {
		t.Errorf("%d scans were judged after the stop", n)
	}
	s.Design.Most = 21
	if _, err := s.Run(t.Context(), kept, nil); err == nil {
		t.Error("trials of another design are taken")
	}
}

// What is marked elsewhere is no hit; what was marked before is not counted.
func TestHitsLieOnTheDefect(t *testing.T) {
	r := run(t, study(&gauge{a50: 1e-3, slope: 50, elsewhere: true}, 2))
	if r.Curves[0].Hits != 0 || r.Curves[0].Trials == 0 || r.Curves[0].Fit != nil || !strings.Contains(r.Curves[0].Refusal, pod.ErrTooFew.Error()) {
		t.Errorf("%+v", r.Curves[0])
	}
	for _, trial := range r.Trials {
		if trial.Outcome == Miss && trial.Points > 0 && trial.Why != "marked elsewhere" {
			t.Fatalf("%+v", trial)
		}
	}
	alarm := geom.Vec{X: 30, Y: 30}
	r = run(t, study(&gauge{a50: 6, slope: 4, alarm: &alarm}, 2))
	if r.Curves[0].Alarmed == 0 || r.Alarms.False != 2 {
		t.Errorf("%+v, %+v", r.Curves[0], r.Alarms)
	}
	for _, trial := range r.Trials {
		near := vec(trial.Center).Sub(alarm).Norm() < trial.Size/2
		if near && trial.Outcome == Hit {
			t.Errorf("a defect on a false alarm is a hit: %+v", trial)
		}
	}
}

// Where the model that is learnt without a scan knows no surface, that scan gets no defect.
func TestDefectsLieWhereTheModelKnowsTheSurface(t *testing.T) {
	model := &gauge{a50: 6, slope: 4}
	s := study(model, 2)
	s.Scans[0].Model = &gauge{a50: 6, slope: 4, knows: func(at geom.Vec) bool { return at.X < 35 }}
	s.Scans[1].Model = &gauge{a50: 6, slope: 4, knows: func(at geom.Vec) bool { return at.X > 25 && at.Y < 30 }}
	r := run(t, s)
	used := map[string]int{}
	for _, trial := range r.Trials {
		x, y := trial.Center[0], trial.Center[1]
		switch trial.Scan {
		case "a":
			if x >= 36 {
				t.Errorf("a defect at %v is carved into a", trial.Center)
			}
		case "b":
			if x <= 24 || y >= 31 {
				t.Errorf("a defect at %v is carved into b", trial.Center)
			}
		}
		used[trial.Scan]++
	}
	if used["a"] < 20 || used["b"] < 20 {
		t.Errorf("%v", used)
	}
	unmeasured := 0
	for _, p := range r.Places {
		if !p.Measured && p.At[0] > 36 && p.At[1] > 31 {
			unmeasured++
		}
	}
	if unmeasured == 0 {
		t.Error("the corner that neither knows is measured")
	}
	// A scan knows x < 35, the other x > 25 and y < 30, of a plate of 60; along each rim a band of half the middle
	// size, 3.2, has no room.
	if want := 1 - (28.6*53.6+25*23.6)/3600; math.Abs(r.NoPlace-want) > 0.06 || r.Maps[0].NotMeasured < r.NoPlace {
		t.Errorf("no place on %v of the surface, want about %v; %v is not measured", r.NoPlace, want, r.Maps[0].NotMeasured)
	}
}

// Surface that the model knows is told where no scan shows it: half of what the first leaves out, the second shows.
func TestSurfaceThatNoScanShows(t *testing.T) {
	model := &gauge{a50: 6, slope: 4, notSeen: []geom.Vec3{{X: 10, Y: 10}, {X: 40, Y: 20}, {X: 70, Y: 30}, {X: 30, Y: 80}}}
	if r := run(t, study(model, 2)); math.Abs(r.NotShown-0.1) > 1e-9 {
		t.Errorf("%v is not shown, want half of 0.2", r.NotShown)
	}
}

// The map is blind where the model is.
func TestMap(t *testing.T) {
	s := study(&gauge{a50: 1e-3, slope: 50, blind: func(at geom.Vec) bool { return at.X < 26 }}, 2)
	s.Design.Kinds = []inscan.Kind{inscan.Concavity, inscan.Hole}
	r := run(t, s)
	m := &r.Maps[0]
	blind, seen := 0, 0
	for i, spot := range m.Spots {
		x := r.Places[i].At[0]
		switch {
		case spot.State == Blind && x > 28, spot.State == Found && x < 24:
			t.Errorf("the place at %v has the state %d", x, spot.State)
		case spot.State == Blind:
			blind++
		case spot.State == Found:
			seen++
			if x > 28 && (spot.Size < 2 || spot.Size > 5) || spot.Depth != 0.5 {
				t.Errorf("%+v", spot)
			}
		}
	}
	if blind != m.Blind || blind < 6 || seen < 6 {
		t.Errorf("%d places are blind, %d are not, %d told", blind, seen, m.Blind)
	}
	if r.Maps[1].Blind != r.Maps[1].Tested {
		t.Errorf("no hole can be seen, but %d of %d places are blind", r.Maps[1].Blind, r.Maps[1].Tested)
	}
	c := r.Cloud(m)
	size, state := c.Scalar("smallest_size"), c.Scalar("state")
	for i := range c.Points {
		if (state[i] == Found) != (size[i] == size[i]) {
			t.Fatalf("point %d: state %v, size %v", i, state[i], size[i])
		}
	}
}

func TestScansAndDesignsThatDoNotDo(t *testing.T) {
	if _, err := study(&gauge{unsure: "another part"}, 3).Run(t.Context(), nil, nil); !errors.Is(err, ErrScans) || !strings.Contains(err.Error(), "another part") {
		t.Error(err)
	}
	if _, err := study(&gauge{}, 1).Run(t.Context(), nil, nil); !errors.Is(err, ErrScans) {
		t.Error(err)
	}
	for name, change := range map[string]func(d *Design){
		"sizes":  func(d *Design) { d.Most = 500 },
		"depths": func(d *Design) { d.Depths = []float64{500} },
		"room":   func(d *Design) { d.Least, d.Most = 80, 84 },
	} {
		s := study(&gauge{a50: 6, slope: 4}, 2)
		change(&s.Design)
		if _, err := s.Run(t.Context(), nil, nil); !errors.Is(err, ErrDesign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, d := range map[string]Design{
		"kinds":    {Levels: 1, Places: 1},
		"kind":     {Kinds: []inscan.Kind{"dust"}, Levels: 1, Places: 1},
		"twice":    {Kinds: []inscan.Kind{inscan.Hole, inscan.Hole}, Levels: 1, Places: 1},
		"levels":   {Kinds: []inscan.Kind{inscan.Hole}, Places: 1},
		"places":   {Kinds: []inscan.Kind{inscan.Hole}, Levels: 1, Places: -1},
		"sizes":    {Kinds: []inscan.Kind{inscan.Hole}, Levels: 1, Places: 1, Least: 2, Most: 1},
		"NaN":      {Kinds: []inscan.Kind{inscan.Hole}, Levels: 1, Places: 1, Least: math.NaN(), Most: 1},
		"depths":   {Kinds: []inscan.Kind{inscan.Hole}, Levels: 1, Places: 1, Depths: []float64{2, 1}},
		"too many": {Kinds: []inscan.Kind{inscan.Hole}, Levels: 50, Places: 1000, Depths: []float64{1, 2, 3}},
	} {
		if d.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// What was left open comes from the scans.
func TestDefaultsComeFromTheScans(t *testing.T) {
	s := study(&gauge{a50: 6, slope: 4}, 2)
	s.Design.Least, s.Design.Most, s.Design.Depths = 0, 0, nil
	r := run(t, s)
	d := r.Design
	unit := r.Noise
	if math.Abs(d.Least-4) > 0.6 || d.Most < 10 || d.Most > 20 || math.Abs(unit/plateNoise-1) > 0.1 || !reflect.DeepEqual(d.Depths, []float64{unit, 4 * unit, 16 * unit}) {
		t.Errorf("%+v at a spacing of %v", d, r.Spacing)
	}
}

// A folder keeps each trial, cuts off a half-written one, and goes on only with the same design.
func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	s := study(&gauge{a50: 6, slope: 4}, 2)
	want := run(t, s)
	f, done, err := OpenFolder(dir, []byte("design 1"), nil, false)
	if err != nil || done != nil {
		t.Fatal(err, done)
	}
	if err := f.Record(want.Trials[:40]); err != nil {
		t.Fatal(err)
	}
	if _, err := f.trials.WriteString(`{"number":40,"kin`); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if f.Kept() != dir+partialSuffix {
		t.Errorf("kept in %q", f.Kept())
	}
	if _, _, err := OpenFolder(dir, []byte("design 1"), nil, false); err == nil || !strings.Contains(err.Error(), "--resume") {
		t.Error(err)
	}
	if _, _, err := OpenFolder(dir, []byte("design 2"), nil, true); err == nil || !strings.Contains(err.Error(), "another") {
		t.Error(err)
	}
	f, done, err = OpenFolder(dir, []byte("design 1"), nil, true)
	if err != nil || !reflect.DeepEqual(done, want.Trials[:40]) {
		t.Fatal(err, len(done))
	}
	got, err := s.Run(t.Context(), done, f.Record)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Finish(t.Context(), 1, map[string]int{"doc": 1}, got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{designName, trialsName, reportName, "map-concavity.ply", "map-concavity.png"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Error(name, err)
		}
	}
	if _, err := os.Stat(dir + partialSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Error("the working folder is still there")
	}
	file, err := os.Open(filepath.Join(dir, trialsName))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil || strings.Count(string(text), "\n") != len(want.Trials) {
		t.Errorf("%d lines for %d trials, %v", strings.Count(string(text), "\n"), len(want.Trials), err)
	}
	other := filepath.Join(t.TempDir(), "none")
	if f, _, err = OpenFolder(other, []byte("design 1"), nil, false); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil || f.Kept() != "" {
		t.Error(err, f.Kept())
	}
	if _, err := os.Stat(other + partialSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Error("a run without any trial leaves a folder behind")
	}
	if _, _, err := OpenFolder(dir, []byte("design 1"), nil, true); err == nil {
		t.Error("a finished study is overwritten")
	}
}

// The same trials at another threshold: a defect counts as found as long as the scan and its
// region are above it.
func TestThresholds(t *testing.T) {
	r := run(t, study(&gauge{a50: 6, slope: 4}, 3))
	if len(r.Thresholds) != len(thresholds) {
		t.Fatal(len(r.Thresholds))
	}
	for _, at := range r.Thresholds {
		c := at.Curves[0]
		switch { // every defect that the gauge sees scores 2, sound scans 0.5
		case at.Threshold < 2 && !reflect.DeepEqual(c, r.Curves[0]):
			t.Errorf("threshold %v: %+v, at the model's own %+v", at.Threshold, c, r.Curves[0])
		case at.Threshold >= 2 && (c.Hits != 0 || c.Fit != nil || c.Trials != r.Curves[0].Trials):
			t.Errorf("threshold %v: %+v", at.Threshold, c)
		}
		if at.Alarms.False != 0 || at.Alarms.Scans != 3 || *at.Expected > 0.01 {
			t.Errorf("threshold %v: %+v, %v expected", at.Threshold, at.Alarms, *at.Expected)
		}
	}
	alarm := geom.Vec{X: 30, Y: 30}
	r = run(t, study(&gauge{a50: 6, slope: 4, alarm: &alarm}, 2))
	for _, at := range r.Thresholds {
		c, want := at.Curves[0], 2
		if at.Threshold >= 2 {
			want = 0
		}
		if at.Alarms.False != want || (c.Alarmed > 0) != (want > 0) {
			t.Errorf("threshold %v: %+v, %d trials lie on a false alarm", at.Threshold, at.Alarms, c.Alarmed)
		}
	}
	if len(r.Trials) == 0 || r.Trials[0].FoundBelow > 2 {
		t.Errorf("%+v", r.Trials[0])
	}
}
