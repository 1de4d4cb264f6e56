package format

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"blemish/geom"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func onlyFile(t *testing.T, dir, name, content string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if content == "" {
		if len(entries) != 0 {
			t.Errorf("left behind: %v", entries)
		}
		return
	}
	got, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil || string(got) != content || len(entries) != 1 {
		t.Errorf("%q %v, folder %v", got, err, entries)
	}
}

func TestWriteAtomic(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	bad := errors.New("no more")
	fails := func(w io.Writer) error {
		io.WriteString(w, strings.Repeat("half", 1<<20))
		return bad
	}
	if err := WriteAtomic(path, fails); !errors.Is(err, bad) || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	onlyFile(t, dir, "", "")
	if err := WriteAtomic(path, text("one")); err != nil {
		t.Fatal(err)
	}
	onlyFile(t, dir, "a.txt", "one")
	if err := WriteAtomic(path, fails); !errors.Is(err, bad) {
		t.Errorf("%v", err)
	}
	onlyFile(t, dir, "a.txt", "one")
	func() {
		defer func() { recover() }()
		WriteAtomic(path, func(io.Writer) error { panic("caller's bug") })
	}()
	onlyFile(t, dir, "a.txt", "one")
	if err := WriteAtomic(path, text("two")); err != nil {
		t.Fatal(err)
	}
	onlyFile(t, dir, "a.txt", "two")
}

func TestWriteAtomicModesAndLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes and links are otherwise on Windows")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "real.txt")
	if err := WriteAtomic(path, text("one")); err != nil {
		t.Fatal(err)
	}
	if st, _ := os.Stat(path); st.Mode().Perm()&^0o644 != 0 || st.Mode().Perm()&0o600 != 0o600 {
		t.Errorf("a new file has mode %v", st.Mode())
	}
	if err := os.Chmod(path, 0o664); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.txt")
	if err := os.Symlink("real.txt", link); err != nil {
		t.Fatal(err)
	}
	if err := WriteAtomic(link, text("two")); err != nil {
		t.Fatal(err)
	}
	if st, _ := os.Lstat(link); st.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	st, _ := os.Stat(path)
	if got, _ := os.ReadFile(path); string(got) != "two" || st.Mode().Perm() != 0o664 {
		t.Errorf("%q with mode %v", got, st.Mode())
	}
	if err := WriteAtomic(os.DevNull, text("gone")); err != nil {
		t.Errorf("a device: %v", err)
	}
}

func TestWriteAtomicErrors(t *testing.T) {
	dir := t.TempDir()
	if err := WriteAtomic(dir, text("")); err == nil || !strings.Contains(err.Error(), "it is a folder") {
		t.Errorf("%v", err)
	}
	err := WriteAtomic(filepath.Join(dir, "no", "a.txt"), text(""))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		if err := WriteAtomic("/dev/full", text("x")); err == nil || !strings.Contains(err.Error(), "disk is full") {
			t.Errorf("%v", err)
		}
	}
	if os.Getuid() > 0 {
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		if err := WriteAtomic(filepath.Join(dir, "a.txt"), text("")); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%v", err)
		}
	}
}

func TestWritersRefuseWhatMakesNoSense(t *testing.T) {
	c, dir := sample(), t.TempDir()
	m := &geom.Mesh{Vertices: c.Points, Faces: [][3]int32{{0, 1, 2}}}
	for name, says := range map[string]string{"a.stl": "hold surfaces", "a.obj": "hold surfaces", "a.off": "hold surfaces", "a.docx": "are written as", "a": "are written as"} {
		if err := WriteCloud(filepath.Join(dir, name), c, WriteOptions{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, says := range map[string]string{"a.pcd": "hold no faces", "a.csv": "hold no faces", "a.fbx": "are written as"} {
		if err := WriteMesh(filepath.Join(dir, name), m, WriteOptions{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, encoding := range map[string]string{"a.pcd": "binary_big_endian", "a.ply": "binary_compressed", "a.xyz": "binary", "a.npy": "ascii"} {
		if err := WriteCloud(filepath.Join(dir, name), c, WriteOptions{Encoding: encoding}); err == nil || !strings.Contains(err.Error(), "has no encoding") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}
