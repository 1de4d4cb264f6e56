package dataset

import (
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"blemish/defect"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// realRecipe has all that scans of scanners have.
func realRecipe(workers task.Workers) Options {
	return Options{
		Classes: []string{"headset1"}, Kinds: []defect.Kind{defect.Hole, defect.Crack}, Train: 2, Sound: 1, PerKind: 1,
		MinPoints: 800, MaxPoints: 800, Noise: 0.001, Seed: 5, Workers: workers, Views: 1, Version: "test",
		Conditions: Conditions{MinTrainViews: 1, MaxTrainViews: 2, Ragged: 0.5, NoiseModel: ScannerNoise, Table: true, Clamps: 2,
			Strays: 15, Missed: 0.1, MinMissing: 0.1, MaxMissing: 0.3},
	}
}

func TestRealScansAreTheSameOnAnyNumberOfWorkersAndAgain(t *testing.T) {
	one := mustBuild(t, realRecipe(1))
	m, err := ReadManifest(one)
	if err != nil {
		t.Fatal(err)
	}
	sharded := filepath.Join(t.TempDir(), "set")
	for _, shard := range []Shard{{Index: 0, Count: 2}, {Index: 1, Count: 2}, {}} {
		opt := m.Recipe()
		opt.Version, opt.Shard, opt.Resume, opt.Workers = "test", shard, true, 3
		if _, err := Build(context.Background(), sharded, opt); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "one worker, and three in shards", one, sharded)
	again := t.TempDir()
	if err := Replay(context.Background(), again, m, m.Samples, nil, 2); err != nil {
		t.Fatal(err)
	}
	left, right := contents(t, one), contents(t, again)
	for _, s := range m.Samples {
		for _, file := range []string{s.File, s.Truth} {
			if file != "" && string(left[filepath.FromSlash(file)]) != string(right[filepath.FromSlash(file)]) {
				t.Errorf("%s is not the same when made again", file)
			}
		}
	}
}

// TestCleanSetsDoNotKnowOfConditions: what is not used is not in the manifest, so that
// older ones compare equal.
func TestCleanSetsDoNotKnowOfConditions(t *testing.T) {
	text, err := json.Marshal(Options{Conditions: Conditions{NoiseModel: PlainNoise}}.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	want := `"views":0,"layout":"anomaly-shapenet"}`
	if !strings.HasSuffix(string(text), want) {
		t.Errorf("options are %s, want them to end with %s", text, want)
	}
	sample, err := json.Marshal(Sample{})
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"sensors", "missing", "clutter"} {
		if strings.Contains(string(sample), word) {
			t.Errorf("a clean sample has %q: %s", word, sample)
		}
	}
}

// TestRecordsAreWhatTheManifestSays reads a set back: missed returns are exact zeros,
// truth has a row for each point and knows of defects on the part alone.
func TestRecordsAreWhatTheManifestSays(t *testing.T) {
	opt := realRecipe(0)
	opt.ClutterTrain = true
	dir := mustBuild(t, opt)
	m, err := ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Sample{}
	for _, s := range m.Samples {
		found[s.File] = s
	}
	for _, it := range append(append([]Item{}, set.Classes[0].Train...), set.Classes[0].Test...) {
		s := found[it.File]
		cloud, _, err := set.Load(it)
		if err != nil {
			t.Fatal(err)
		}
		c := s.Clutter
		if c == nil || c.Part+c.Table+c.Clamps+c.Strays+c.Missed != cloud.Len() || s.Points != cloud.Len() {
			t.Fatalf("%s has %d points, the manifest %d, of them %+v", it.File, cloud.Len(), s.Points, c)
		}
		if c.Table < c.Part || c.Clamps == 0 || c.Strays != 15 || len(s.Sensors) != len(s.Views) || s.Missing < 0.1 || s.Missing > 0.3 {
			t.Errorf("%s: %+v, %d sensors, %d views, %g missing", it.File, c, len(s.Sensors), len(s.Views), s.Missing)
		}
		zeros, anomalous := 0, 0
		for i, p := range cloud.Points {
			label := cloud.Scalar("label")[i]
			anomalous += int(label)
			if p == (geom.Vec3{}) {
				zeros++
				if label != 0 {
					t.Errorf("%s: a missed return has label %g", it.File, label)
				}
			}
		}
		if share := float64(zeros) / float64(cloud.Len()); zeros != c.Missed || math.Abs(share-0.1) > 0.001 {
			t.Errorf("%s: %d of %d records are zero, the manifest says %d, the recipe a tenth", it.File, zeros, cloud.Len(), c.Missed)
		}
		if anomalous != s.Anomalous || it.Defective && (s.Share < leastShare || s.Share > mostOfView || anomalous == 0) {
			t.Errorf("%s: %d anomalous points, the manifest says %d, share %g", it.File, anomalous, s.Anomalous, s.Share)
		}
		// Sensors are the views, seen from the cloud.
		pose := geom.PoseFromMatrix(s.Pose)
		for i, e := range s.Views {
			at := pose.ApplyVec(geom.Vec{X: e[0], Y: e[1], Z: e[2]})
			if at.Sub(geom.Vec{X: s.Sensors[i][0], Y: s.Sensors[i][1], Z: s.Sensors[i][2]}).Norm() > 1e-12 {
				t.Errorf("%s: sensor %d is at %v, the view says %v", it.File, i, s.Sensors[i], at)
			}
		}
	}
}

var targets = map[string]*defect.Target{} // by class, made once for all tests

// scanOf scans a built-in object, sound or defective, in the mesh's frame.
func scanOf(t *testing.T, class string, kind defect.Kind, opt Options) (*maker, *Sample, *geom.Cloud) {
	t.Helper()
	m := &maker{opt: opt.Defaults(), class: class, target: builtin(t, class), job: job{part: "test", kind: kind}}
	if err := m.opt.validConditions(); err != nil {
		t.Fatal(err)
	}
	sample := &Sample{}
	cloud, err := m.draft(context.Background(), sample, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m, sample, cloud
}

// builtin is a built-in object.
func builtin(t *testing.T, class string) *defect.Target {
	t.Helper()
	if targets[class] != nil {
		return targets[class]
	}
	for _, src := range builtinSources(3) {
		if src.class == class {
			ready, err := src.prepare(context.Background(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			targets[class] = ready.target
			return ready.target
		}
	}
	t.Fatalf("no class %s", class)
	return nil
}

// TestDefectsInSightLeaveLabels: of holes and cracks in scans from one side with ragged
// rims, enough is seen, and nothing that is not there.
func TestDefectsInSightLeaveLabels(t *testing.T) {
	for _, kind := range []defect.Kind{defect.Hole, defect.Crack} {
		for _, seed := range []uint64{1, 2} {
			opt := Options{Views: 1, MinPoints: 2000, MaxPoints: 2000, Seed: seed, Conditions: Conditions{Ragged: 0.7}}
			m, sample, cloud := scanOf(t, "cup1", kind, opt)
			carved, err := defect.Apply(context.Background(), m.target, *sample.Plan)
			if err != nil {
				t.Fatal(err)
			}
			tree, eye := spatial.NewBVH(carved.Mesh()), m.sensors[0]
			hidden := 0
			for _, p := range cloud.Points {
				sight := eye.Sub(p.D())
				if tree.Blocked(p.D(), sight, 1e-4*m.target.Diagonal()/sight.Norm(), 1) {
					hidden++
				}
			}
			if hidden > 0 || sample.Anomalous < 20 {
				t.Errorf("%s, seed %d: %d points are hidden, %d anomalous", kind, seed, hidden, sample.Anomalous)
			}
		}
	}
}

func TestConditionsAreChecked(t *testing.T) {
	good := Options{Train: 1, Views: 1, Noise: 0.001}
	for _, c := range []struct {
		want   string
		change func(o *Options)
	}{
		{"train-views 3-1", func(o *Options) { o.MinTrainViews, o.MaxTrainViews = 3, 1 }},
		{"train-views 0-7", func(o *Options) { o.MaxTrainViews = 7 }},
		{"ragged 1.5: between 0", func(o *Options) { o.Ragged = 1.5 }},
		{"ragged NaN", func(o *Options) { o.Ragged = math.NaN() }},
		{"only scans from viewpoints have rims", func(o *Options) { o.Ragged, o.Views = 0.5, 0 }},
		{`noise-model "pink" is not known; there are plain, scanner`, func(o *Options) { o.NoiseModel = "pink" }},
		{"give noise", func(o *Options) { o.NoiseModel, o.Noise = ScannerNoise, 0 }},
		{"clamps 9: between 0 and 8", func(o *Options) { o.Clamps = 9 }},
		{"strays -1", func(o *Options) { o.Strays = -1 }},
		{"missed 0.95", func(o *Options) { o.Missed = 0.95 }},
		{"missing 0.5-0.2", func(o *Options) { o.MinMissing, o.MaxMissing = 0.5, 0.2 }},
		{"missing 0.1-0.95", func(o *Options) { o.MinMissing, o.MaxMissing = 0.1, 0.95 }},
		{"there is no clutter", func(o *Options) { o.ClutterTrain = true }},
	} {
		o := good
		c.change(&o)
		if err := o.Defaults().Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if err := good.Defaults().Validate(); err != nil {
		t.Error(err)
	}
}
