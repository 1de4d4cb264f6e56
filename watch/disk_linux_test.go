package watch

import (
	"context"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"blemish/report"
)

// A full disk costs a message and a wait; when there is room again the scan is judged.
func TestAFullDisk(t *testing.T) {
	b, opt, history, said := start(t, Move)
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("mounting a small file system takes root: %v", err)
	}
	defer syscall.Unmount(disk, syscall.MNT_DETACH)
	opt.Once, opt.Out = false, filepath.Join(disk, "reports")
	put(t, filepath.Join(opt.Dir, "a.pcd"), b.sound)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	opt.Progress = func(e Event) { whole(t, e.Report); cancel() }
	go func() {
		for ctx.Err() == nil && !strings.Contains(said.String(), "the disk is full") {
			time.Sleep(10 * time.Millisecond)
		}
		if reports, _ := filepath.Glob(filepath.Join(opt.Out, "a-*")); len(reports) > 0 || len(history.entries) > 0 {
			t.Errorf("on a full disk there are %v, %d entries", reports, len(history.entries))
		}
		if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=20m"); err != nil {
			t.Error(err)
		}
	}()
	if _, err := Run(ctx, b.judge, opt); err != nil {
		t.Fatal(err)
	}
	if got := there(t, opt.Dir); got != "sound/a.pcd" || len(history.entries) != 1 {
		t.Errorf("there is %s, %d entries; said %s", got, len(history.entries), said)
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	b, opt, history, _ := start(t, Move)
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=10m"); err != nil {
		t.Skipf("mounting a file system takes root: %v", err)
	}
	defer syscall.Unmount(disk, syscall.MNT_DETACH)
	opt.Dir = disk
	put(t, filepath.Join(disk, "a.pcd"), b.sound)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), b.judge, opt); err == nil || !strings.Contains(err.Error(), "--done leave") {
		t.Errorf("moving in a read-only folder: %v", err)
	}
	opt.Done = Leave
	run(t, b, opt, report.Counts{Sound: 1})
	if len(history.entries) != 1 {
		t.Errorf("%d entries", len(history.entries))
	}
}
