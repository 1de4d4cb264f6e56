package weights

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"blemish/internal/setting"
)

// Write writes f to path as safetensors: into a temporary file beside it, synced,
// then renamed, so that path holds the old file or the whole new one.
func Write(path string, f *File) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if err := Encode(tmp, f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := tmp.Chmod(0o644); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// Encode writes f as safetensors with dtype F32, or F16 where a tensor asks for it:
// the tensors sorted by size of value and name, equal files as equal bytes. It fails on
// a name that is empty, given twice, reserved or not UTF-8, on a tensor whose data do
// not fill its shape, on a value beyond half precision, and on what Decode would refuse
// as too large.
func Encode(w io.Writer, f *File) error {
	sorted := slices.Clone(f.Tensors)
	slices.SortStableFunc(sorted, func(a, b Tensor) int {
		if a.Half != b.Half { // wide values first keep every tensor aligned
			if b.Half {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Name, b.Name)
	})
	header, err := buildHeader(sorted, f.Metadata)
	if err != nil {
		return err
	}
	bw := bufio.NewWriterSize(w, 1<<16)
	var word [8]byte
	binary.LittleEndian.PutUint64(word[:], uint64(len(header)))
	bw.Write(word[:]) // a bufio.Writer keeps its first error for Flush
	bw.Write(header)
	for _, t := range sorted {
		if t.Half {
			if err := writeHalf(bw, t); err != nil {
				return err
			}
			continue
		}
		for _, v := range t.Data {
			binary.LittleEndian.PutUint32(word[:4], math.Float32bits(v))
			bw.Write(word[:4])
		}
	}
	return bw.Flush()
}

// writeHalf writes a tensor's data as F16.
func writeHalf(w *bufio.Writer, t Tensor) error {
	var word [2]byte
	for i, v := range t.Data {
		h := narrow(v)
		if h&0x7fff == 0x7c00 && !math.IsInf(float64(v), 0) {
			return fmt.Errorf("tensor %q: value %d is %v, half precision ends at 65504", t.Name, i, v)
		}
		binary.LittleEndian.PutUint16(word[:], h)
		w.Write(word[:])
	}
	return nil
}

// buildHeader returns the JSON header, padded with spaces so that the data start
// at a multiple of 8 bytes.
func buildHeader(sorted []Tensor, metadata map[string]string) ([]byte, error) {
	header := []byte{'{'}
	add := func(name string, value any) error {
		if !utf8.ValidString(name) {
			return fmt.Errorf("tensor name %q is not UTF-8", name)
		}
		k, err := json.Marshal(name)
		if err != nil {
			return err
		}
		v, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if len(header) > 1 {
			header = append(header, ',')
		}
		header = append(append(append(header, k...), ':'), v...)
		return nil
	}
	if len(metadata) > 0 {
		for k, v := range metadata {
			if !utf8.ValidString(k) || !utf8.ValidString(v) {
				return nil, fmt.Errorf("metadata %q is not UTF-8", k)
			}
		}
		if err := add(metadataKey, metadata); err != nil {
			return nil, err
		}
	}
	at, total := 0, 0
	seen := map[string]bool{}
	for _, t := range sorted {
		if t.Name == "" || t.Name == metadataKey || len(t.Name) > maxName {
			return nil, fmt.Errorf("a tensor cannot be named %q", setting.Short(t.Name))
		}
		if seen[t.Name] {
			return nil, fmt.Errorf("tensor %q is there twice", t.Name)
		}
		seen[t.Name] = true
		if n, ok := volume(t.Shape); !ok || n != len(t.Data) {
			return nil, fmt.Errorf("tensor %q has %d values for shape %v", t.Name, len(t.Data), t.Shape)
		}
		if total += len(t.Data); total > maxValues || len(t.Shape) > maxAxes {
			return nil, fmt.Errorf("tensor %q: a file holds at most %d values in tensors of %d axes at most", t.Name, maxValues, maxAxes)
		}
		shape := t.Shape
		if shape == nil {
			shape = []int{}
		}
		dtype, size := "F32", 4
		if t.Half {
			dtype, size = "F16", 2
		}
		end := at + size*len(t.Data)
		err := add(t.Name, struct {
			DType   string `json:"dtype"`
			Shape   []int  `json:"shape"`
			Offsets [2]int `json:"data_offsets"`
		}{dtype, shape, [2]int{at, end}})
		if err != nil {
			return nil, err
		}
		at = end
	}
	header = append(header, '}')
	for len(header)%8 != 0 {
		header = append(header, ' ')
	}
	if len(header) > maxHeader {
		return nil, fmt.Errorf("header of %d bytes, at most %d fit", len(header), maxHeader)
	}
	return header, nil
}

// volume is the number of values in a shape; false for a negative size.
func volume(shape []int) (int, bool) {
	n := 1
	for _, s := range shape {
		if s < 0 {
			return 0, false
		}
		n *= s
	}
	return n, true
}
