package weights

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"unicode/utf8"

	"blemish/internal/setting"
)

// ErrFormat marks bytes that are not a safetensors file, or a broken one. Errors
// that wrap it say what is wrong and in which tensor.
var ErrFormat = errors.New("not a valid safetensors file")

// Bounds of a file. The format's own library accepts headers of 100 MB; the largest
// published models have less than one.
const (
	maxHeader = 16 << 20
	maxAxes   = 16
	maxName   = 1024
	maxValues = 1 << 27 // of all tensors: 512 MiB as float32
)

// metadataKey is the header's one key that names no tensor.
const metadataKey = "__metadata__"

// Read reads the safetensors file at path; see Decode.
func Read(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder; a model or weights are one file", path)
	}
	there := uint64(0)
	if info.Mode().IsRegular() {
		there = uint64(info.Size())
	}
	file, err := decode(f, there)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// Decode reads one safetensors stream to its end. Tensors come out sorted by name;
// the dtypes F32, F16, BF16, F64, I8 to I64, U8 and BOOL are
// understood and become float32. The tensors must fill the
// data without gap, overlap or rest, as the format asks. Memory grows with the
// bytes that are really there, never with what the header promises.
func Decode(r io.Reader) (*File, error) { return decode(r, 0) }

// decode is Decode where so many bytes are known to be there.
func decode(r io.Reader, there uint64) (*File, error) {
	br := bufio.NewReaderSize(r, 1<<16)
	header, err := readHeader(br)
	if err != nil {
		return nil, err
	}
	entries, metadata, err := parseHeader(header)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.begin != b.begin {
			return cmp.Compare(a.begin, b.begin)
		}
		return cmp.Compare(a.end, b.end)
	})
	f := &File{Metadata: metadata}
	var at, total uint64
	for _, e := range entries {
		if e.begin != at {
			return nil, fmt.Errorf("%w: tensor %q starts at byte %d of the data, want %d (no gap, no overlap)", ErrFormat, setting.Short(e.name), e.begin, at)
		}
		if total += e.values; total > maxValues {
			return nil, fmt.Errorf("%w: the tensors up to %q have %d values, at most %d are read", ErrFormat, setting.Short(e.name), total, maxValues)
		}
		data, err := readValues(br, e, there)
		if err != nil {
			return nil, err
		}
		f.Tensors = append(f.Tensors, Tensor{Name: e.name, Shape: e.shape, Data: data, Half: e.dtype.name == "F16"})
		at = e.end
	}
	if _, err := br.ReadByte(); err != io.EOF {
		if err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: data go on after the last tensor's end at byte %d", ErrFormat, at)
	}
	slices.SortFunc(f.Tensors, func(a, b Tensor) int { return cmp.Compare(a.Name, b.Name) })
	return f, nil
}

// readHeader returns the JSON text between the length and the data.
func readHeader(r io.Reader) ([]byte, error) {
	var length [8]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, fmt.Errorf("%w: shorter than its 8-byte header length", ErrFormat)
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n < 2 || n > maxHeader {
		return nil, fmt.Errorf("%w: header length %d, want 2 to %d", ErrFormat, n, maxHeader)
	}
	header, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err != nil {
		return nil, err
	}
	if uint64(len(header)) < n {
		return nil, fmt.Errorf("%w: header ends after %d of %d bytes", ErrFormat, len(header), n)
	}
	if header[0] != '{' || !utf8.Valid(header) {
		return nil, fmt.Errorf("%w: the header is not a JSON object", ErrFormat)
	}
	return header, nil
}

// entry is one tensor of the header, checked in itself.
type entry struct {
	name       string
	dtype      *dtype
	shape      []int
	values     uint64
	begin, end uint64 // bytes, from the start of the data
}

