package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blemish/defect"
	"blemish/defect/inscan"
	"blemish/internal/setting"
)

// The manifest: how every cloud of a data set was made.

// ManifestName is the file that makes a folder of clouds a finished data set. It is
// written last.
const ManifestName = "manifest.json"

// Manifest says how every cloud of a data set was made.
type Manifest struct {
	Blemish string   `json:"blemish"`
	Seed    uint64   `json:"seed"`
	Options Options  `json:"options"`
	Samples []Sample `json:"samples"`
	Skipped []Skip   `json:"skipped"`
}

// Sample is one cloud of a manifest. Lengths are shares of the diagonal of the
// sound object's box.
type Sample struct {
	File         string       `json:"file"`
	Truth        string       `json:"truth,omitempty"` // its labels; none for a sound cloud
	Class        string       `json:"class"`
	Kind         string       `json:"kind"`
	Index        int          `json:"index"` // with class, kind and the first folder of File: the name of its random streams
	Source       string       `json:"source"`
	SourceSHA256 string       `json:"source_sha256,omitempty"`
	Plan         *defect.Plan `json:"plan,omitempty"`
	Carving      *inscan.Plan `json:"carving,omitempty"` // in sets from scans instead of Plan, in the scan's unit and coordinates
	Lost         int          `json:"lost,omitempty"`    // points of the scan that the defect took away; they have no label
	Points       int          `json:"points"`
	Anomalous    int          `json:"anomalous"`
	Share        float64      `json:"share"`           // anomalous points over all points of the part
	Size         float64      `json:"size"`            // diagonal of the anomalous points' box
	Depth        float64      `json:"depth"`           // largest displacement
	Pose         [16]float64  `json:"pose"`            // cloudFromMesh, row-major
	Views        [][3]float64 `json:"views,omitempty"` // where the scanner stood, in the mesh's frame

	// What only sets with Conditions have.
	Sensors [][3]float64 `json:"sensors,omitempty"` // where the scanner stood, in the cloud's frame; of a scan from everywhere, too
	Missing float64      `json:"missing,omitempty"` // share of the part's points that was taken away in a region
	Clutter *Clutter     `json:"clutter,omitempty"` // how many points are whose; nil where all are the part's
}

// Clutter counts the points of a cloud, and says where its table is.
type Clutter struct {
	Part   int         `json:"part"`
	Table  int         `json:"table"`
	Clamps int         `json:"clamps"`
	Strays int         `json:"strays"`
	Missed int         `json:"missed"`          // records that are 0 0 0
	Plane  *[4]float64 `json:"plane,omitempty"` // a b c d in the cloud's frame: the table's top is where ax + by + cz = d, a b c its unit normal to the part's side
}

// Skip is a pair of class and kind that was left out, and why; kind "*": the whole class.
type Skip struct {
	Class  string `json:"class"`
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
}

// ReadManifest reads the manifest at path: the file itself, or the folder of a data
// set. Everything in it is checked; the error names the sample and what is wrong.
func ReadManifest(path string) (*Manifest, error) {
	if isDir(path) {
		path = filepath.Join(path, ManifestName)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := DecodeManifest(f)
	if err != nil {
		return nil, fmt.Errorf("%s is no manifest of a data set: %w", path, err)
	}
	return m, nil
}

// valid checks what a manifest says.
func (m *Manifest) valid() error {
	if m.Blemish == "" || len(m.Samples) == 0 {
		return errors.New("it has no version or no samples")
	}
	opt := m.Recipe()
	if m.FromFiles() {
		opt.Classes = nil // of the meshes, which are not known yet
	}
	if err := opt.Defaults().Validate(); err != nil {
		return fmt.Errorf("options: %w", err)
	}
	return nil
}

// longestName is how many bytes a file's name in a manifest may have.
const longestName = 1024

// valid checks one sample, and names it where something is wrong.
func (s *Sample) valid() error {
	if err := s.check(); err != nil {
		return fmt.Errorf("sample %q: %w", setting.Short(s.File), err)
	}
	return nil
}

// check tells whether files are where the layouts have them, and numbers what they can be.
func (s *Sample) check() error {
	for _, text := range []string{s.File, s.Truth, s.Class, s.Kind, s.Source, s.SourceSHA256} {
		if len(text) > longestName {
			return fmt.Errorf("%q… has %d bytes, at most %d are read", setting.Short(text), len(text), longestName)
		}
	}
	part, base, _ := strings.Cut(strings.TrimPrefix(s.File, s.Class+"/"), "/")
	switch {
	case s.Class == "" || !filepath.IsLocal(s.Class) || strings.ContainsAny(s.Class, `/\`):
		return fmt.Errorf("class %q is no name of a folder", s.Class)
	case !strings.HasPrefix(s.File, s.Class+"/") || part != "train" && part != "test" || !isName(base):
		return fmt.Errorf("file must be %s/train/NAME or %s/test/NAME", s.Class, s.Class)
	case s.Plan != nil && s.Carving != nil:
		return errors.New("a sample has a plan or a carving, not both")
	case !s.defective() && s.Kind != Sound:
		return fmt.Errorf("kind %q without a plan", s.Kind)
	case s.Plan != nil && s.Kind != string(s.Plan.Kind):
		return fmt.Errorf("kind %q with a plan for %q", s.Kind, s.Plan.Kind)
	case s.Carving != nil && s.Kind != string(s.Carving.Kind):
		return fmt.Errorf("kind %q with a carving of %q", s.Kind, s.Carving.Kind)
	case s.defective() != (s.Truth != ""):
		return errors.New("a defective sample has a plan and a truth, a sound one neither")
	}
	if s.Truth != "" {
		folder, base, _ := strings.Cut(strings.TrimPrefix(s.Truth, s.Class+"/"), "/")
		if !strings.HasPrefix(s.Truth, s.Class+"/") || !strings.EqualFold(folder, "gt") || !isName(base) {
			return fmt.Errorf("truth %q must be %s/GT/NAME or %s/gt/NAME", s.Truth, s.Class, s.Class)
		}
		if s.Carving != nil {
			if err := s.Carving.Validate(); err != nil {
				return fmt.Errorf("carving: %w", err)
			}
		} else if err := s.Plan.Validate(); err != nil {
			return fmt.Errorf("plan: %w", err)
		}
	}
	if len(s.Views) > mostViews {
		return fmt.Errorf("%d views, at most %d", len(s.Views), mostViews)
	}
	return setting.Check(
		setting.Whole("index", s.Index, 0, mostClouds),
		setting.Whole("points", s.Points, 1, mostPoints),
		setting.Whole("lost", s.Lost, 0, mostPoints),
		setting.Whole("anomalous", s.Anomalous, 0, s.Points),
		setting.Number("share", s.Share, 0, 1),
	)
}

// defective reports whether a sample has a defect.
func (s *Sample) defective() bool { return s.Plan != nil || s.Carving != nil }

// isName reports whether a name is that of a file, and no way to another folder.
func isName(name string) bool {
	return name != "" && filepath.IsLocal(name) && !strings.ContainsAny(name, `/\`)
}
