package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"blemish/format"
)

// Store holds pieces of data under names with slashes. Several goroutines and processes may
// use it at once.
type Store interface {
	// Create stores size bytes of r under a name, and says whether it was new. What is there
	// already stays as it is.
	Create(ctx context.Context, name string, r io.ReadSeeker, size int64) (bool, error)
	// Open reads from the beginning; an error that is fs.ErrNotExist where there is nothing.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// Has reports whether there is something under a name.
	Has(ctx context.Context, name string) (bool, error)
	// Remove takes a name away; nothing happens where there is none.
	Remove(ctx context.Context, name string) error
	// String is how messages call the store.
	String() string
}

// Open opens a folder, which is made where it is missing, or s3://BUCKET/PREFIX; for the
// latter see OpenS3.
func Open(ctx context.Context, where string) (Store, error) {
	if rest, ok := strings.CutPrefix(where, "s3://"); ok {
		return OpenS3(ctx, rest)
	}
	return OpenFolder(where)
}

// ErrDamaged is wrapped where a stored file is not the one that its hash names.
var ErrDamaged = errors.New("stored file is damaged")

// mostName is longer than any name that is in use.
const mostName = 512

// checkName keeps names inside a store.
func checkName(name string) error {
	if name == "" || len(name) > mostName || !fs.ValidPath(name) || strings.ContainsAny(name, `\:`) {
		return fmt.Errorf("%.60q is no name for stored data", name)
	}
	return nil
}

// object is the name of a file by its hash, spread over folders.
func object(sum string) string { return "objects/" + sum[:2] + "/" + sum }

// checkSum checks that a hash, which may come from anywhere, is one.
func checkSum(sum string) error {
	if raw, err := hex.DecodeString(sum); err != nil || len(raw) != sha256.Size || strings.ToLower(sum) != sum {
		return fmt.Errorf("%.80q is no SHA-256 in hex", sum)
	}
	return nil
}

// PutFile stores a file under the hash of its content and returns hash and size. One that is
// there already is not sent again.
func PutFile(ctx context.Context, s Store, path string) (sum string, size int64, err error) {
	if sum, err = format.HashFile(path); err != nil {
		return "", 0, err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	there, err := s.Has(ctx, object(sum))
	if err != nil || there {
		return sum, info.Size(), err
	}
	if _, err := s.Create(ctx, object(sum), f, info.Size()); err != nil {
		return "", 0, err
	}
	// A file that changed meanwhile must not lie under the hash that it had.
	if again, err := format.HashFile(path); err != nil || again != sum {
		return "", 0, errors.Join(fmt.Errorf("%s changed while it was stored", path), err, s.Remove(ctx, object(sum)))
	}
	return sum, info.Size(), nil
}

// GetFile writes the file of a hash to a path, whole or not at all, and checks its content.
func GetFile(ctx context.Context, s Store, sum, path string) error {
	if err := checkSum(sum); err != nil {
		return err
	}
	in, err := s.Open(ctx, object(sum))
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return format.WriteAtomic(path, func(out io.Writer) error {
		h := sha256.New()
		if _, err := io.Copy(io.MultiWriter(out, h), in); err != nil {
			return fmt.Errorf("read %s from %s: %w", object(sum), s, err)
		}
		if hex.EncodeToString(h.Sum(nil)) != sum {
			return fmt.Errorf("%w: %s in %s", ErrDamaged, object(sum), s)
		}
		return nil
	})
}

// PutBytes stores data under a name, and says whether it was new.
func PutBytes(ctx context.Context, s Store, name string, data []byte) (bool, error) {
	return s.Create(ctx, name, bytes.NewReader(data), int64(len(data)))
}

// GetBytes reads a name to its end, at most so many bytes.
func GetBytes(ctx context.Context, s Store, name string, most int64) ([]byte, error) {
	in, err := s.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s in %s has more than %d bytes", name, s, most)
	}
	return data, err
}
