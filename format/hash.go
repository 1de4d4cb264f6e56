package format

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// HashFile is the SHA-256 of a file's bytes, in hex. It opens what Open opens.
func HashFile(path string) (string, error) {
	f, err := Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
