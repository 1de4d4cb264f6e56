package detect

import (
	"bytes"
	"encoding/json"
	"fmt"

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
	Version     string          `json:"version"`  // of the program that wrote the file; "" unless stamped
	Detector    string          `json:"detector"` // Detector.Name
	Class       string          `json:"class"`
	Unit        string          `json:"unit"` // of the scans' coordinates; "" where it was not told
	Seed        uint64          `json:"seed"`
	Config      json.RawMessage `json:"config"` // effective configuration
	Calibration Calibration     `json:"calibration"`
	Files       []SourceFile    `json:"files"` // the sound scans, where they were told
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
	return &Card{
		Format: CardFormat, Detector: d.Name(), Class: opt.Class, Unit: opt.Unit, Seed: opt.Seed,
		Config: config, Calibration: c, Files: opt.Files,
	}, nil
}

// Put writes the card into a file's metadata.
func (c *Card) Put(f *weights.File) error {
	text, err := json.Marshal(c)
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
	case !(c.Calibration.Point > 0) || !(c.Calibration.Object > 0):
		return nil, fmt.Errorf("calibration %g and %g: both must be above 0", c.Calibration.Point, c.Calibration.Object)
	}
	return c, nil
}

// Stamp notes in a model file which version of the program wrote it.
func Stamp(f *weights.File, version string) error {
	c, err := ReadCard(f)
	if err != nil {
		return err
	}
	c.Version = version
	return c.Put(f)
}

// Settings reads the card's configuration into config, which holds the defaults;
// names that it does not know are errors.
func (c *Card) Settings(config any) error {
	d := json.NewDecoder(bytes.NewReader(c.Config))
	d.DisallowUnknownFields()
	if err := d.Decode(config); err != nil {
		return fmt.Errorf("configuration of %s: %w: the model was written by another version of this program; train it anew", c.Detector, err)
	}
	return nil
}
