package detect

import (
	"encoding/json"
	"fmt"
	"math"

	"blemish/geom"
	"blemish/internal/setting"
	"blemish/internal/version"
	"blemish/weights"
)

// The model's card: the JSON document in a model file's metadata.

const (
	// CardKey is the name of the card in the metadata of a safetensors file.
	CardKey = "blemish"
	// CardFormat is the version of the card's own layout.
	CardFormat = 1
)

// Card says what a model file holds.
type Card struct {
	Format      int             `json:"format"`
	Version     string          `json:"version"`  // of the program that wrote the file; Put fills it in
	Detector    string          `json:"detector"` // Detector.Name
	Class       string          `json:"class"`
	Unit        string          `json:"unit"` // of the scans' coordinates; "" where it was not told
	Seed        uint64          `json:"seed"`
	Config      json.RawMessage `json:"config"` // effective configuration
	Calibration Calibration     `json:"calibration"`
	Files       []SourceFile    `json:"files"`              // the sound scans, where they were told
	Learning    []LearntScan    `json:"learning,omitempty"` // what the sound scans were like, those that were left out too
	CAD         *SourceFile     `json:"cad,omitempty"`      // the mesh that is the reference, where one is
	Decision    string          `json:"decision,omitempty"` // what the verdict rests on where it was not learnt
	Scans       int             `json:"scans"`
	Points      int             `json:"points"` // of all sound scans, as used
}

// SourceFile is a sound scan that a model was learnt from.
type SourceFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256,omitempty"`
	Points int    `json:"points,omitempty"`
}

// NewCard fills in what is common to all detectors.
func NewCard(d Detector, opt FitOptions, c Calibration) (*Card, error) {
	config, err := json.Marshal(d.Config())
	if err != nil {
		return nil, fmt.Errorf("configuration of %s: %w", d.Name(), err)
	}
	if opt.FalseAlarms != 0 {
		if c, err = c.ForFalseAlarms(opt.FalseAlarms); err != nil {
			return nil, err
		}
	}
	card := &Card{
		Format: CardFormat, Detector: d.Name(), Class: opt.Class, Unit: opt.Unit, Seed: opt.Seed,
		Config: config, Calibration: c, Files: opt.Files, Learning: opt.Learning,
	}
	if opt.CAD != nil {
		card.CAD = &opt.CADFile
	}
	return card, nil
}

// Put writes the card into a file's metadata, with the version of this program.
func (c *Card) Put(f *weights.File) error {
	stamped := *c
	stamped.Version = version.Version
	text, err := json.Marshal(stamped)
	if err != nil {
		return err
	}
	if f.Metadata == nil {
		f.Metadata = map[string]string{}
	}
	f.Metadata[CardKey] = string(text)
	return nil
}

// ReadCard reads the card of a model file.
func ReadCard(f *weights.File) (*Card, error) {
	text, ok := f.Metadata[CardKey]
	if !ok {
		return nil, fmt.Errorf("no model: the metadata has no entry %q", CardKey)
	}
	c := &Card{}
	if err := json.Unmarshal([]byte(text), c); err != nil {
		return nil, fmt.Errorf("metadata %q: %w", CardKey, err)
	}
	switch {
	case c.Format > CardFormat:
		return nil, fmt.Errorf("model format %d is newer than this program, which reads up to %d", c.Format, CardFormat)
	case c.Format < 1:
		return nil, fmt.Errorf("model format %d does not exist", c.Format)
	case c.Detector == "":
		return nil, fmt.Errorf("metadata %q names no detector", CardKey)
	case len(c.Detector) > 100 || len(c.Class) > 10_000:
		return nil, fmt.Errorf("metadata %q: the names of detector and class have %d and %d bytes, at most 100 and 10000 are read", CardKey, len(c.Detector), len(c.Class))
	}
	const tiny, huge = 1e-30, 1e30 // float32 holds them, and what they are multiplied by
	err := setting.Check(
		setting.Number("calibration point", c.Calibration.Point, tiny, huge),
		setting.Number("calibration object", c.Calibration.Object, tiny, huge),
		setting.Number("calibration threshold", c.Calibration.Threshold, tiny, huge),
		setting.Number("calibration doubt", c.Calibration.Doubt, 0, huge),
		setting.Number("calibration false alarms", c.Calibration.FalseAlarms, 0, 1),
		setting.Whole("calibration held", c.Calibration.Held, 0, math.MaxInt32),
		setting.Whole("scans", c.Scans, 0, math.MaxInt32),
		setting.Whole("points", c.Points, 0, math.MaxInt32),
	)
	if err != nil {
		return nil, fmt.Errorf("metadata %q: %w", CardKey, err)
	}
	return c, nil
}

// Settings reads the card's configuration into config, which holds the defaults;
// names that it does not know are errors.
func (c *Card) Settings(config any) error {
	if err := setting.Decode(c.Config, config); err != nil {
		return fmt.Errorf("configuration of %s: %w: the model was written by another version of this program; train it again", c.Detector, err)
	}
	return nil
}

// Places reads the points of a model file, a tensor of shape (points, 3). Their
// coordinates and the size of their box must leave room for squares in float32:
// 1e-15 to 1e15, whatever the unit.
func Places(f *weights.File, name string) ([]geom.Vec3, error) {
	data, err := f.Get(name, -1, 3)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("tensor %q is empty", name)
	}
	const tiny, huge = 1e-15, 1e15
	points, box := make([]geom.Vec3, len(data)/3), geom.EmptyBox()
	for i := range points {
		points[i] = geom.Vec3{X: data[3*i], Y: data[3*i+1], Z: data[3*i+2]}
		for _, v := range data[3*i : 3*i+3] {
			if !(v >= -huge && v <= huge) {
				return nil, fmt.Errorf("tensor %q: point %d has the coordinate %v; it must be %v to %v", name, i, v, -huge, huge)
			}
		}
		box.Extend(points[i].D())
	}
	if d := box.Diagonal(); d > 0 && d < tiny {
		return nil, fmt.Errorf("tensor %q: the points lie within %v; a part has a size of at least %v", name, d, tiny)
	}
	return points, nil
}
