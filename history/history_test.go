package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"blemish/history/historytest"
	"blemish/report"
)

// onBoth runs a test on an SQLite file with an awkward name, and on a PostgreSQL server.
func onBoth(t *testing.T, run func(t *testing.T, s Store)) {
	t.Helper()
	open := func(t *testing.T, where string) Store {
		s, err := Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	t.Run("sqlite", func(t *testing.T) { run(t, open(t, filepath.Join(t.TempDir(), "a b?c#d%20é.db"))) })
	t.Run("postgres", func(t *testing.T) { run(t, open(t, historytest.Database(t))) })
}

var begin = time.Date(2026, 3, 1, 8, 0, 0, 123456000, time.UTC)

// entry is the n-th of a row of different ones.
func entry(n int) Entry {
	scan, model := fmt.Sprintf("%064x", n), strings.Repeat("ab", 32)
	return Entry{
		ID: EntryID(scan, model), Scan: scan, Name: fmt.Sprintf("scan_%d%%.ply", n), Part: "bracket", Serial: fmt.Sprint("S", n), Order: "4711", Operator: "Ö. O'Neil",
		Received: begin.Add(time.Duration(n) * time.Minute), Model: ModelRef{ID: model, Version: 2, Detector: "deviation"},
		Verdict: "defective", Score: report.Number(1.5 + float64(n)), Threshold: 1.2, Unit: "mm", Points: 20000 + n, Coverage: 0.97, Seconds: 0.25, Reason: "a reason",
		Regions: []Region{{Kind: "missing", Center: [3]report.Number{1, -2.5, 1e-7}, Area: 3.25, Depth: 0.125, Peak: 4}},
		Result:  []byte("{\n  \"scans\": [\"<script>\\u0000\"]\n}\n\x00\xff"),
	}
}

func TestEntriesComeBackAsTheyWere(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		want := entry(1)
		if added, err := s.Append(t.Context(), want); err != nil || !added {
			t.Fatal(added, err)
		}
		got, err := s.Get(t.Context(), want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		if _, err := s.Get(t.Context(), "no such"); !errors.Is(err, ErrNotFound) {
			t.Errorf("an entry that is not there: %v", err)
		}
	})
}

func TestTheSameScanIsNeverThereTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		first := entry(1)
		again := first
		again.Serial, again.Score = "other", 9
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if _, err := s.Append(t.Context(), first); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if added, err := s.Append(t.Context(), again); err != nil || added {
			t.Errorf("the same again: added %v, %v", added, err)
		}
		if got, _ := s.Get(t.Context(), first.ID); got.Serial != first.Serial || got.Score != first.Score {
			t.Errorf("the second has replaced the first: %+v", got)
		}
		if n, _ := s.Count(t.Context(), Filter{}); n["defective"] != 1 || len(n) != 1 {
			t.Errorf("counted %v", n)
		}
		bad := entry(2)
		bad.Verdict, bad.Error, bad.Score, bad.Regions = Failed, "cut off", report.None(), nil
		good := entry(2)
		for i, e := range []Entry{bad, good} {
			if added, err := s.Append(t.Context(), e); err != nil || !added {
				t.Errorf("%d: a judgement that failed is not replaced: %v", i, err)
			}
		}
		if got, _ := s.Get(t.Context(), good.ID); got.Verdict != "defective" || got.Error != "" {
			t.Errorf("%+v", got)
		}
	})
}

func TestListsInPages(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		const n = 23
		for i := range n {
			e := entry(i)
			e.Received = begin.Add(time.Duration(i/3) * time.Second) // several at one moment
			if i%2 == 1 {
				e.Part, e.Verdict = "cup", "sound"
			}
			if _, err := s.Append(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		seen, after, pages := map[string]bool{}, "", 0
		last := time.Now()
		for {
			list, next, err := s.List(t.Context(), Filter{}, Page{Limit: 5, After: after})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				if seen[e.ID] || e.Received.After(last) || e.Result != nil {
					t.Errorf("%s: twice, out of order, or with its document", e.Name)
				}
				seen[e.ID], last = true, e.Received
			}
			if pages++; next == "" {
				break
			}
			after = next
		}
		if len(seen) != n || pages != 5 {
			t.Errorf("%d entries on %d pages", len(seen), pages)
		}
		for what, c := range map[string]struct {
			f    Filter
			want int
		}{
			"part":          {Filter{Part: "cup"}, 11},
			"serial":        {Filter{Serial: "S4"}, 1},
			"verdict":       {Filter{Verdict: "sound"}, 11},
			"order":         {Filter{Order: "4712"}, 0},
			"from":          {Filter{From: begin.Add(7 * time.Second)}, 2},
			"until":         {Filter{Until: begin.Add(1 * time.Second)}, 3},
			"name":          {Filter{Name: "SCAN_1"}, 11},
			"a percent":     {Filter{Name: "%"}, 23},
			"a percent, no": {Filter{Name: "%1"}, 0},
			"quotes":        {Filter{Part: "' OR 1=1 --"}, 0},
		} {
			list, _, err := s.List(t.Context(), c.f, Page{Limit: MostPage})
			if err != nil || len(list) != c.want {
				t.Errorf("%s: %d entries, want %d (%v)", what, len(list), c.want, err)
			}
		}
		if _, _, err := s.List(t.Context(), Filter{}, Page{After: "nonsense"}); err == nil {
			t.Error("a page that no list returned")
		}
	})
}

