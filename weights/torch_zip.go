package weights

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// zipped reads the format of 1.6 and later: an archive, nothing in it compressed, with
// NAME/data.pkl, one NAME/data/KEY a storage, and small notes.
func (f *torchFile) zipped() (any, error) {
	archive, err := zip.NewReader(f.r, f.size)
	if err != nil {
		return nil, fmt.Errorf("the archive is broken or was cut off (%w)", err)
	}
	files := map[string]*zip.File{}
	prefix, found := "", false
	for _, file := range archive.File {
		if files[file.Name] != nil {
			return nil, fmt.Errorf("the archive holds %.60q twice", file.Name)
		}
		files[file.Name] = file
		if folder, ok := strings.CutSuffix(file.Name, "data.pkl"); ok && strings.Count(folder, "/") == 1 && strings.HasSuffix(folder, "/") {
			prefix, found = folder, true
		}
	}
	if !found {
		return nil, errors.New("a zip archive without the data.pkl of torch.save")
	}
	if order, err := f.entry(files[prefix+"byteorder"], 16); err == nil && string(order) != "little" {
		return nil, fmt.Errorf("written in byte order %q, want little", order)
	}
	data, err := f.entry(files[prefix+"data.pkl"], maxPickle)
	if err != nil {
		return nil, err
	}
	root, _, err := unpickle(data, f.storage)
	if err != nil {
		return nil, fmt.Errorf("data.pkl: %w", err)
	}
	for _, s := range f.order {
		if err := f.placeZipped(s, files[prefix+"data/"+s.key]); err != nil {
			return nil, fmt.Errorf("storage %.40q: %w", s.key, err)
		}
	}
	return root, nil
}

// placeZipped finds a storage's values in the file.
func (f *torchFile) placeZipped(s *torchStorage, file *zip.File) error {
	at, length, err := f.place(file)
	if err != nil {
		return err
	}
	if length%int64(s.dtype.size) != 0 || length/int64(s.dtype.size) != s.count {
		return fmt.Errorf("%d bytes, want %d values of %d bytes", length, s.count, s.dtype.size)
	}
	s.at = at
	return nil
}

// place returns where in the file an entry's bytes lie.
func (f *torchFile) place(file *zip.File) (at, length int64, err error) {
	if file == nil {
		return 0, 0, errors.New("missing in the archive")
	}
	if file.Method != zip.Store || file.Flags&1 != 0 || file.CompressedSize64 != file.UncompressedSize64 {
		return 0, 0, errors.New("compressed or encrypted, which torch.save never does")
	}
	at, err = file.DataOffset()
	if err != nil {
		return 0, 0, err
	}
	if at < 0 || at > f.size || file.UncompressedSize64 > uint64(f.size-at) {
		return 0, 0, errors.New("reaches beyond the file's end")
	}
	return at, int64(file.UncompressedSize64), nil
}

// entry reads a small entry whole.
func (f *torchFile) entry(file *zip.File, limit int64) ([]byte, error) {
	at, length, err := f.place(file)
	if err != nil {
		return nil, err
	}
	if length > limit {
		return nil, fmt.Errorf("%.60q has %d bytes, at most %d are read", file.Name, length, limit)
	}
	return io.ReadAll(io.NewSectionReader(f.r, at, length))
}
