package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"blemish/format"
)

// The working folder of an unfinished data set: DIR.partial beside DIR. See
// docs/formats.md for what it holds and why a kill at any moment does no harm.

const (
	partialSuffix  = ".partial"
	unfinishedName = "unfinished.json" // the recipe; marks a folder that is no data set yet
	unitSize       = 16                // clouds that are recorded, and done again after a kill, together
)

// unit is some clouds of one class that are recorded together.
type unit struct {
	number int
	jobs   []job
}

// record says that a unit is done, and what came of it.
type record struct {
	Samples []Sample `json:"samples"`
	Skipped []Skip   `json:"skipped"`
	Files   []stored `json:"files"`
}

// stored is a file of a unit, so that a set put together from several places is
// known to be whole.
type stored struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

// work is a data set in the making.
type work struct {
	dir     string // where the finished set goes
	partial string
	header  header
	made    bool // this run has made the working folder
	shared  bool // other shards may be at work in it
}

// header is what unfinished.json holds: the recipe and the sources. Runs may only
// work on one set where it is equal.
type header struct {
	Blemish string         `json:"blemish"`
	Seed    uint64         `json:"seed"`
	Options Options        `json:"options"`
	Sources []sourceRecord `json:"sources"`
}

type sourceRecord struct {
	Class  string `json:"class"`
	Source string `json:"source"`
	SHA256 string `json:"sha256,omitempty"`
}

// ErrUnfinished is wrapped where a working folder is in the way, or given as a data set.
var ErrUnfinished = errors.New("unfinished data set")

// openWork prepares the working folder. finished is true where dir already holds
// the whole set of this recipe, which a resumed run takes for success.
func openWork(dir string, opt Options, sources []source) (w *work, finished bool, err error) {
	dir = filepath.Clean(dir)
	w = &work{dir: dir, partial: dir + partialSuffix, shared: opt.Shard.Count > 0}
	w.header = header{Blemish: opt.Version, Seed: opt.Seed, Options: opt, Sources: []sourceRecord{}}
	for _, s := range sources {
		w.header.Sources = append(w.header.Sources, sourceRecord{s.class, s.label, s.hash})
	}
	continues := opt.Resume || w.shared
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	if len(entries) > 0 {
		if !continues || !isFile(filepath.Join(dir, ManifestName)) {
			return nil, false, fmt.Errorf("%s exists and is not empty; a data set goes into a new folder", dir)
		}
		return w, true, w.sameAsFinished()
	}
	text, err := json.MarshalIndent(w.header, "", " ")
	if err != nil {
		return nil, false, err
	}
	text = append(text, '\n')
	return w, false, w.openPartial(text, continues)
}

// openPartial makes the working folder, or checks that the one there is this recipe's.
func (w *work) openPartial(text []byte, continues bool) error {
	entries, err := os.ReadDir(w.partial)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(w.partial, 0o755); err != nil {
			return fmt.Errorf("cannot write beside %s: %w", w.dir, err)
		}
		w.made = true
	case err != nil:
		return err
	case !continues && len(entries) > 0:
		return fmt.Errorf("%s holds an %w: go on with --resume, or remove it", w.partial, ErrUnfinished)
	}
	mark := filepath.Join(w.partial, unfinishedName)
	there, err := readUpTo(mark, len(text)+1) // one byte more is enough to differ
	switch {
	case err == nil && !bytes.Equal(there, text):
		return fmt.Errorf("%s was begun with another recipe, seed, mesh or version of this program (%s says which): repeat that, or remove the folder", w.partial, mark)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if isDir(filepath.Join(w.partial, "set")) {
		return fmt.Errorf("%s does not say which recipe it belongs to (%s is missing): remove the folder", w.partial, unfinishedName)
	}
	err = format.WriteAtomic(mark, func(out io.Writer) error { _, err := out.Write(text); return err })
	if err != nil {
		w.giveUp(false)
	}
	return err
}

// sameAsFinished checks that the set in dir is this recipe's, and clears away what
// a kill in the last moment has left.
func (w *work) sameAsFinished() error {
	m, err := ReadManifest(w.dir)
	if err != nil {
		return err
	}
	there, err := json.Marshal(m.Options)
	if err != nil {
		return err
	}
	ours, err := json.Marshal(w.header.Options)
	if err != nil {
		return err
	}
	if !bytes.Equal(there, ours) || m.Seed != w.header.Seed || m.Blemish != w.header.Blemish {
		return fmt.Errorf("%s holds a data set of another recipe, seed or version; a data set goes into a new folder", w.dir)
	}
	return os.RemoveAll(w.partial)
}

// set is where the clouds of the unfinished set are.
func (w *work) set() string { return filepath.Join(w.partial, "set") }

// draftDir is where the files of a unit are written before they are moved into the
// set: what a kill leaves there never gets into it.
func (w *work) draftDir(u unit) string {
	return filepath.Join(w.partial, "work", fmt.Sprintf("%08d", u.number))
}

func (w *work) recordPath(u unit) string {
	return filepath.Join(w.partial, "done", fmt.Sprintf("%08d.json", u.number))
}

// readUpTo reads a file, or so many bytes of its beginning.
func readUpTo(path string, most int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(most)))
}

// done reads the record of a unit; nil where the unit has to be made, because there
// is none or a file of it is missing.
func (w *work) done(u unit) (*record, error) {
	text, err := readUpTo(w.recordPath(u), (unitSize+1)*mostPiece)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &record{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, nil // cut short in copying: made again
	}
	for _, f := range r.Files {
		info, err := os.Stat(filepath.Join(w.set(), filepath.FromSlash(f.File)))
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() != f.Bytes {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// commit moves the files of a unit into the set and records it. Everything that it
// does may be done twice.
func (w *work) commit(u unit, r *record) error {
	for _, j := range u.jobs {
		for _, file := range []string{j.file, j.truth} {
			from := filepath.Join(w.draftDir(u), filepath.Base(filepath.FromSlash(file)))
			info, err := os.Stat(from)
			if file == "" || errors.Is(err, fs.ErrNotExist) { // a skipped job
				continue
			}
			if err != nil {
				return err
			}
			to := filepath.Join(w.set(), filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			if err := os.Rename(from, to); err != nil {
				return err
			}
			r.Files = append(r.Files, stored{file, info.Size()})
		}
	}
	if err := os.MkdirAll(filepath.Dir(w.recordPath(u)), 0o755); err != nil {
		return err
	}
	err := format.WriteAtomic(w.recordPath(u), func(out io.Writer) error { return json.NewEncoder(out).Encode(r) })
	if err != nil {
		return err
	}
	return os.RemoveAll(w.draftDir(u))
}

// giveUp removes the working folder of a run that made it, unless there is
// something in it to go on with and that is wanted.
func (w *work) giveUp(keep bool) {
	records, _ := os.ReadDir(filepath.Join(w.partial, "done"))
	if w.made && !w.shared && !(keep && len(records) > 0) {
		os.RemoveAll(w.partial)
	}
}
