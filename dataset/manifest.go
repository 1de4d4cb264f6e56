package dataset

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"blemish/defect"
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

// ReadManifest reads the manifest at path: the file itself, or the folder of a data set.
func ReadManifest(path string) (*Manifest, error) {
	if isDir(path) {
		path = filepath.Join(path, ManifestName)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := &Manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("%s is no manifest of a data set: %w", path, err)
	}
	if m.Blemish == "" || len(m.Samples) == 0 {
		return nil, fmt.Errorf("%s is no manifest of a data set: it has no version or no samples", path)
	}
	return m, nil
}
