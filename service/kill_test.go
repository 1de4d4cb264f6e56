package service_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"blemish/service"
)

// Killed at any moment, the service loses no scan that it has accepted and enters none twice.
func TestKilledUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	t.Parallel() // processes of its own
	const scans, clients, kills = 20, 4, 4
	data := filepath.Join(t.TempDir(), "data")
	var at atomic.Pointer[serving]
	at.Store(serve(t, nil, "--data", data))
	at.Load().addModel()
	files := make([][]byte, scans)
	for i := range files {
		files[i] = service.SmallScan(t, fmt.Sprint("load", i))
	}
	accepted := make([]string, scans)
	var group sync.WaitGroup
	begin := time.Now()
	for c := range clients {
		group.Go(func() {
			for i := c; i < scans; i += clients {
				for accepted[i] == "" && time.Since(begin) < 4*time.Minute {
					code, text, err := at.Load().post(fmt.Sprintf("/api/v1/scans?part=ball&name=%d.ply", i), files[i])
					var doc struct{ ID string }
					if err == nil && (code == 200 || code == 202) && json.Unmarshal(text, &doc) == nil {
						accepted[i] = doc.ID
					} else {
						time.Sleep(20 * time.Millisecond)
					}
				}
			}
		})
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range kills {
		time.Sleep(time.Duration(20+r.IntN(600)) * time.Millisecond)
		at.Load().kill()
		at.Store(serve(t, nil, "--data", data))
	}
	group.Wait()
	var list struct {
		Scans   []struct{ ID, Scan, Name, Verdict string }
		Waiting int
	}
	for {
		at.Load().get("/api/v1/scans?limit=1000", &list)
		if list.Waiting == 0 || time.Since(begin) > 5*time.Minute {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	entered, files2 := map[string]int{}, map[string]int{}
	for _, e := range list.Scans {
		entered[e.ID]++
		files2[e.Scan]++
		if e.Verdict == "failed" {
			t.Errorf("%s failed", e.Name)
		}
	}
	for i, id := range accepted {
		if id == "" {
			t.Errorf("scan %d was never accepted", i)
		} else if entered[id] != 1 {
			t.Errorf("scan %d was accepted and is there %d times", i, entered[id])
		}
	}
	for scan, n := range files2 {
		if n != 1 {
			t.Errorf("the file %s is there %d times", scan, n)
		}
	}
	if len(list.Scans) != scans {
		t.Errorf("%d entries of %d scans", len(list.Scans), scans)
	}
}

// Scans that workers judge: the service is killed, and so is a worker, the one with the queue.
// None is lost, none entered twice.
func TestKilledWithWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes, and waits until a worker is missed")
	}
	t.Parallel() // processes of its own, and half a minute in which it waits
	dir := t.TempDir()
	data, shared := filepath.Join(dir, "data"), filepath.Join(dir, "jobs")
	work := func() *exec.Cmd {
		cmd := program(t, "work", "--data", shared, "--workers", "1", "--quiet")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
		return cmd
	}
	first := work()
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(shared, "queue", "address.json")); err == nil {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatal("no queue")
		}
	}
	s := serve(t, nil, "--data", data, "--jobs", shared)
	s.addModel()
	const scans = 10
	for i := range scans {
		if code, text, err := s.post(fmt.Sprintf("/api/v1/scans?part=ball&name=%d.ply", i), service.SmallScan(t, fmt.Sprint("worker", i))); code != 202 {
			t.Fatalf("%d %s %v", code, text, err)
		}
	}
	s.kill()
	first.Process.Kill()
	first.Wait()
	work()
	s = serve(t, nil, "--data", data, "--jobs", shared)
	var list struct {
		Scans   []struct{ Name, Verdict string }
		Waiting int
	}
	for begun := time.Now(); time.Since(begun) < 3*time.Minute; time.Sleep(100 * time.Millisecond) {
		if s.get("/api/v1/scans", &list); list.Waiting == 0 {
			break
		}
	}
	names := map[string]bool{}
	for _, e := range list.Scans {
		names[e.Name] = true
		if e.Verdict == "failed" || e.Verdict == "" {
			t.Errorf("%+v", e)
		}
	}
	if len(names) != scans || len(list.Scans) != scans {
		t.Errorf("%d entries of %d names, of %d scans\n%s", len(list.Scans), len(names), scans, s.logs)
	}
}

// Told to stop, the service ends on its own with what runs, and what waits is judged by the
// next process.
func TestStopped(t *testing.T) {
	t.Parallel() // processes of its own
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, nil, "--data", data)
	s.addModel()
	const scans = 8
	for i := range scans {
		if code, text, err := s.post("/api/v1/scans?part=ball", service.SmallScan(t, fmt.Sprint("stop", i))); code != 202 {
			t.Fatalf("%d %s %v", code, text, err)
		}
	}
	// A second process may not touch the folder meanwhile.
	second := program(t, "serve", "--data", data, "--listen", "127.0.0.1:0")
	if out, err := second.CombinedOutput(); err == nil {
		t.Errorf("two processes have one data folder: %s", out)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("ended with %v\n%s", err, s.logs)
	}
	s = serve(t, nil, "--data", data)
	var list struct {
		Scans   []struct{ Verdict string }
		Waiting int
	}
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(50 * time.Millisecond) {
		if s.get("/api/v1/scans", &list); list.Waiting == 0 {
			break
		}
	}
	if len(list.Scans) != scans {
		t.Errorf("%d of %d were judged", len(list.Scans), scans)
	}
}

// Off loopback nobody is let in without a token.
func TestNoTokensNoNetwork(t *testing.T) {
	cmd := program(t, "serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", "0.0.0.0:0")
	out, err := cmd.CombinedOutput()
	if err == nil || !contains(out, "serve token") {
		t.Errorf("%v: %s", err, out)
	}
}
