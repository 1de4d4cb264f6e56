package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"blemish/format"
	"blemish/report"
)

// What becomes of a judged file.

// putAway moves or marks a file, and returns where it is then.
func (w *watcher) putAway(path string, f *file, scan report.PredictScan, sum string) (string, error) {
	switch w.opt.Done {
	case Move:
		return w.move(path, scan.Verdict, sum)
	case Mark:
		return path, w.mark(path, f, scan, sum)
	}
	return path, nil
}

// move renames a file into the folder of its verdict. Another file of that name is not
// touched; the same file, come again, takes the place of the first.
func (w *watcher) move(path, verdict, sum string) (string, error) {
	dir := filepath.Join(w.opt.Dir, verdict)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("it is judged (%s) but cannot be moved: %w", verdict, err)
	}
	name := filepath.Base(path)
	stem, ext := strings.TrimSuffix(name, filepath.Ext(name)), filepath.Ext(name)
	target := filepath.Join(dir, name)
	for n := 2; ; n++ {
		if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
			break
		}
		if there, err := format.HashFile(target); err == nil && there == sum {
			break
		}
		target = filepath.Join(dir, fmt.Sprintf("%s-%d%s", stem, n, ext))
	}
	if err := os.Rename(path, target); err != nil {
		return "", fmt.Errorf("it is judged (%s) but cannot be moved: %w", verdict, err)
	}
	return target, nil
}

// markSuffix is of the file that marks another.
const markSuffix = ".blemish.json"

// mark is what stands beside a marked file. Size and time tell whether the file is still
// the one that was judged.
type mark struct {
	Size  int64              `json:"size"`
	Time  time.Time          `json:"time"` // of the file's last change
	SHA   string             `json:"sha256"`
	Model string             `json:"model"` // SHA-256
	Scan  report.PredictScan `json:"scan"`
}

func (w *watcher) mark(path string, f *file, scan report.PredictScan, sum string) error {
	m := mark{f.size, f.mtime.UTC(), sum, w.judge.About.Model.SHA256, scan}
	err := format.WriteAtomic(path+markSuffix, func(out io.Writer) error {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(m)
	})
	if err != nil {
		return fmt.Errorf("it is judged (%s) but cannot be marked: %w", scan.Verdict, err)
	}
	return nil
}

// mostMark is more bytes than any mark has.
const mostMark = 16 << 20

// marked reports whether a file has the mark of this model.
func marked(path string, f *file, model string) bool {
	in, err := os.Open(path + markSuffix)
	if err != nil {
		return false
	}
	defer in.Close()
	var m struct { // the scan is not needed
		Size  int64     `json:"size"`
		Time  time.Time `json:"time"`
		Model string    `json:"model"`
	}
	if json.NewDecoder(io.LimitReader(in, mostMark)).Decode(&m) != nil {
		return false
	}
	return m.Size == f.size && m.Time.Equal(f.mtime) && m.Model == model
}
