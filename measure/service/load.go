package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Load: clients that send scans and wait for verdicts, beside predict with the same scans.

// round is what one way of judging all scans took.
type round struct {
	wall  time.Duration
	cpu   time.Duration
	peak  float64 // MiB
	waits []time.Duration
}

// load measures rounds in turn, so that what else the machine does meets all alike.
func (m *measurement) load(ctx context.Context, rounds int) error {
	ways := []struct {
		name string
		run  func() (round, error)
	}{
		{"`predict`", func() (round, error) { return m.predict(ctx) }},
		{"`serve`, 2 cores a scan", func() (round, error) { return m.serveAll(ctx, 2) }},
		{"`serve`, 1 core a scan", func() (round, error) { return m.serveAll(ctx, 1) }},
	}
	all := make([][]round, len(ways))
	for range rounds {
		for i, w := range ways {
			r, err := w.run()
			if err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			all[i] = append(all[i], r)
		}
	}
	fmt.Printf("%d scans of %d points, %d clients, %d rounds in turn. Waits are from the beginning of an upload to its\nverdict, of all rounds together, with %d scans in line at any time.\n\n", len(m.files), m.points, m.clients, rounds, m.clients)
	fmt.Print("| way | scans a minute (median) | processor time a scan | beside `predict` | p50 wait | p99 wait | most memory |\n|---|---|---|---|---|---|---|\n")
	base := middle(all[0], func(r round) float64 { return r.cpu.Seconds() })
	for i, w := range ways {
		n := float64(len(m.files))
		wall, cpu, peak := middle(all[i], func(r round) float64 { return r.wall.Seconds() }), middle(all[i], func(r round) float64 { return r.cpu.Seconds() }), middle(all[i], func(r round) float64 { return r.peak })
		var waits []time.Duration
		for _, r := range all[i] {
			waits = append(waits, r.waits...)
		}
		p50, p99 := "–", "–"
		if len(waits) > 0 {
			slices.Sort(waits)
			p50, p99 = fmt.Sprintf("%.2f s", waits[len(waits)/2].Seconds()), fmt.Sprintf("%.2f s", waits[(len(waits)*99-1)/100].Seconds())
		}
		fmt.Printf("| %s | %.1f | %.3f s | %+.1f %% | %s | %s | %.0f MiB |\n", w.name, 60*n/wall, cpu/n, 100*(cpu/base-1), p50, p99, peak)
	}
	return nil
}

func middle(rounds []round, of func(round) float64) float64 {
	var values []float64
	for _, r := range rounds {
		values = append(values, of(r))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// predict judges all scans with the verb.
func (m *measurement) predict(ctx context.Context) (r round, err error) {
	cmd := exec.CommandContext(ctx, m.tool, append([]string{"predict", "--model", m.model, "--json", "--quiet"}, m.files...)...)
	begun := time.Now()
	if _, err := cmd.Output(); err != nil {
		return r, err
	}
	r.wall = time.Since(begun)
	r.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	r.peak = float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024
	return r, nil
}

// serveAll judges all scans through a service of its own.
func (m *measurement) serveAll(ctx context.Context, cores int) (r round, err error) {
	data, err := os.MkdirTemp(m.work, "load")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(data)
	s, err := m.serve(ctx, filepath.Join(data, "data"), "--cores-per-scan", fmt.Sprint(cores))
	if err != nil {
		return r, err
	}
	defer s.kill()
	if err := m.addModel(ctx, s, "tap.model"); err != nil {
		return r, err
	}
	var next atomic.Int64
	var group sync.WaitGroup
	var failed atomic.Pointer[error]
	r.waits = make([]time.Duration, len(m.files))
	begun := time.Now()
	for range m.clients {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(m.files); i = int(next.Add(1)) - 1 {
				var doc struct{ Verdict string }
				sent := time.Now()
				code, err := s.ask(ctx, "POST", fmt.Sprintf("/api/v1/scans?part=tap&wait=300&name=%d.pcd", i), m.contents[i], &doc)
				if err == nil && (code != 200 || doc.Verdict == "" || doc.Verdict == "failed") {
					err = fmt.Errorf("scan %d was answered with %d %q", i, code, doc.Verdict)
				}
				if err != nil {
					failed.Store(&err)
					return
				}
				r.waits[i] = time.Since(sent)
			}
		})
	}
	group.Wait()
	if err := failed.Load(); err != nil {
		return r, *err
	}
	r.wall, r.peak = time.Since(begun), s.peak()
	s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		return r, err
	}
	r.cpu = s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()
	return r, nil
}
