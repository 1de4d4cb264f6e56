package service

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"blemish/history"
	"blemish/internal/logtest"
	"blemish/jobs"
	"blemish/jobs/jobstest"
	"blemish/jobs/kind"
	"blemish/storage"
)

// workersOf is a queue and what works on it; nobody works yet.
func workersOf(t *testing.T) *jobstest.Bench {
	t.Helper()
	store, err := storage.OpenFolder(filepath.Join(t.TempDir(), "jobs"))
	if err != nil {
		t.Fatal(err)
	}
	b := jobstest.NewBench(t, jobs.NewLocal(jobstest.Patience), store)
	b.Worker.Handlers = kind.Handlers(kind.Options{Workers: 1, Log: slog.New(slog.DiscardHandler)})
	judging := b.Worker.Handlers[kind.JudgeKind]
	b.Worker.Handlers[kind.JudgeKind] = func(ctx context.Context, w jobs.Work) error {
		b.Runs.Add(1)
		return judging(ctx, w)
	}
	return b
}

// waitEntries waits until so many entries are there and nothing waits.
func (s *station) waitEntries(n int) []history.Entry {
	s.Helper()
	var list struct {
		Scans   []history.Entry
		Waiting int
	}
	for begun := time.Now(); time.Since(begun) < 2*time.Minute; time.Sleep(50 * time.Millisecond) {
		if s.want(200, "GET", "/api/v1/scans", nil, &list); len(list.Scans) >= n && list.Waiting == 0 {
			break
		}
	}
	if len(list.Scans) != n || list.Waiting != 0 {
		s.Fatalf("%d entries of %d, %d wait", len(list.Scans), n, list.Waiting)
	}
	return list.Scans
}

var anySeconds = regexp.MustCompile(`"seconds": ([0-9.e-]+|null)`)

// Judged by workers a scan has the document that the service makes by itself, but for how long
// it took; a worker that is lost in the middle costs another attempt, and no second entry.
func TestJudgedByWorkers(t *testing.T) {
	t.Parallel() // mostly waits
	b := workersOf(t)
	alone, handing := start(t, Options{Open: true}, false), start(t, Options{Open: true, Queue: b.Queue}, false)
	alone.addModel()
	handing.addModel()
	files := map[string][]byte{
		"sound.ply": scanFile(t, "a", false), "bulge.ply": scanFile(t, "b", true), "notes.txt": []byte("this is no scan\n"), "tiny.xyz": []byte("0 0 0\n1 0 0\n0 1 0\n"),
	}
	for name, text := range files {
		handing.want(202, "POST", "/api/v1/scans?part=ball&serial=S1&name="+name, text, nil)
	}
	// One that takes a scan and is never heard of again.
	if _, err := b.Queue.Broker.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer b.Work(2)()
	for _, e := range handing.waitEntries(len(files)) {
		var here history.Entry
		alone.want(200, "POST", "/api/v1/scans?part=ball&wait=120&serial=S1&name="+e.Name, files[e.Name], &here)
		if e.Verdict != here.Verdict || e.Serial != "S1" || e.ID != here.ID || e.Score != here.Score && e.Score.Known() || len(e.Regions) != len(here.Regions) {
			t.Errorf("%s: by workers\n%+v\nhere\n%+v", e.Name, e, here)
		}
		_, _, got := handing.ask("GET", "/api/v1/scans/"+e.ID+"/result", nil)
		_, _, want := alone.ask("GET", "/api/v1/scans/"+e.ID+"/result", nil)
		if anySeconds.ReplaceAllString(string(got), "") != anySeconds.ReplaceAllString(string(want), "") || len(want) < 200 {
			t.Errorf("%s: by workers\n%s\nhere\n%s", e.Name, got, want)
		}
		if code, _, text := handing.ask("GET", "/api/v1/scans/"+e.ID+"/map", nil); e.Verdict != history.Failed && code != 200 {
			t.Errorf("%s: its map: %d %s", e.Name, code, text)
		}
	}
	if n := b.Runs.Load(); int(n) != len(files) {
		t.Errorf("%d runs of %d scans", n, len(files))
	}
	// The folder of workers holds no reports that nobody asked for.
	results, err := filepath.Glob(filepath.Join(b.Queue.Store.String(), "results", "*.json"))
	if err != nil || len(results) != len(files) {
		t.Errorf("%d results, %v", len(results), err)
	}
	for _, path := range results {
		if text, err := os.ReadFile(path); err != nil || strings.Count(string(text), `"name"`) != 1 {
			t.Errorf("a result: %s %v", text, err)
		}
	}
}

