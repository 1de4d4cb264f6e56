package cli

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"blemish/history"
	"blemish/report"
)

// A watcher is killed in the middle of its work, several times; scans come in meanwhile. In
// the end every file is put away, and has one entry and one whole report. measure/watch does
// the same fifty times.
func TestAWatcherThatIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	dir := t.TempDir()
	set, model, inbox := filepath.Join(dir, "set"), filepath.Join(dir, "part.model"), filepath.Join(dir, "inbox")
	for _, args := range [][]string{
		{"synth", "--builtin", "--classes", "cup0", "--kinds", "bulge", "--train", "2", "--sound", "1", "--per-kind", "1", "--points", "1500", "--pose", "fixed", "-o", set, "--quiet"},
		{"train", "--sound", filepath.Join(set, "cup0"), "--set", "pose=fixed", "--set", "sites=2000", "-o", model, "--quiet"},
	} {
		var said bytes.Buffer
		if code := Main(t.Context(), args, nil, &said, &said); code != exitDone {
			t.Fatal(said.String())
		}
	}
	scan, err := os.ReadFile(filepath.Join(set, "cup0", "test", "cup0_bulge0.pcd"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	scratch := t.TempDir()
	start := func(more ...string) *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		// This test program is blemish under that name; see TestMain.
		cmd.Args = append([]string{"blemish", "watch", inbox, "--model", model, "--settle", "20ms", "--poll", "50ms", "--quiet"}, more...)
		cmd.Env = append(os.Environ(), "TMPDIR="+scratch) // the killed leave folders
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	n := 3
	if os.Getenv("BLEMISH_LONG") != "" {
		n = 8
	}
	for i := range n {
		// Bytes behind the last point make it a file of its own.
		text := append(bytes.Clone(scan), bytes.Repeat([]byte("\n"), i)...)
		if err := os.WriteFile(filepath.Join(inbox, fmt.Sprintf("scan%d.pcd", i)), text, 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := start()
		time.Sleep(time.Duration(200+rand.IntN(1000)) * time.Millisecond)
		cmd.Process.Kill()
		if err := cmd.Wait(); err == nil {
			t.Fatal("the watcher ended by itself")
		}
	}
	if err := start("--once").Wait(); err != nil {
		t.Fatal(err)
	}
	store, err := history.Open(t.Context(), filepath.Join(inbox, "reports", "history.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	entries, _, err := store.List(t.Context(), history.Filter{}, history.Page{})
	if err != nil || len(entries) != n {
		t.Errorf("%d entries of %d scans, %v", len(entries), n, err)
	}
	moved, left, reports := 0, 0, 0
	for name, count := range map[string]*int{"defective/scan*.pcd": &moved, "scan*.pcd": &left, "reports/*/results.json": &reports} {
		found, err := filepath.Glob(filepath.Join(inbox, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		*count = len(found)
		for _, path := range found {
			if filepath.Base(path) != "results.json" {
				continue
			}
			in, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := report.ReadPredict(in, path)
			in.Close()
			if err != nil || doc.Counts.Defective != 1 {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	if moved != n || left != 0 || reports != n {
		t.Errorf("%d of %d files are put away, %d are left, %d reports", moved, n, left, reports)
	}
	if drafts, _ := filepath.Glob(filepath.Join(inbox, "reports", ".blemish-*")); len(drafts) > 0 {
		t.Errorf("left: %v", drafts)
	}
}
