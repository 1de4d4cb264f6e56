package storage

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"crypto/sha256"
	"encoding/hex"
)

// each runs a test on both kinds of store.
func each(t *testing.T, test func(t *testing.T, s Store)) {
	t.Run("folder", func(t *testing.T) {
		s, err := Open(t.Context(), filepath.Join(t.TempDir(), "new", "data"))
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
	})
	t.Run("s3", func(t *testing.T) {
		startFake(t)
		s, err := Open(t.Context(), "s3://scans/line 4/press")
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
	})
}

func TestNamesAreWrittenOnce(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		ctx := t.Context()
		if has, err := s.Has(ctx, "results/a"); has || err != nil {
			t.Fatal(has, err)
		}
		if _, err := s.Open(ctx, "results/a"); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("nothing is there: %v", err)
		}
		for i, text := range []string{"first", "second"} {
			created, err := PutBytes(ctx, s, "results/a", []byte(text))
			if err != nil || created != (i == 0) {
				t.Fatal(created, err)
			}
		}
		if got, err := GetBytes(ctx, s, "results/a", 100); err != nil || string(got) != "first" {
			t.Fatalf("%q, %v", got, err)
		}
		if _, err := GetBytes(ctx, s, "results/a", 3); err == nil {
			t.Error("more bytes than are wanted are read")
		}
		for range 2 {
			if err := s.Remove(ctx, "results/a"); err != nil {
				t.Fatal(err)
			}
		}
		if created, err := PutBytes(ctx, s, "results/a", nil); err != nil || !created {
			t.Fatal(created, err)
		}
	})
}

// Of many writers at once one wins, and its data is whole.
func TestTheFirstWholeOneWins(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		var won atomic.Int32
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				created, err := PutBytes(t.Context(), s, "one", bytes.Repeat([]byte{byte(i)}, 200_000))
				if err != nil {
					t.Error(err)
				}
				if created {
					won.Add(1)
				}
			})
		}
		all.Wait()
		got, err := GetBytes(t.Context(), s, "one", 1<<20)
		if err != nil || won.Load() != 1 || len(got) != 200_000 || !bytes.Equal(got, bytes.Repeat(got[:1], len(got))) {
			t.Errorf("%d writers won, %d bytes, %v", won.Load(), len(got), err)
		}
	})
}

func TestFilesByTheirContent(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		ctx, dir := t.Context(), t.TempDir()
		text := bytes.Repeat([]byte("0 0 0\n"), 100_000)
		path := filepath.Join(dir, "scan.xyz")
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		want := sha256.Sum256(text)
		for range 2 {
			sum, size, err := PutFile(ctx, s, path)
			if err != nil || sum != hex.EncodeToString(want[:]) || size != int64(len(text)) {
				t.Fatal(sum, size, err)
			}
		}
		back := filepath.Join(dir, "below", "back.xyz")
		if err := GetFile(ctx, s, hex.EncodeToString(want[:]), back); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(back); err != nil || !bytes.Equal(got, text) {
			t.Fatal(len(got), err)
		}
		missing := strings.Repeat("ab", 32)
		if err := GetFile(ctx, s, missing, filepath.Join(dir, "x")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a hash that is not there: %v", err)
		}
		// Damage is found, and no file is left.
		if _, err := PutBytes(ctx, s, object(missing), []byte("something else")); err != nil {
			t.Fatal(err)
		}
		if err := GetFile(ctx, s, missing, filepath.Join(dir, "x")); !errors.Is(err, ErrDamaged) {
			t.Errorf("other content: %v", err)
		}
		if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
			t.Error("a damaged file was written")
		}
		for _, sum := range []string{"", "zz", "../../etc", strings.ToUpper(missing)} {
			if err := GetFile(ctx, s, sum, filepath.Join(dir, "x")); err == nil {
				t.Errorf("hash %q is taken", sum)
			}
		}
	})
}

func TestNamesStayInside(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		for _, name := range []string{"", "/etc/passwd", "../x", "a/../../x", "a//b", `a\b`, "c:x", strings.Repeat("a/", 300) + "a"} {
			if _, err := PutBytes(t.Context(), s, name, []byte("x")); err == nil {
				t.Errorf("%q is taken", name)
			}
			if _, err := s.Open(t.Context(), name); err == nil || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%q is looked for: %v", name, err)
			}
		}
	})
}

// What minio-go sends lies under the prefix, in one piece, and a file is sent once.
func TestWhatIsSentToS3(t *testing.T) {
	f := startFake(t)
	s, err := Open(t.Context(), "s3://scans/press/")
	if err != nil {
		t.Fatal(err)
	}
	big := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(big, make([]byte, 20<<20), 0o644); err != nil { // more than a part
		t.Fatal(err)
	}
	sum := ""
	for range 3 {
		if sum, _, err = PutFile(t.Context(), s, big); err != nil {
			t.Fatal(err)
		}
	}
	if f.puts != 1 || len(f.objects["press/objects/"+sum[:2]+"/"+sum]) != 20<<20 {
		t.Errorf("%d PUTs, %d objects", f.puts, len(f.objects))
	}
	// A server that is busy is asked again.
	f.mu.Lock()
	f.refuse = 2
	f.mu.Unlock()
	if created, err := PutBytes(t.Context(), s, "later", []byte("x")); err != nil || !created {
		t.Error(created, err)
	}
}

func TestStoresThatCannotBeOpened(t *testing.T) {
	startFake(t)
	for _, where := range []string{"", "s3://", "s3:///x", "s3://other/x", "s3://scans/../x"} {
		if s, err := Open(t.Context(), where); err == nil {
			t.Errorf("%q is opened as %s", where, s)
		}
	}
	t.Setenv("AWS_ENDPOINT_URL_S3", "localhost:9000")
	if _, err := Open(t.Context(), "s3://scans"); err == nil || !strings.Contains(err.Error(), "http://HOST:PORT") {
		t.Errorf("an endpoint without a scheme: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), file); err == nil {
		t.Error("a file is taken for a folder")
	}
}

// A store that ends in the middle leaves nothing under the name.
func TestACreateThatFails(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		short := bytes.NewReader([]byte("half"))
		if _, err := s.Create(ctx, "half", short, 8); err == nil {
			t.Error("4 bytes are taken for 8")
		}
		if has, err := s.Has(ctx, "half"); has || err != nil {
			t.Error(has, err)
		}
		if folder, ok := s.(*Folder); ok {
			left, _ := filepath.Glob(filepath.Join(folder.Path(""), "*"))
			hidden, _ := filepath.Glob(filepath.Join(folder.Path(""), ".*"))
			if len(left)+len(hidden) > 0 {
				t.Error("left:", left, hidden)
			}
		}
	})
}
