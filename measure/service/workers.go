package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Kills of workers: blemish work ends without warning, again and again, while the service and
// predict have it judge scans.

// workers is how many there are at a time. The queue is within one of them.
const workers = 3

// killWorkers has all scans judged by workers twice: once undisturbed, and once by serve and
// predict at the same time while a worker is killed so often; and compares.
func (m *measurement) killWorkers(ctx context.Context, kills int) error {
	dir, err := os.MkdirTemp(m.work, "workers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"scans", "scratch", "killed"} {
		if err := os.Mkdir(in(name), 0o755); err != nil {
			return err
		}
	}
	n := len(m.files)
	for i, text := range m.contents {
		if err := os.WriteFile(filepath.Join(in("scans"), fmt.Sprintf("%03d.pcd", i)), text, 0o644); err != nil {
			return err
		}
	}
	model, err := os.ReadFile(m.model)
	if err == nil {
		err = os.WriteFile(filepath.Join(in("scans"), "part.model"), model, 0o644)
	}
	if err != nil {
		return err
	}
	work := func(data, scratch string) (*exec.Cmd, error) {
		cmd := exec.CommandContext(ctx, m.tool, "work", "--data", in(data), "--scratch", in(scratch), "--workers", "1", "--quiet")
		return cmd, cmd.Start()
	}
	predict := func(data, out string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, m.tool, "predict", "--model", "part.model", "*.pcd", "-o", in(out), "--jobs", in(data), "--quiet")
		cmd.Dir = in("scans")
		return cmd
	}
	end := func(cmd *exec.Cmd) { cmd.Process.Kill(); cmd.Wait() }

	// Undisturbed.
	one, err := work("alone", "scratch")
	if err != nil {
		return err
	}
	begun := time.Now()
	out, err := predict("alone", "undisturbed").CombinedOutput()
	end(one)
	if err != nil {
		return fmt.Errorf("predict: %w: %s", err, out)
	}
	each := time.Since(begun) / time.Duration(n)

	// With kills.
	all := make([]*exec.Cmd, workers)
	for i := range all {
		if all[i], err = work("jobs", "killed"); err != nil {
			return err
		}
	}
	defer func() {
		for _, w := range all {
			end(w)
		}
	}()
	s, err := m.serve(ctx, in("station"), "--jobs", in("jobs"))
	if err != nil {
		return err
	}
	defer s.kill()
	if err := m.addModel(ctx, s, "part.model"); err != nil {
		return err
	}
	uploading, stop := context.WithCancel(ctx)
	defer stop()
	uploaded := make(chan int, 1)
	var refused error
	go func() {
		var k int
		k, refused = m.keepBusy(uploading, s)
		uploaded <- k
	}()
	var said bytes.Buffer
	source := predict("jobs", "out")
	source.Stdout, source.Stderr = &said, &said
	if err := source.Start(); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	begun = time.Now()
	for range kills {
		// As often as every other scan of predict is hit, with three workers.
		time.Sleep(time.Duration(r.Float64() * 2 / 1.5 * float64(each)))
		i := r.IntN(workers)
		end(all[i])
		if all[i], err = work("jobs", "killed"); err != nil {
			return err
		}
	}
	lasted := time.Since(begun)
	stop()
	sent := <-uploaded
	if refused != nil {
		return refused
	}
	if err := source.Wait(); err != nil {
		return fmt.Errorf("predict: %w: %s", err, said.String())
	}
	entries, failed, twice, err := m.entriesOf(ctx, s)
	if err != nil {
		return err
	}
	differs := 0
	for _, e := range entries {
		var got bytes.Buffer
		if err := s.text(ctx, "/api/v1/scans/"+e.ID+"/result", &got); err != nil {
			return err
		}
		want, err := os.ReadFile(filepath.Join(in("undisturbed"), strings.TrimSuffix(e.Name, ".pcd"), "results.json"))
		if err != nil || hash.ReplaceAllString(got.String(), "") != hash.ReplaceAllString(string(want), "") {
			differs++
		}
	}
	files, others, err := compare(in("undisturbed"), in("out"))
	if err != nil {
		return err
	}
	middle, err := filepath.Glob(filepath.Join(in("killed"), "blemish-job-*"))
	if err != nil {
		return err
	}
	fmt.Printf(`%d scans are given to %s, and meanwhile scan after scan is uploaded to %s,
with %d worker processes. A worker is killed %d times (SIGKILL) within %.0f s, %d times in the middle
of a scan, and started again.

| | scans | lost | entered twice | failed | not as without kills |
|---|---|---|---|---|---|
| %s | %d | %d | %d | %d | %d of %d documents |
| %s | %d | %d | 0 | 0 | %d of %d files |
`, n, "`predict -o --jobs`", "`serve --jobs`", workers, kills, lasted.Seconds(), len(middle),
		"`serve`", sent, sent-len(entries)+twice, twice, failed, differs, len(entries),
		"`predict`", n, n-scansOf(in("out")), others, files)
	if len(entries) != sent || scansOf(in("out")) != n || failed+twice+differs+others > 0 {
		return errors.New("scans were lost, came twice, failed or differ")
	}
	return nil
}

// hash is that of a scan's file, which is another for each upload of the same points.
var hash = regexp.MustCompile(`"sha256": "[0-9a-f]+"`)

// keepBusy uploads scan after scan, so that some always wait, until ctx ends, and returns how
// many.
func (m *measurement) keepBusy(ctx context.Context, s *server) (sent int, err error) {
	const waiting = 6
	for ctx.Err() == nil {
		var list struct{ Waiting int }
		if _, err := s.ask(context.WithoutCancel(ctx), "GET", "/api/v1/scans?limit=1", nil, &list); err != nil {
			return sent, err
		}
		if list.Waiting >= waiting {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		// Bytes behind the last point make it a file of its own.
		i := sent % len(m.contents)
		text := append(bytes.Clone(m.contents[i]), bytes.Repeat([]byte("\n"), sent/len(m.contents))...)
		code, err := s.ask(context.WithoutCancel(ctx), "POST", fmt.Sprintf("/api/v1/scans?part=tap&name=%03d.pcd", i), text, nil)
		if err != nil || code != 202 {
			return sent, fmt.Errorf("scan %d was answered with %d, %v", sent, code, err)
		}
		sent++
	}
	return sent, nil
}

// scansOf counts the folders of scans that predict has written.
func scansOf(out string) int {
	found, _ := filepath.Glob(filepath.Join(out, "*", "results.json"))
	return len(found)
}

// compare counts the files of two folders, and those that differ or are in one alone.
func compare(a, b string) (files, differ int, err error) {
	for _, pair := range [][2]string{{a, b}, {b, a}} {
		err = errors.Join(err, filepath.WalkDir(pair[0], func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			name, err := filepath.Rel(pair[0], path)
			if err != nil {
				return err
			}
			other := filepath.Join(pair[1], name)
			if pair[0] == b {
				if _, err := os.Stat(other); err != nil {
					differ++
				}
				return nil
			}
			files++
			one, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if two, err := os.ReadFile(other); err != nil || !bytes.Equal(one, two) {
				differ++
			}
			return nil
		}))
	}
	return files, differ, err
}