func TestLabelsAndConfusion(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		for i := range 4 {
			e := entry(i)
			if i == 3 {
				e.Verdict = "sound"
			}
			if _, err := s.Append(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			value := ReallyDefective
			if i == 0 {
				value = ReallySound
			}
			if err := s.Label(t.Context(), e.ID, Label{Value: value, By: "Ada", At: begin}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Confusion(t.Context(), Filter{Part: "bracket"})
		want := map[string]map[string]int{"defective": {ReallySound: 1, ReallyDefective: 2}, "sound": {ReallyDefective: 1}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v %v", got, err)
		}
		if err := s.Label(t.Context(), entry(0).ID, Label{At: begin.Add(time.Hour), By: "Bob"}); err != nil {
			t.Fatal(err)
		}
		if e, _ := s.Get(t.Context(), entry(0).ID); e.Label != nil {
			t.Errorf("taken back, yet %v", e.Label)
		}
		said, err := s.Labels(t.Context(), entry(0).ID)
		if err != nil || len(said) != 2 || said[0].Value != ReallySound || said[0].By != "Ada" || said[1].By != "Bob" {
			t.Errorf("%v %v", said, err)
		}
		if err := s.Label(t.Context(), "no such", Label{Value: ReallySound}); !errors.Is(err, ErrNotFound) {
			t.Errorf("a label for nothing: %v", err)
		}
		if err := s.Label(t.Context(), entry(0).ID, Label{Value: "perhaps"}); err == nil {
			t.Error("a label with a word that is none")
		}
		if list, _, _ := s.List(t.Context(), Filter{Label: "any"}, Page{}); len(list) != 3 {
			t.Errorf("%d with a label", len(list))
		}
	})
}

func TestModelsHaveVersions(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		for i, part := range []string{"a", "a", "b", "a"} {
			m, err := s.AddModel(t.Context(), Model{ID: fmt.Sprint("model", i), Part: part, Name: "x.model", Detector: "deviation", By: "Ada", From: "uploaded", Made: begin, Card: []byte(`{"scans": 4}`)})
			if want := []int{1, 2, 1, 3}[i]; err != nil || m.Version != want || m.Chosen != (want == 1) {
				t.Errorf("%d: version %d, chosen %v, %v", i, m.Version, m.Chosen, err)
			}
		}
		if m, err := s.AddModel(t.Context(), Model{ID: "model1", Part: "a"}); err != nil || m.Version != 2 || m.By != "Ada" {
			t.Errorf("added again: %+v %v", m, err)
		}
		if err := s.Choose(t.Context(), "a", "model3"); err != nil {
			t.Fatal(err)
		}
		if m, err := s.Model(t.Context(), "a", ""); err != nil || m.ID != "model3" || string(m.Card) != `{"scans": 4}` || !m.Made.Equal(begin) {
			t.Errorf("chosen: %+v %v", m, err)
		}
		if err := s.Choose(t.Context(), "b", "model0"); !errors.Is(err, ErrNotFound) {
			t.Errorf("another part's model was chosen: %v", err)
		}
		if all, _ := s.Models(t.Context(), ""); len(all) != 4 || all[0].ID != "model3" || all[3].Part != "b" {
			t.Errorf("%+v", all)
		}
		if _, err := s.Model(t.Context(), "c", ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("a part without a model: %v", err)
		}
		if parts, _ := s.Parts(t.Context()); !reflect.DeepEqual(parts, []string{"a", "b"}) {
			t.Errorf("%v", parts)
		}
	})
}