// A service that ends leaves its scans to the workers; the next process takes what they have
// found meanwhile, once.
func TestWorkersOutliveTheService(t *testing.T) {
	b := workersOf(t)
	data := filepath.Join(t.TempDir(), "data")
	s := start(t, Options{Open: true, Data: data, Queue: b.Queue}, false)
	s.addModel()
	names := []string{"a", "b", "c"}
	for _, name := range names {
		s.want(202, "POST", "/api/v1/scans?part=ball&name="+name+".ply", scanFile(t, name, false), nil)
	}
	given := func(folder string) int {
		found, err := filepath.Glob(filepath.Join(b.Queue.Store.String(), folder, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	wait := func(what string, done func() bool) {
		t.Helper()
		for begun := time.Now(); !done(); time.Sleep(20 * time.Millisecond) {
			if time.Since(begun) > 2*time.Minute {
				t.Fatal("not " + what)
			}
		}
	}
	wait("given to workers", func() bool { return given("jobs") == len(names) })
	begun := time.Now()
	s.stop()
	if spent := time.Since(begun); spent > 10*time.Second {
		t.Errorf("it took %v to stop while workers had the scans", spent)
	}
	stop := b.Work(2)
	wait("judged", func() bool { return given("results") == len(names) })
	stop()
	s = start(t, Options{Open: true, Data: data, Queue: b.Queue}, false)
	s.waitEntries(len(names))
	if n := b.Runs.Load(); int(n) != len(names) {
		t.Errorf("%d runs of %d scans", n, len(names))
	}
}

// flaky is a broker that cannot be reached at first.
type flaky struct {
	jobs.Broker
	refused atomic.Int32
}

func (f *flaky) Publish(ctx context.Context, id string) error {
	if f.refused.Add(1) < 3 {
		return errors.New("no server answers")
	}
	return f.Broker.Publish(ctx, id)
}

// A queue that cannot be reached, and a result that somebody has removed, are told; the scan
// is judged in the end. What is wrong with a job itself is the scan's entry.
func TestTroubleWithWorkers(t *testing.T) {
	t.Parallel() // mostly waits
	b := workersOf(t)
	b.Queue.Broker = &flaky{Broker: b.Queue.Broker}
	var broken atomic.Bool
	judging := b.Worker.Handlers[kind.JudgeKind]
	b.Worker.Handlers[kind.JudgeKind] = func(ctx context.Context, w jobs.Work) error {
		if broken.Load() {
			return errors.New("the disk is full")
		}
		return judging(ctx, w)
	}
	defer b.Work(1)()
	logger, log := logtest.New(slog.LevelInfo)
	opt := Options{Open: true, Queue: b.Queue, Logger: logger}
	s := start(t, opt, false)
	s.addModel()
	if e := s.judge("a", false, ""); e.Verdict != "sound" {
		t.Errorf("%+v", e)
	}
	if text := log.String(); strings.Count(text, "no server answers") != 1 {
		t.Errorf("told: %s", text)
	}
	// Another service with the same workers finds the result, but not its file.
	results, err := filepath.Glob(filepath.Join(b.Queue.Store.String(), "results", "*.json"))
	if err != nil || len(results) != 1 {
		t.Fatal(results, err)
	}
	text, err := os.ReadFile(results[0])
	if err != nil {
		t.Fatal(err)
	}
	sum := regexp.MustCompile(`"sha256":"([0-9a-f]+)"`).FindStringSubmatch(string(text))[1]
	if err := os.Remove(filepath.Join(b.Queue.Store.String(), "objects", sum[:2], sum)); err != nil {
		t.Fatal(err)
	}
	other := start(t, Options{Open: true, Queue: b.Queue, Logger: opt.Logger}, false)
	other.addModel()
	if e := other.judge("a", false, ""); e.Verdict != "sound" || b.Runs.Load() != 2 {
		t.Errorf("%+v after %d runs", e, b.Runs.Load())
	}
	if !strings.Contains(log.String(), "the result is no longer there") {
		t.Errorf("told: %s", log)
	}
	// Each attempt fails: the entry says why, and the scan may be sent again.
	broken.Store(true)
	if e := s.judge("b", true, ""); e.Verdict != history.Failed || e.Error != "the disk is full" {
		t.Errorf("%+v", e)
	}
	broken.Store(false)
	if e := s.judge("b", true, ""); e.Verdict != "defective" {
		t.Errorf("%+v", e)
	}
}