// parseHeader walks the object key by key, so that a name given twice is seen.
func parseHeader(header []byte) (entries []entry, metadata map[string]string, err error) {
	bad := func(err error) error { return fmt.Errorf("%w: header: %v", ErrFormat, err) }
	d := json.NewDecoder(bytes.NewReader(header))
	if _, err := d.Token(); err != nil {
		return nil, nil, bad(err)
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, nil, bad(err)
		}
		name := token.(string)
		if seen[name] {
			return nil, nil, fmt.Errorf("%w: tensor %q is there twice", ErrFormat, setting.Short(name))
		}
		seen[name] = true
		if name == metadataKey {
			if err := d.Decode(&metadata); err != nil {
				return nil, nil, bad(fmt.Errorf("%s: %w", metadataKey, err))
			}
			continue
		}
		var raw struct {
			DType   string    `json:"dtype"`
			Shape   *[]int64  `json:"shape"`
			Offsets *[]uint64 `json:"data_offsets"`
		}
		if err := d.Decode(&raw); err != nil {
			return nil, nil, bad(fmt.Errorf("tensor %q: %w", setting.Short(name), err))
		}
		if raw.Shape == nil || raw.Offsets == nil || len(*raw.Offsets) != 2 {
			return nil, nil, fmt.Errorf("%w: tensor %q lacks a shape or its two data_offsets", ErrFormat, setting.Short(name))
		}
		e, err := checkEntry(name, raw.DType, *raw.Shape, (*raw.Offsets)[0], (*raw.Offsets)[1])
		if err != nil {
			return nil, nil, err
		}
		entries = append(entries, e)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, bad(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, nil, fmt.Errorf("%w: text after the header's object", ErrFormat)
	}
	return entries, metadata, nil
}

func checkEntry(name, dtype string, shape []int64, begin, end uint64) (entry, error) {
	e := entry{name: name, dtype: dtypeOf(dtype), shape: make([]int, min(len(shape), maxAxes)), values: 1, begin: begin, end: end}
	if e.dtype == nil {
		return e, fmt.Errorf("tensor %q has dtype %q; F32, F16, BF16, F64, I8 to I64, U8 and BOOL can be read", setting.Short(name), setting.Short(dtype))
	}
	if len(name) > maxName {
		return e, fmt.Errorf("%w: the name of tensor %q has %d bytes, at most %d are read", ErrFormat, setting.Short(name), len(name), maxName)
	}
	if len(shape) > maxAxes {
		return e, fmt.Errorf("%w: tensor %q has %d axes, at most %d are read", ErrFormat, setting.Short(name), len(shape), maxAxes)
	}
	size := uint64(e.dtype.size)
	for i, s := range shape {
		if s < 0 || s > math.MaxInt32 || s > 0 && e.values > math.MaxInt64/8/uint64(s) {
			return e, fmt.Errorf("%w: tensor %q has impossible shape %v", ErrFormat, setting.Short(name), shape)
		}
		e.shape[i] = int(s)
		e.values *= uint64(s)
	}
	if end < begin || end-begin != e.values*size {
		return e, fmt.Errorf("%w: tensor %q of shape %v and dtype %s needs %d bytes, its offsets are [%d, %d]",
			ErrFormat, setting.Short(name), shape, dtype, e.values*size, begin, end)
	}
	return e, nil
}

// readValues reads one tensor's data piece by piece, so that a promise of
// gigabytes costs no more than the bytes that follow. What fits into the bytes that
// are there gets its memory at once.
func readValues(r io.Reader, e entry, there uint64) ([]float32, error) {
	size := e.dtype.size
	const piece = 1 << 16
	buf := make([]byte, min(piece, e.values)*uint64(size))
	first := min(piece, e.values)
	if e.end-e.begin <= there {
		first = e.values
	}
	data := make([]float32, 0, first)
	for rest := e.values; rest > 0; {
		n := int(min(piece, rest))
		if got, err := io.ReadFull(r, buf[:n*size]); err != nil {
			if err != io.EOF && err != io.ErrUnexpectedEOF {
				return nil, fmt.Errorf("tensor %q: %w", e.name, err)
			}
			return nil, fmt.Errorf("%w: data end %d bytes before the end of tensor %q", ErrFormat, rest*uint64(size)-uint64(got), setting.Short(e.name))
		}
		data = slices.Grow(data, n)
		data = data[:len(data)+n]
		e.dtype.read(buf, data[len(data)-n:])
		rest -= uint64(n)
	}
	return data, nil
}
