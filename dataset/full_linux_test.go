package dataset

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestAFullDiskIsSaidAndLeavesNoDataSet builds on a file system that is too small,
// then goes on where there is room.
func TestAFullDiskIsSaidAndLeavesNoDataSet(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=350k"); err != nil {
		t.Skipf("mounting a small file system takes root: %v", err)
	}
	defer syscall.Unmount(disk, syscall.MNT_DETACH)
	opt := smallRecipe(1)
	opt.Classes, opt.Sound, opt.Keep = opt.Classes[:1], 20, true
	dir := filepath.Join(disk, "set")
	_, err := Build(context.Background(), dir, opt)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "the disk is full") {
		t.Fatalf("a full disk: %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the set is there")
	}
	if _, err := Open(dir+".partial", "auto"); !errors.Is(err, ErrUnfinished) {
		t.Errorf("what is left is opened with %v", err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=10m"); err != nil {
		t.Fatal(err)
	}
	opt.Resume = true
	if _, err := Build(context.Background(), dir, opt); err != nil {
		t.Fatal(err)
	}
	opt.Resume = false
	same(t, "on a disk that was full and on another", mustBuild(t, opt), dir)
}
