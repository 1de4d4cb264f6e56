package format

import (
	"os"
	"path/filepath"
	"testing"
)

func TestHashFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "abc")
	if err := os.WriteFile(path, []byte("abc"), 0o644); err != nil {
		t.Fatal(err)
	}
	// The example of FIPS 180-2, appendix B.1.
	if sum, err := HashFile(path); err != nil || sum != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("%s %v", sum, err)
	}
	if _, err := HashFile(filepath.Dir(path)); err == nil {
		t.Error("the hash of a folder")
	}
}
