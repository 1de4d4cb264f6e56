package format

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// endless gives the same text without end.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		k := copy(p[n:], e.text[e.at:])
		n, e.at = n+k, (e.at+k)%len(e.text)
	}
	return len(p), nil
}

// TestStreamsHaveALimit reads what never ends: an error, in bounded memory.
func TestStreamsHaveALimit(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a quarter of a gigabyte several times")
	}
	for name, in := range map[string]io.Reader{
		"comments.xyz": io.MultiReader(strings.NewReader("1 2 3\n"), &endless{text: "# " + strings.Repeat("-", 4000) + "\n"}),
		"groups.obj":   io.MultiReader(strings.NewReader("v 1 2 3\n"), &endless{text: "g " + strings.Repeat("-", 4000) + "\n"}),
		"line.xyz":     &endless{text: strings.Repeat("1 ", 1000)},
		"zeros.stl":    &endless{text: strings.Repeat("\x00", 1000)},
		"zeros.bin":    &endless{text: strings.Repeat("\x00", 1000)},
	} {
		var err error
		used := allocated(func() { _, _, err = DecodeCloud(in, name) })
		if !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
		if used > 4*MaxStream {
			t.Errorf("%s took %d MiB", name, used>>20)
		}
	}
}

// TestPackedBombIsRefused has a small block promise gigabytes.
func TestPackedBombIsRefused(t *testing.T) {
	const points = 100_000_000
	head := fmt.Sprintf("FIELDS x y z\nWIDTH %d\nHEIGHT 1\nPOINTS %d\nDATA binary_compressed\n", points, points)
	block := make([]byte, 8+points*12/lzfMaxRatio+1)
	binary.LittleEndian.PutUint32(block, uint32(len(block)-8))
	binary.LittleEndian.PutUint32(block[4:], points*12)
	var err error
	file := io.MultiReader(strings.NewReader(head), strings.NewReader(string(block)))
	used := allocated(func() { _, _, err = DecodeCloud(file, "a.pcd") })
	if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "save it as binary") || used > 64<<20 {
		t.Errorf("%v, %d MiB", err, used>>20)
	}
}

func TestDevicesAreRefused(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("there is no /dev/zero")
	}
	link := filepath.Join(t.TempDir(), "scan.stl")
	if err := os.Symlink("/dev/zero", link); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{"/dev/zero", link} {
		if _, _, err := ReadCloud(path); err == nil || !strings.Contains(err.Error(), "is a device") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
