package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tree lists the files below a folder with what is in them.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// absent fails where something is left.
func absent(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is left", path)
		}
	}
}

// appears waits for a file.
func appears(t *testing.T, path string) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < 2*time.Minute; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			return
		}
	}
	t.Fatalf("%s does not appear", path)
}

// What predict leaves when it fails, is interrupted or killed: nothing in a new folder, and
// an earlier result as it was.
func TestResultsAreWholeOrNotThere(t *testing.T) {
	dir := t.TempDir()
	set, model := filepath.Join(dir, "set"), filepath.Join(dir, "part.model")
	runMain(t, "synth", "--builtin", "--classes", "cup0", "--kinds", "bulge", "--train", "2", "--sound", "1", "--per-kind", "1", "--points", "700", "--pose", "fixed", "-o", set, "--quiet")
	runMain(t, "train", "--sound", filepath.Join(set, "cup0"), "--set", "pose=fixed", "--set", "sites=1000", "-o", model, "--quiet")
	scan, bad := filepath.Join(set, "cup0", "test", "cup0_positive0.pcd"), filepath.Join(dir, "bad.xyz")
	if err := os.WriteFile(bad, []byte("1 2 3\nx y z\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	first, second := filepath.Join(dir, "first"), filepath.Join(dir, "second")

	// A model that is none: nothing is made, and a folder that is there stays.
	fails(t, []string{"bad.xyz"}, "predict", "--model", bad, scan, "-o", first)
	absent(t, first, first+".unfinished")
	if err := os.Mkdir(second, 0o755); err != nil {
		t.Fatal(err)
	}
	fails(t, []string{"bad.xyz"}, "predict", "--model", bad, scan, "-o", second)
	if entries, err := os.ReadDir(second); err != nil || len(entries) > 0 {
		t.Errorf("%v %v", entries, err)
	}

	// A scan of several that fails costs its own line.
	fails(t, []string{"bad.xyz:2"}, "predict", "--model", model, scan, bad, "-o", first, "--quiet")
	fails(t, []string{"bad.xyz:2"}, "predict", "--model", model, scan, bad, "-o", second, "--quiet")
	absent(t, first+".unfinished", filepath.Join(second, ".unfinished"))
	before := tree(t, first)
	if len(before) < 8 || len(tree(t, second)) != len(before) || before[filepath.Join(first, "results.json")] == "" {
		t.Errorf("%d files in a new folder, %d in one that was there", len(before), len(tree(t, second)))
	}

	// An earlier result is not touched.
	for _, files := range [][]string{{scan}, {bad}} {
		fails(t, []string{"first is not empty"}, append([]string{"predict", "--model", model, "-o", first}, files...)...)
	}
	after := tree(t, first)
	for path, text := range before {
		if after[path] != text {
			t.Errorf("%s has changed", path)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d files, were %d", len(after), len(before))
	}

	// Interrupted, killed, and given again. The scan that never comes is standard input.
	third := filepath.Join(dir, "third")
	written := filepath.Join(third+".unfinished", "results", "cup0_positive0.ply")
	in, keep := io.Pipe()
	ctx, interrupt := context.WithCancel(t.Context())
	code := make(chan int)
	go func() {
		code <- Main(ctx, []string{"predict", "--model", model, scan, "-", "-o", third, "--quiet"}, in, io.Discard, io.Discard)
	}()
	appears(t, written)
	fails(t, []string{"third: another run writes"}, "predict", "--model", model, scan, "-o", third)
	interrupt()
	keep.Close()
	if got := <-code; got == exitDone {
		t.Error("interrupted, and ended well")
	}
	absent(t, third, third+".unfinished")

	cmd := exec.Command(os.Args[0])
	// This test program is blemish under that name; see TestMain.
	cmd.Args = []string{"blemish", "predict", "--model", model, scan, "-", "-o", third, "--quiet"}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	appears(t, written)
	cmd.Process.Kill()
	cmd.Wait()
	absent(t, third)
	runMain(t, "predict", "--model", model, scan, "-o", third, "--quiet")
	absent(t, third+".unfinished")
	for path := range tree(t, third) {
		if strings.Contains(path, "stdin") {
			t.Errorf("%s is of the run that was killed", path)
		}
	}
}

// Nothing that others have put beside a draft is taken away, and what appears meanwhile in its
// place stays.
func TestDraftBesideOthers(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	theirs := filepath.Join(out+".unfinished", "theirs")
	if err := os.Mkdir(out+".unfinished", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(theirs, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := beginDraft(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(out, "faster"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := d.finish(); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("%v", err)
	}
	if got := tree(t, dir); len(got) != 1 || got[theirs] != "x" {
		t.Errorf("%v", got)
	}
}
