package service_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"blemish/service"
)

func contains(text []byte, what string) bool { return bytes.Contains(text, []byte(what)) }

// Nothing is written outside the data folder, whatever the system offers.
func TestNothingOutsideTheDataFolder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"work", "home", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, func(cmd *exec.Cmd) {
		cmd.Dir = filepath.Join(dir, "work")
		cmd.Env = append(cmd.Env, "HOME="+filepath.Join(dir, "home"), "TMPDIR="+filepath.Join(dir, "tmp"))
	}, "--data", filepath.Join(dir, "data"))
	s.addModel()
	code, text, err := s.post("/api/v1/scans?part=ball&wait=60&name=../../x.ply", service.SmallScan(t, "outside"))
	if code != 200 {
		t.Fatalf("%d %s %v", code, text, err)
	}
	var list struct{ Scans []struct{ ID string } }
	s.get("/api/v1/scans", &list)
	if code, _, _ := send("GET", s.url+"/api/v1/scans/"+list.Scans[0].ID+"/map", nil); code != 200 {
		t.Errorf("the map: %d", code)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if d.IsDir() && d.Name() == "data" {
			return fs.SkipDir
		}
		if !d.IsDir() {
			t.Errorf("written outside: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A full disk is told, nothing is half there, and all goes on when there is room again.
func TestFullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("a small disk needs root")
	}
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no small disk: %s", out)
	}
	t.Cleanup(func() { exec.Command("umount", disk).Run() })
	s := serve(t, nil, "--data", filepath.Join(disk, "data"))
	s.addModel()
	fill := filepath.Join(disk, "fill")
	exec.Command("dd", "if=/dev/zero", "of="+fill, "bs=4k").Run() // until it is full
	scan := service.SmallScan(t, "full")
	code, text, err := s.post("/api/v1/scans?part=ball", scan)
	if code != 503 {
		t.Fatalf("on a full disk: %d %s %v", code, text, err)
	}
	if code, _, _ := send("GET", s.url+"/healthz", nil); code != 503 {
		t.Errorf("health on a full disk: %d", code)
	}
	if left, _ := os.ReadDir(filepath.Join(disk, "data", "incoming")); len(left) > 0 {
		t.Errorf("left half-written: %v", left)
	}
	if err := os.Remove(fill); err != nil {
		t.Fatal(err)
	}
	for begun := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		if code, text, _ = s.post("/api/v1/scans?part=ball&wait=60", scan); code == 200 {
			break
		}
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("there is room again: %d %s\n%s", code, text, s.logs)
		}
	}
	if code, text, _ := send("GET", s.url+"/healthz", nil); code != 200 {
		t.Errorf("health with room: %d %s", code, text)
	}
}

// A data folder that has become read-only is told, and all goes on when it can be written again.
func TestFolderThatBecomesReadOnly(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting needs root")
	}
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, nil, "--data", data)
	s.addModel()
	// What is open stays open; new files meet the mount.
	if out, err := exec.Command("mount", "--bind", data, data).CombinedOutput(); err != nil {
		t.Skipf("no mount: %s", out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", data).Run() })
	if out, err := exec.Command("mount", "-o", "remount,ro,bind", data).CombinedOutput(); err != nil {
		t.Skipf("no mount: %s", out)
	}
	scan := service.SmallScan(t, "read-only")
	if code, text, err := s.post("/api/v1/scans?part=ball", scan); code != 503 || !contains(text, "cannot be written; nothing was kept") {
		t.Errorf("in a read-only folder: %d %s %v", code, text, err)
	}
	if code, text, _ := send("GET", s.url+"/healthz", nil); code != 503 {
		t.Errorf("health in a read-only folder: %d %s", code, text)
	}
	if out, err := program(t, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(data, "below")).CombinedOutput(); err == nil || !contains(out, "read-only") {
		t.Errorf("started in a read-only folder: %v %s", err, out)
	}
	if out, err := program(t, "work", "--data", filepath.Join(data, "below")).CombinedOutput(); err == nil || !contains(out, "read-only") {
		t.Errorf("a worker started in a read-only folder: %v %s", err, out)
	}
	if out, err := exec.Command("mount", "-o", "remount,rw,bind", data).CombinedOutput(); err != nil {
		t.Fatalf("mount: %s", out)
	}
	if code, text, _ := s.post("/api/v1/scans?part=ball&wait=60", scan); code != 200 {
		t.Errorf("it can be written again: %d %s\n%s", code, text, s.logs)
	}
	if code, text, _ := send("GET", s.url+"/healthz", nil); code != 200 {
		t.Errorf("health: %d %s", code, text)
	}
}

// A data folder that cannot be written is told.
func TestFolderThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--data", filepath.Join(file, "data")}, {"--data", t.TempDir(), "--history", filepath.Join(file, "h.db")}} {
		out, err := program(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...).CombinedOutput()
		if err == nil || !contains(out, "blemish: ") {
			t.Errorf("%s: %v %s", fmt.Sprint(args), err, out)
		}
	}
}
