package kind

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish"
	"blemish/benchmark"
	"blemish/dataset"
	"blemish/defect"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/geom"
	"blemish/internal/version"
	"blemish/jobs"
	"blemish/jobs/jobstest"
	"blemish/judge"
	"blemish/report"
	"blemish/storage"
)

func recipe() dataset.Options {
	return dataset.Options{Classes: []string{"cup0"}, Kinds: []defect.Kind{"bulge"}, Severity: "easy", Train: 3, Sound: 1, PerKind: 1,
		MinPoints: 800, MaxPoints: 800, Pose: dataset.FixedPose, Seed: 1, Version: version.Version}
}

// start is a queue with three workers.
func start(t *testing.T) *jobstest.Bench {
	store, err := storage.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b := jobstest.NewBench(t, jobs.NewLocal(jobstest.Patience), store)
	b.Worker.Handlers = Handlers(Options{Workers: 1, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(b.Work(3))
	return b
}

func submit(b *jobstest.Bench, list ...jobs.Job) (results []jobs.Result) {
	b.Helper()
	var ids []string
	for _, j := range list {
		id, err := b.Queue.Submit(b.Context(), j)
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		results = append(results, b.Wait(id))
	}
	return results
}

// same compares two folders, file by file.
func same(t *testing.T, got, want string) {
	t.Helper()
	files := 0
	for _, pair := range [][2]string{{got, want}, {want, got}} {
		err := filepath.WalkDir(pair[0], func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			files++
			name, err := filepath.Rel(pair[0], path)
			if err != nil {
				return err
			}
			one, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			other, err := os.ReadFile(filepath.Join(pair[1], name))
			if err != nil || !bytes.Equal(one, other) {
				t.Errorf("%s differs: %v", name, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files == 0 {
		t.Error("there are no files")
	}
}

// Each kind gives what the library gives without a queue.
func TestKindsGiveWhatTheLibraryGives(t *testing.T) {
	if testing.Short() {
		t.Skip("learns and scores, twice")
	}
	ctx := t.Context()
	b := start(t)
	dir := t.TempDir()

	// A data set, in more shards than it has parts.
	set := filepath.Join(dir, "set")
	if _, err := dataset.Build(ctx, set, recipe()); err != nil {
		t.Fatal(err)
	}
	shards, err := NewSynth(ctx, b.Queue.Store, recipe(), 3)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := JoinSynth(ctx, b.Queue, submit(b, shards...), filepath.Join(dir, "joined"), recipe())
	if err != nil || sum.Clouds != 5 {
		t.Fatal(sum, err)
	}
	same(t, filepath.Join(dir, "joined"), set)

	// A model.
	d, err := all.Configured("auto", []byte(`{"sites": 1000, "reference_points": 2000, "pose": "fixed"}`))
	if err != nil {
		t.Fatal(err)
	}
	sound, err := dataset.Scans([]string{filepath.Join(set, "cup0")})
	if err != nil {
		t.Fatal(err)
	}
	config, err := report.ConfigJSON(d.Config())
	if err != nil {
		t.Fatal(err)
	}
	job, err := NewTrain(ctx, b.Queue.Store, sound, "", TrainSpec{Detector: d.Name(), Config: config, Class: "cup0", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	learnt := filepath.Join(dir, "learnt")
	if err := b.Queue.Fetch(ctx, submit(b, job)[0], learnt); err != nil {
		t.Fatal(err)
	}
	model := filepath.Join(dir, "here.model")
	learn(t, d, sound, model)
	one, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	if other, err := os.ReadFile(filepath.Join(learnt, ModelName)); err != nil || !bytes.Equal(one, other) {
		t.Fatalf("the models differ: %d bytes, %v", len(other), err)
	}

	// Verdicts.
	j, err := judge.Open(ctx, model, judge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := PutModel(ctx, b.Queue.Store, model)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cup0_positive0.pcd", "cup0_bulge0.pcd"} {
		scan := filepath.Join(set, "cup0", "test", name)
		job, err := NewJudge(ctx, b.Queue.Store, stored, nil, scan, JudgeSpec{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		there, here := filepath.Join(dir, "there", name), filepath.Join(dir, "here", name)
		if err := b.Queue.Fetch(ctx, submit(b, job)[0], there); err != nil {
			t.Fatal(err)
		}
		view, entry, _, err := j.File(ctx, scan, name, format.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		entry.Seconds = report.None()
		if err := j.WriteOne(ctx, here, entry, view, false, report.Options{}); err != nil {
			t.Fatal(err)
		}
		same(t, there, here)
		if doc, err := ReadJudged(there); err != nil || doc.Scans[0].Score != entry.Score {
			t.Errorf("%s: %v", name, err)
		}
	}

	// A benchmark.
	open, err := dataset.Open(set, "auto")
	if err != nil {
		t.Fatal(err)
	}
	detectors := []detect.Detector{d}
	list, err := NewBenchmark(ctx, b.Queue.Store, open, nil, detectors, 1)
	if err != nil {
		t.Fatal(err)
	}
	doc, failed, err := JoinBenchmark(ctx, b.Queue, submit(b, list...), open, detectors, 1)
	if err != nil || len(failed) > 0 {
		t.Fatal(failed, err)
	}
	outcome, err := benchmark.Run(ctx, open, detectors, benchmark.Options{Seed: 1, Version: version.Version})
	if err != nil {
		t.Fatal(err)
	}
	timeless(&outcome.Document.Detectors[0].Classes[0])
	var got, want bytes.Buffer
	if err := doc.Write(&got); err != nil {
		t.Fatal(err)
	}
	if err := outcome.Document.Write(&want); err != nil {
		t.Fatal(err)
	}
	if got.String() != want.String() {
		t.Errorf("the benchmark by jobs says\n%s\nand without them\n%s", got.String(), want.String())
	}
}

func learn(t *testing.T, d detect.Detector, sound []string, to string) {
	t.Helper()
	opt := detect.FitOptions{Class: "cup0", Seed: 1}
	var clouds []*geom.Cloud
	for _, f := range sound {
		cloud, err := blemish.ReadCloud(f)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := format.HashFile(f)
		if err != nil {
			t.Fatal(err)
		}
		clouds = append(clouds, cloud)
		opt.Files = append(opt.Files, detect.SourceFile{Name: filepath.Base(f), SHA256: sum, Points: cloud.Len()})
	}
	vetted, err := deviation.Vet(t.Context(), d, clouds, opt, false)
	if err != nil {
		t.Fatal(err)
	}
	model, err := vetted.Fit(t.Context(), d, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := blemish.SaveModel(to, model); err != nil {
		t.Fatal(err)
	}
}

// Meshes and scans of the user's own keep the names that manifests have of them.
func TestSetsFromFiles(t *testing.T) {
	ctx := t.Context()
	b := start(t)
	dir := t.TempDir()
	meshes := filepath.Join(dir, "parts")
	if err := os.Mkdir(meshes, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(meshes, "block.off"), []byte(block()), 0o644); err != nil {
		t.Fatal(err)
	}
	opt := recipe()
	opt.Classes, opt.Meshes = nil, []string{meshes}
	if _, err := dataset.Build(ctx, filepath.Join(dir, "set"), opt); err != nil {
		t.Fatal(err)
	}
	list, err := NewSynth(ctx, b.Queue.Store, opt, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := JoinSynth(ctx, b.Queue, submit(b, list...), filepath.Join(dir, "joined"), opt); err != nil {
		t.Fatal(err)
	}
	same(t, filepath.Join(dir, "joined"), filepath.Join(dir, "set"))
}

// block is a box of triangles.
func block() string {
	var text strings.Builder
	text.WriteString("OFF\n8 12 0\n")
	for i := range 8 {
		x, y, z := i&1, i>>1&1, i>>2
		text.WriteString(strings.Join([]string{[]string{"0", "3"}[x], []string{"0", "2"}[y], []string{"0", "1"}[z]}, " ") + "\n")
	}
	for _, quad := range [][4]int{{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}} {
		for _, f := range [][3]int{{quad[0], quad[1], quad[2]}, {quad[0], quad[2], quad[3]}} {
			line, _ := json.Marshal(f)
			text.WriteString("3 " + strings.NewReplacer("[", "", "]", "", ",", " ").Replace(string(line)) + "\n")
		}
	}
	return text.String()
}

// What is wrong with a job fails it at once, with words; a scan that cannot be judged is a
// result.
func TestJobsThatAreWrong(t *testing.T) {
	ctx := t.Context()
	b := start(t)
	dir := t.TempDir()
	text := filepath.Join(dir, "scan.xyz")
	if err := os.WriteFile(text, []byte("x y z\n0 0 zero\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	noModel, err := PutModel(ctx, b.Queue.Store, text)
	if err != nil {
		t.Fatal(err)
	}
	wrongModel, err := NewJudge(ctx, b.Queue.Store, noModel, nil, text, JudgeSpec{Name: "scan.xyz"})
	if err != nil {
		t.Fatal(err)
	}
	badScan, err := NewTrain(ctx, b.Queue.Store, []string{text, text}, "", TrainSpec{Detector: "deviation", Config: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind, spec, want string
		job              *jobs.Job
	}{
		{job: &wrongModel, want: "scan.xyz"},
		{job: &badScan, want: "scan.xyz:2"},
		{kind: JudgeKind, spec: `{}`, want: "two inputs"},
		{kind: JudgeKind, spec: `7`, want: "cannot unmarshal"},
		{kind: TrainKind, spec: `{"detector": "none", "config": {}}`, want: "none"},
		{kind: TrainKind, spec: `{"detector": "deviation", "config": {}, "cad": true}`, want: "no CAD model"},
		{kind: BenchmarkKind, spec: `{"detector": "deviation", "config": {}, "set": "../x"}`, want: "no name"},
		{kind: SynthKind, spec: `{"recipe": {"classes": ["nothing"]}, "shards": 1}`, want: "at least 1 sound cloud"},
	} {
		job := c.job
		if job == nil {
			made, err := jobs.New(c.kind, json.RawMessage(c.spec), nil)
			if err != nil {
				t.Fatal(err)
			}
			job = &made
		}
		if r := submit(b, *job)[0]; !strings.Contains(r.Error, c.want) {
			t.Errorf("%s %s: %q, want %q", job.Kind, job.Spec, r.Error, c.want)
		}
	}
}