func TestQueue(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		ctx := t.Context()
		job := func(i int) Job {
			return Job{ID: entry(i).ID, Owner: "here", Kind: "judge", Payload: []byte{0, 255, byte(i)}, Enqueued: begin}
		}
		for i := range 3 {
			if added, err := s.Enqueue(ctx, job(i), 3); err != nil || !added {
				t.Fatal(i, added, err)
			}
		}
		if added, err := s.Enqueue(ctx, job(1), 3); err != nil || added {
			t.Errorf("a job that waits already: %v %v", added, err)
		}
		if _, err := s.Enqueue(ctx, job(3), 3); !errors.Is(err, ErrFull) {
			t.Errorf("a fourth of three: %v", err)
		}
		if j, err := s.Claim(ctx, "elsewhere", "judge"); j != nil || err != nil {
			t.Errorf("another's job: %v %v", j, err)
		}
		first, err := s.Claim(ctx, "here", "judge")
		if err != nil || first.ID != job(0).ID || !bytes.Equal(first.Payload, job(0).Payload) || first.Tries != 1 || first.State != JobRuns || !first.Enqueued.Equal(begin) {
			t.Fatalf("%+v %v", first, err)
		}
		// Killed: what ran is put back, behind what was never tried.
		if n, err := s.Recover(ctx, "here"); n != 1 || err != nil {
			t.Errorf("recovered %d, %v", n, err)
		}
		second, err := s.Claim(ctx, "here", "judge")
		if err != nil || second.ID != job(1).ID {
			t.Fatalf("%+v %v", second, err)
		}
		if err := s.Release(ctx, second.ID); err != nil {
			t.Fatal(err)
		}
		if j, _ := s.Job(ctx, second.ID); j.State != JobWaits || j.Tries != 0 {
			t.Errorf("released: %+v", j)
		}
		e := entry(1)
		if err := s.Finish(ctx, e.ID, &e); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Job(ctx, e.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("still there: %v", err)
		}
		if _, err := s.Get(ctx, e.ID); err != nil {
			t.Error(err)
		}
		if err := s.End(ctx, job(2).ID, JobFailed, "why"); err != nil {
			t.Fatal(err)
		}
		if n, _ := s.Waiting(ctx, "here", "judge"); n != 1 {
			t.Errorf("%d wait", n)
		}
		if list, _ := s.Jobs(ctx, "here", "judge"); len(list) != 2 || list[1].Note != "why" {
			t.Errorf("%+v", list)
		}
		if added, err := s.Enqueue(ctx, job(2), 3); err != nil || !added {
			t.Errorf("a job that failed cannot be tried again: %v %v", added, err)
		}
	})
}

// Many workers claim, and each job goes to one.
func TestEachJobIsClaimedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		const n = 40
		for i := range n {
			if _, err := s.Enqueue(t.Context(), Job{ID: fmt.Sprint(i), Owner: "here", Kind: "judge", Enqueued: begin}, 0); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		var group sync.WaitGroup
		claimed := map[string]int{}
		for range 6 {
			group.Go(func() {
				for {
					j, err := s.Claim(t.Context(), "here", "judge")
					if err != nil {
						t.Error(err)
						return
					}
					if j == nil {
						return
					}
					mu.Lock()
					claimed[j.ID]++
					mu.Unlock()
				}
			})
		}
		group.Wait()
		if len(claimed) != n {
			t.Errorf("%d of %d jobs were claimed", len(claimed), n)
		}
		for id, times := range claimed {
			if times != 1 {
				t.Errorf("job %s was claimed %d times", id, times)
			}
		}
	})
}

func TestTablesOfANewerProgramAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.(*store).write.Exec(`UPDATE blemish_version SET version = 99`); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "version 99") {
		t.Errorf("opened, or without a reason: %v", err)
	}
}

// Two programs that open a new history at once make its tables once.
func TestOpenedByManyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.db")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	group.Wait()
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "text"), []byte(strings.Repeat("no database\n", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	for _, where := range []string{dir, filepath.Join(dir, "none", "h.db"), filepath.Join(dir, "text"), "postgres://user:secret@127.0.0.1:1/x"} {
		_, err := Open(ctx, where)
		if err == nil {
			t.Errorf("%s was opened", where)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is shown: %v", err)
		}
	}
}

// A server that goes away is told, and used again when it is back.
func TestPostgresComesBack(t *testing.T) {
	if testing.Short() {
		t.Skip("stops and starts a server")
	}
	server := historytest.Start(t)
	s, err := Open(t.Context(), server.Database())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Append(t.Context(), entry(1)); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	if _, err := s.Append(t.Context(), entry(2)); !errors.Is(err, ErrUnreachable) {
		t.Errorf("without a server: %v", err)
	}
	server.Begin()
	if _, err := s.Append(t.Context(), entry(2)); err != nil {
		t.Errorf("the server is back: %v", err)
	}
	if n, err := s.Count(t.Context(), Filter{}); err != nil || n["defective"] != 2 {
		t.Errorf("%v %v", n, err)
	}
}
