package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"blemish"
	"blemish/dataset"
	"blemish/defect"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/format"
	"blemish/geom"
	"blemish/internal/logtest"
	"blemish/judge"
	"blemish/report"
)

// bench is a model, a sound scan and a defective one, made once for all tests.
type bench struct {
	judge        *judge.Judge
	sound, bulge []byte // of PCD files
}

var makeBench = sync.OnceValues(func() (*bench, error) {
	dir, err := os.MkdirTemp("", "watch")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	opt := dataset.Options{Classes: []string{"cup0"}, Kinds: []defect.Kind{"bulge"}, Severity: "easy", Train: 3, Sound: 1, PerKind: 1,
		MinPoints: 800, MaxPoints: 800, Pose: dataset.FixedPose, Seed: 1, Version: blemish.Version}
	set := filepath.Join(dir, "set")
	if _, err := dataset.Build(ctx, set, opt); err != nil {
		return nil, err
	}
	files, err := dataset.Scans([]string{filepath.Join(set, "cup0")})
	if err != nil {
		return nil, err
	}
	var sound []*geom.Cloud
	for _, f := range files {
		cloud, err := blemish.ReadCloud(f)
		if err != nil {
			return nil, err
		}
		sound = append(sound, cloud)
	}
	d, err := all.Configured("auto", []byte(`{"sites": 1000, "reference_points": 2000, "pose": "fixed"}`))
	if err != nil {
		return nil, err
	}
	model, err := d.Fit(ctx, sound, detect.FitOptions{Class: "cup0", Seed: 1})
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "cup0.model")
	if err := blemish.SaveModel(path, model); err != nil {
		return nil, err
	}
	b := &bench{}
	if b.judge, err = judge.Open(ctx, path, judge.Options{}); err != nil {
		return nil, err
	}
	if b.sound, err = os.ReadFile(filepath.Join(set, "cup0", "test", "cup0_positive0.pcd")); err != nil {
		return nil, err
	}
	b.bulge, err = os.ReadFile(filepath.Join(set, "cup0", "test", "cup0_bulge0.pcd"))
	return b, err
})

// memory is a ledger in memory.
type memory struct {
	mu      sync.Mutex
	entries []Entry
	fails   int // Add fails so often
}

func (m *memory) Verdict(_ context.Context, scan, model string) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.entries {
		if e.Scan.SHA256 == scan && e.Document.Model.SHA256 == model {
			return e.Scan.Verdict, true, nil
		}
	}
	return "", false, nil
}

func (m *memory) Add(ctx context.Context, e Entry) error {
	if _, found, _ := m.Verdict(ctx, e.Scan.SHA256, e.Document.Model.SHA256); found {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails > 0 {
		m.fails--
		return errors.New("no space left")
	}
	m.entries = append(m.entries, e)
	return nil
}

// start is a run with short waits on a folder of its own.
func start(t *testing.T, done Done) (*bench, Options, *memory, *logtest.Messages) {
	t.Helper()
	b, err := makeBench()
	if err != nil {
		t.Fatal(err)
	}
	dir, history := t.TempDir(), &memory{}
	logger, said := logtest.New(slog.LevelInfo)
	return b, Options{
		Dir: dir, Out: filepath.Join(dir, "reports"), Done: done, Once: true, History: history,
		Settle: 20 * time.Millisecond, Poll: 50 * time.Millisecond, Patience: 200 * time.Millisecond,
		Log: logger,
	}, history, said
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, b *bench, opt Options, want report.Counts) {
	t.Helper()
	got, err := Run(t.Context(), b.judge, opt)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("counts %+v, want %+v", got, want)
	}
}

