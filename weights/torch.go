package weights

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// ErrTorch marks bytes that are not a PyTorch checkpoint, a broken one, or one that
// holds more than tensors. Errors that wrap it say what is wrong and where.
var ErrTorch = errors.New("not a readable PyTorch checkpoint")

// Checkpoint is what a PyTorch checkpoint holds of weights.
type Checkpoint struct {
	File
	Section string   // the entry of the checkpoint that the weights stood in; "" for the checkpoint itself
	Left    []string // what stood beside it and was left out, in the file's order
}

// torchStorage is a stretch of values that tensors look into.
type torchStorage struct {
	dtype *dtype
	key   string
	count int64 // values
	at    int64 // byte in the file; -1 until found
}

// torchTensor is a view of a storage, as the pickle describes it: unchecked.
type torchTensor struct {
	storage *torchStorage
	offset  int64
	shape   []int64
	stride  []int64
}

// legacyStart begins files of PyTorch before 1.6: a pickle of the magic number
// 0x1950a86a20f9469cfc6c, with its protocol in the second byte.
var legacyStart = []byte{0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'}

// IsTorch reports whether a file that begins with head (16 bytes do) can be a
// PyTorch checkpoint: a zip archive or a pickle.
func IsTorch(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || len(head) > 1 && head[0] == 0x80 && head[1] <= 5
}

// ReadTorch reads the PyTorch checkpoint at path; see DecodeTorch.
func ReadTorch(path string) (*Checkpoint, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	c, err := DecodeTorch(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// DecodeTorch reads what torch.save wrote, in the zip format (PyTorch 1.6 and later) or
// the one before, of size bytes: a state dictionary, or a dictionary that holds one as
// "base_model" (Point-MAE), "model", "state_dict", "model_state_dict" or its only one.
// "module." before names, which data-parallel training leaves, is taken off. Tensors
// come out contiguous, as float32, half precision marked as such, in the file's order.
//
// Nothing of the file is run: see pickle.go. Memory follows the file's size.
func DecodeTorch(r io.ReaderAt, size int64) (*Checkpoint, error) {
	f := &torchFile{r: r, size: size, storages: map[string]*torchStorage{}, budget: 16*size + 1<<26}
	c, err := f.decode()
	if err != nil && !errors.Is(err, ErrTorch) {
		return nil, fmt.Errorf("%w: %w", ErrTorch, err)
	}
	return c, err
}

// torchFile is one checkpoint while it is read.
type torchFile struct {
	r        io.ReaderAt
	size     int64
	storages map[string]*torchStorage
	order    []*torchStorage // in the order of their mention
	budget   int64           // bytes that may still be read and made of the storages
}

func (f *torchFile) decode() (*Checkpoint, error) {
	head := make([]byte, min(f.size, 16))
	if _, err := f.r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	var root any
	var err error
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		root, err = f.zipped()
	case len(head) >= len(legacyStart) && bytes.Equal(head[2:len(legacyStart)], legacyStart[2:]) && head[0] == 0x80:
		root, err = f.legacy()
	case IsTorch(head):
		err = errors.New("a pickle, but not one that torch.save wrote")
	default:
		err = errors.New("neither a zip archive nor a pickle")
	}
	if err != nil {
		return nil, err
	}
	return f.choose(root)
}

// storage resolves a persistent id: ("storage", type, key, place, number of values),
// in legacy files with a sixth entry for a view.
func (f *torchFile) storage(id any) (any, error) {
	l, ok := id.(*list)
	if !ok || len(l.items) < 5 || len(l.items) > 6 || l.items[0] != "storage" {
		return nil, fmt.Errorf("a reference to %s, want a storage", kind(id))
	}
	if len(l.items) == 6 && l.items[5] != nil {
		return nil, errors.New("a view of a storage, as PyTorch before 0.4 wrote it; load and save it once with a later one")
	}
	c, isClass := l.items[1].(class)
	key, isKey := l.items[2].(string)
	count, isCount := l.items[4].(int64)
	d := dtypeOf(storageTypes[c])
	if !isClass || !isKey || !isCount || d == nil || count < 0 {
		return nil, fmt.Errorf("a storage of type %s, key %s and size %s", kind(l.items[1]), kind(l.items[2]), kind(l.items[4]))
	}
	s := f.storages[key]
	if s == nil {
		s = &torchStorage{dtype: d, key: key, count: count, at: -1}
		f.storages[key] = s
		f.order = append(f.order, s)
	}
	if s.dtype != d || s.count != count {
		return nil, fmt.Errorf("storage %.40q is %d values of %s and %d of %s", key, s.count, s.dtype.name, count, d.name)
	}
	return s, nil
}

// legacy reads the format before 1.6: four pickles (magic number, version, the
// machine, the object), a pickled list of the storages' keys, then each storage as an
// eight-byte count and its values.
func (f *torchFile) legacy() (any, error) {
	data := make([]byte, min(f.size, maxPickle))
	if _, err := f.r.ReadAt(data, 0); err != nil && err != io.EOF {
		return nil, err
	}
	var values [5]any
	at := 0
	for i := range values {
		v, n, err := unpickle(data[at:], f.storage)
		if err != nil {
			return nil, fmt.Errorf("part %d, at byte %d: %w", i+1, at, err)
		}
		values[i] = v
		at += n
	}
	if values[1] != int64(1001) {
		return nil, fmt.Errorf("format version %s, want 1001", kind(values[1]))
	}
	if machine, ok := values[2].(*dict); ok && machine.get("little_endian") == false {
		return nil, errors.New("written on a big-endian machine")
	}
	keys, ok := values[4].(*list)
	if !ok {
		return nil, fmt.Errorf("the storages' keys are %s, want a list", kind(values[4]))
	}
	return values[3], f.placeLegacy(keys.items, int64(at))
}

// placeLegacy finds the storages, which follow each other from byte at.
func (f *torchFile) placeLegacy(keys []any, at int64) error {
	for _, k := range keys {
		key, ok := k.(string)
		s := f.storages[key]
		if !ok || s == nil {
			return fmt.Errorf("storage %s belongs to no tensor", kind(k))
		}
		var word [8]byte
		if _, err := f.r.ReadAt(word[:], at); err != nil {
			return fmt.Errorf("the file ends before storage %.40q", key)
		}
		if n := int64(binary.LittleEndian.Uint64(word[:])); n != s.count {
			return fmt.Errorf("storage %.40q has %d values, its tensors want %d", key, n, s.count)
		}
		s.at = at + 8
		if s.count > (f.size-s.at)/int64(s.dtype.size) {
			return fmt.Errorf("the file ends within storage %.40q", key)
		}
		at = s.at + s.count*int64(s.dtype.size)
	}
	return nil
}

// get returns the last value of a text key, nil where there is none.
func (d *dict) get(key string) any {
	for i, k := range slices.Backward(d.keys) {
		if k == key {
			return d.values[i]
		}
	}
	return nil
}
