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
	"blemish/internal/partial"
)

// The working folder of an unfinished data set: DIR.partial beside DIR. See
// docs/formats.md for what it holds and why a kill at any moment does no harm.

// unitSize is how many clouds are recorded, and done again after a kill, together.
const unitSize = 16

// unit is some clouds of one class that are recorded together.
type unit struct {
	number int
	jobs   []job
}

// record says that a unit is done, and what came of it.
type record struct {
	Samples []Sample         `json:"samples"`
	Skipped []Skip           `json:"skipped"`
	Files   []partial.Stored `json:"files"`
}

// work is a data set in the making.
type work struct {
	dir    string // where the finished set goes
	folder partial.Folder
	header header
	shared bool // other shards may be at work in it
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
	w = &work{dir: dir, folder: partial.Beside(dir), shared: opt.Shard.Count > 0}
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
	w.folder, err = partial.Open(dir, partial.Opening{
		Recipe: text, Continues: continues, Shared: w.shared, Unfinished: ErrUnfinished,
		Differs: func(mark string, _ []byte) error {
			return fmt.Errorf("%s was begun with another recipe, seed, mesh or version of this program (%s says which): repeat that, or remove the folder", w.folder.Path, mark)
		},
	})
	return w, false, err
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
	return os.RemoveAll(w.folder.Path)
}

// draftDir is where the files of a unit are written before they are moved into the
// set: what a kill leaves there never gets into it.
func (w *work) draftDir(u unit) string {
	return w.folder.In(partial.Drafts, fmt.Sprintf("%08d", u.number))
}

func (w *work) recordPath(u unit) string {
	return w.folder.In(partial.Records, fmt.Sprintf("%08d.json", u.number))
}

// done reads the record of a unit; nil where the unit has to be made, because there
// is none or a file of it is missing.
func (w *work) done(u unit) (*record, error) {
	text, err := partial.ReadUpTo(w.recordPath(u), (unitSize+1)*mostPiece)
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
	if whole, err := w.folder.Holds(r.Files); err != nil || !whole {
		return nil, err
	}
	return r, nil
}

// commit moves the files of a unit into the set and records it. Everything that it
// does may be done twice.
func (w *work) commit(u unit, r *record) error {
	for _, j := range u.jobs {
		for _, file := range []string{j.file, j.truth} {
			if file == "" {
				continue
			}
			there, ok, err := w.folder.Store(filepath.Join(w.draftDir(u), filepath.Base(filepath.FromSlash(file))), file)
			if err != nil {
				return err
			}
			if ok { // else a skipped job
				r.Files = append(r.Files, there)
			}
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