// there lists the files below a folder but for what reports hold and the lock.
func there(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err == nil && !d.IsDir() && !strings.HasPrefix(name, "reports") {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

func TestFilesGoWhereTheirVerdictSays(t *testing.T) {
	b, opt, history, said := start(t, Move)
	put(t, filepath.Join(opt.Dir, "a.pcd"), b.sound)
	put(t, filepath.Join(opt.Dir, "b.pcd"), b.bulge)
	put(t, filepath.Join(opt.Dir, "c.xyz"), []byte("0 0 0\n1 0 0\n0 1 0\n"))
	put(t, filepath.Join(opt.Dir, "d.xyz"), []byte("x y z\n0 0 zero\n"))
	for _, name := range []string{".e.pcd", "~f.pcd", "g.tmp.pcd", "h.pcd.part", "readme.md"} {
		put(t, filepath.Join(opt.Dir, name), b.sound)
	}
	if err := os.Mkdir(filepath.Join(opt.Dir, "folder.pcd"), 0o755); err != nil {
		t.Fatal(err)
	}
	var reports []string
	opt.Progress = func(e Event) { reports = append(reports, e.Report) }
	run(t, b, opt, report.Counts{Sound: 1, Defective: 1, Unsure: 1, Failed: 1})
	want := ".e.pcd defective/b.pcd failed/d.xyz g.tmp.pcd h.pcd.part readme.md sound/a.pcd unsure/c.xyz ~f.pcd"
	if got := there(t, opt.Dir); got != want {
		t.Errorf("there is %s\nwant     %s", got, want)
	}
	if len(history.entries) != 4 || len(reports) != 4 {
		t.Fatalf("%d entries, %d reports", len(history.entries), len(reports))
	}
	for i, dir := range reports {
		whole(t, dir)
		if e := history.entries[i]; e.Report != dir || e.Scan.SHA256 == "" || filepath.Base(e.Scan.File) != e.Scan.File {
			t.Errorf("entry %+v", e.Scan)
		}
	}
	if !strings.Contains(said.String(), "d.xyz:2") {
		t.Errorf("what is wrong with d.xyz is not said: %s", said)
	}
	for name, path := range map[string]string{"sound": "a.pcd", "defective": "b.pcd"} {
		if _, err := blemish.ReadCloud(filepath.Join(opt.Dir, name, path)); err != nil {
			t.Error(err)
		}
	}
}

// whole reads the report of a scan.
func whole(t *testing.T, dir string) {
	t.Helper()
	in, err := os.Open(filepath.Join(dir, "results.json"))
	if err != nil {
		t.Error(err)
		return
	}
	defer in.Close()
	doc, err := report.ReadPredict(in, dir)
	if err != nil || len(doc.Scans) != 1 {
		t.Errorf("%s: %v, %d scans", dir, err, len(doc.Scans))
	}
	if info, err := os.Stat(filepath.Join(dir, "report.html")); err != nil || info.Size() == 0 {
		t.Errorf("%s: report.html %v", dir, err)
	}
}

// The same bytes again, under any name, are put away and judged no second time; another file
// of a name that is taken gets a name of its own.
func TestTheSameFileAgain(t *testing.T) {
	b, opt, history, _ := start(t, Move)
	put(t, filepath.Join(opt.Dir, "a.pcd"), b.sound)
	run(t, b, opt, report.Counts{Sound: 1})
	put(t, filepath.Join(opt.Dir, "a.pcd"), b.sound)
	put(t, filepath.Join(opt.Dir, "other.pcd"), b.sound)
	run(t, b, opt, report.Counts{Sound: 2})
	if got, want := there(t, opt.Dir), "sound/a.pcd sound/other.pcd"; got != want || len(history.entries) != 1 {
		t.Errorf("there is %s, want %s; %d entries", got, want, len(history.entries))
	}
	put(t, filepath.Join(opt.Dir, "a.pcd"), append(b.sound[:len(b.sound):len(b.sound)], '\n')) // other bytes, the same scan
	run(t, b, opt, report.Counts{Sound: 1})
	if got, want := there(t, opt.Dir), "sound/a-2.pcd sound/a.pcd sound/other.pcd"; got != want || len(history.entries) != 2 {
		t.Errorf("there is %s, want %s; %d entries", got, want, len(history.entries))
	}
	if reports, _ := filepath.Glob(filepath.Join(opt.Out, "*", "report.html")); len(reports) != 2 {
		t.Errorf("reports %v", reports)
	}
}

func TestMarkedAndLeftFilesStay(t *testing.T) {
	for _, done := range []Done{Mark, Leave} {
		b, opt, history, _ := start(t, done)
		put(t, filepath.Join(opt.Dir, "b.pcd"), b.bulge)
		run(t, b, opt, report.Counts{Defective: 1})
		want := map[Done]string{Mark: "b.pcd b.pcd.blemish.json", Leave: "b.pcd"}[done]
		if got := there(t, opt.Dir); got != want {
			t.Errorf("%s: there is %s, want %s", done, got, want)
		}
		// A marked file is known by its mark; a file that was left is known by its content.
		run(t, b, opt, map[Done]report.Counts{Mark: {}, Leave: {Defective: 1}}[done])
		if len(history.entries) != 1 {
			t.Errorf("%s: %d entries", done, len(history.entries))
		}
		if done == Mark {
			var m struct{ Scan report.PredictScan }
			text, err := os.ReadFile(filepath.Join(opt.Dir, "b.pcd.blemish.json"))
			if err != nil || json.Unmarshal(text, &m) != nil || m.Scan.Verdict != "defective" || len(m.Scan.Regions) == 0 {
				t.Errorf("the mark says %.200s, %v", text, err)
			}
		}
		// Another scan under the old name is judged.
		put(t, filepath.Join(opt.Dir, "b.pcd"), b.sound)
		run(t, b, opt, report.Counts{Sound: 1})
		if len(history.entries) != 2 {
			t.Errorf("%s: %d entries after another scan came", done, len(history.entries))
		}
	}
}

// A file that is written in pieces is judged when it is whole, however slow the writer.
func TestHalfWrittenFiles(t *testing.T) {
	b, opt, history, said := start(t, Move)
	opt.Once, opt.Patience = false, 20*time.Second
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	opt.Progress = func(e Event) {
		if e.Scan.Verdict != "sound" {
			t.Errorf("%s is %s", e.Path, e.Scan.Verdict)
		}
		cancel()
	}
	go func() {
		f, err := os.Create(filepath.Join(opt.Dir, "slow.pcd"))
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		const pieces = 6
		for i := range pieces {
			if _, err := f.Write(b.sound[i*len(b.sound)/pieces : (i+1)*len(b.sound)/pieces]); err != nil {
				t.Error(err)
			}
			time.Sleep(5 * opt.Settle) // long enough to look finished each time
		}
	}()
	if _, err := Run(ctx, b.judge, opt); err != nil {
		t.Fatal(err)
	}
	if len(history.entries) != 1 {
		t.Errorf("%d entries; said %s", len(history.entries), said)
	}
}

// A file that stays cut short is given up when patience ends, and the next ones go on.
func TestAFileThatStaysCutShort(t *testing.T) {
	b, opt, _, _ := start(t, Move)
	opt.Once, opt.Patience = false, 2*time.Second
	put(t, filepath.Join(opt.Dir, "cut.pcd"), b.sound[:len(b.sound)/2])
	put(t, filepath.Join(opt.Dir, "empty.pcd"), nil)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	var verdicts []string
	opt.Progress = func(e Event) {
		if verdicts = append(verdicts, e.Scan.Verdict); len(verdicts) == 2 {
			cancel()
		}
	}
	begun := time.Now()
	if _, err := Run(ctx, b.judge, opt); err != nil {
		t.Fatal(err)
	}
	if got := there(t, opt.Dir); got != "failed/cut.pcd failed/empty.pcd" {
		t.Errorf("there is %s", got)
	}
	if spent := time.Since(begun); spent < opt.Patience-100*time.Millisecond {
		t.Errorf("given up after %v", spent)
	}
	// With Once it stays where it is and counts as failed.
	b, opt, _, said := start(t, Move)
	opt.Patience = time.Minute
	put(t, filepath.Join(opt.Dir, "cut.pcd"), b.sound[:len(b.sound)/2])
	run(t, b, opt, report.Counts{Failed: 1})
	if got := there(t, opt.Dir); got != "cut.pcd" || !strings.Contains(said.String(), "not whole yet") {
		t.Errorf("there is %s; said %s", got, said)
	}
}

// What the machine refuses is said once and tried again; nothing counts twice.
func TestAHistoryThatCannotBeWritten(t *testing.T) {
	b, opt, history, said := start(t, Move)
	opt.Once = false
	history.fails = 2
	put(t, filepath.Join(opt.Dir, "a.pcd"), b.sound)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	opt.Progress = func(Event) { cancel() }
	if _, err := Run(ctx, b.judge, opt); err != nil {
		t.Fatal(err)
	}
	if got := there(t, opt.Dir); got != "sound/a.pcd" || len(history.entries) != 1 {
		t.Errorf("there is %s, %d entries", got, len(history.entries))
	}
	if n := strings.Count(said.String(), "the history cannot be written"); n != 1 {
		t.Errorf("said %d times: %s", n, said)
	}
}

// One folder of reports has one watcher.
func TestTwoWatchers(t *testing.T) {
	b, opt, _, _ := start(t, Move)
	opt.Once = false
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	put(t, filepath.Join(opt.Dir, "a.pcd"), b.sound)
	judged := make(chan struct{})
	opt.Progress = func(Event) { close(judged) }
	ended := make(chan error)
	go func() {
		_, err := Run(ctx, b.judge, opt)
		ended <- err
	}()
	<-judged
	if _, err := Run(t.Context(), b.judge, opt); err == nil || !strings.Contains(err.Error(), "another watch") {
		t.Errorf("a second watcher: %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// What a kill leaves half-made is swept away at the next start.
func TestDraftsAreSwept(t *testing.T) {
	b, opt, _, _ := start(t, Mark)
	for _, dir := range []string{filepath.Join(opt.Out, ".blemish-1.tmp"), filepath.Join(opt.Dir, ".blemish-2.tmp")} {
		if err := os.MkdirAll(filepath.Join(dir, "pictures"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run(t, b, opt, report.Counts{})
	left, err := filepath.Glob(filepath.Join(opt.Dir, "*", ".blemish-*"))
	more, _ := filepath.Glob(filepath.Join(opt.Dir, ".blemish-*"))
	if err != nil || len(left)+len(more) > 0 {
		t.Errorf("left: %v %v, %v", left, more, err)
	}
}

// Memory is that of the files that are there: what was put away is forgotten.
func TestTheMemoryIsThatOfTheFolder(t *testing.T) {
	d := folder{dir: t.TempDir()}
	for round := range 5 {
		for i := range 100 {
			put(t, filepath.Join(d.dir, fmt.Sprintf("%d-%d.xyz", round, i)), []byte("0 0 0\n"))
		}
		if err := d.look(time.Now()); err != nil {
			t.Fatal(err)
		}
		if len(d.files) != 100 {
			t.Fatalf("round %d: %d files are remembered", round, len(d.files))
		}
		entries, _ := os.ReadDir(d.dir)
		for _, e := range entries {
			os.Remove(filepath.Join(d.dir, e.Name()))
		}
	}
}

func TestFormatsComeFromTheTable(t *testing.T) {
	for _, ext := range format.Readable.Extensions() {
		if passedOver("scan" + ext) {
			t.Errorf("scan%s is passed over", ext)
		}
	}
	for _, name := range []string{"scan.ply~", "scan.PLY.part", "scan.part.ply", ".scan.ply", "#scan.ply", "scan", "scan.pdf"} {
		if !passedOver(name) {
			t.Errorf("%s is not passed over", name)
		}
	}
}
