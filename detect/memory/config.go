package memory

import (
	"encoding/json"
	"fmt"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/detect/scoring"
	"blemish/internal/setting"
	"blemish/weights"
)

// Modes of a detector.
const (
	Default     = "default"      // lengths from the scan, aligned, judged where it is comparable
	AsPublished = "as-published" // what the published code does, lengths in the scans' unit, taken for millimetres
)

// Config is what all of these detectors can be told.
type Config struct {
	// Mode is what the other settings started from: "default" or "as-published".
	Mode string `json:"mode"`
	// Points bounds the points of a scan; larger scans are thinned evenly, and the scores
	// carried to all points.
	Points int `json:"points"`
	// Align brings scans into one frame; otherwise their middle is moved to 0. With Sets, the
	// sets and voids of aligned scans are looked at; otherwise all points count.
	Align bool `json:"align"`
	Sets  bool `json:"sets"`
	// Every and ScoreEvery are the steps at which vectors are taken for the memory and
	// scored: 100 is every hundredth.
	Every      int `json:"every"`
	ScoreEvery int `json:"score_every"`
	// Drawn bounds the vectors that a coreset is chosen from: those of all scans are thinned
	// evenly; 0: all. Vectors and Share are how many are remembered: at most so many, and at
	// most that share.
	Drawn   int     `json:"drawn"`
	Vectors int     `json:"vectors"`
	Share   float64 `json:"share"`
	// Projection is to how many dimensions vectors are projected at random before the coreset
	// is chosen; 0: they are not. Isometric takes as many as keep squared distances within 90 %
	// instead (Johnson and Lindenstrauss). Starts is the number of random vectors that the first choice is far
	// from; 0: the first vector is chosen.
	Projection int  `json:"projection"`
	Isometric  bool `json:"isometric"`
	Starts     int  `json:"starts"`
	// Squared scores squared distances.
	Squared bool `json:"squared"`
	// Fill is over how many nearest places scores are interpolated to the points between.
	Fill int `json:"fill"`
	// Reweight is over how many neighbours in the memory the score of the scan is
	// re-weighted; 0: it is not.
	Reweight int `json:"reweight"`
	// Smooth is over how many neighbours point scores are averaged; 1: they are not.
	Smooth int `json:"smooth"`
	// Top makes the score of a scan the mean of so many of its highest; 0: that of its worst
	// region.
	Top int `json:"top"`
}

// Defaults are the settings that are not published: what every scan of this program goes
// through.
func Defaults() Config {
	return Config{
		Mode: Default, Points: 20000, Align: true, Sets: true, Every: 1, ScoreEvery: 1, Drawn: 30000, Vectors: 4000, Share: 1,
		Fill: 3, Smooth: scoring.PoolNeighbors,
	}
}

// Published are the settings that most of the published codes share: scans are not aligned
// and not thinned.
func Published() Config {
	return Config{Mode: AsPublished, Points: 1_000_000, Every: 1, ScoreEvery: 1, Vectors: 10_000, Share: 1, Fill: 1, Smooth: 1, Top: 1}
}

// Checked is the configuration of one of these detectors.
type Checked interface{ Validate() error }

// Configure reads settings, a JSON object, over those that its "mode" names, and checks them.
// name is the detector's, for messages.
func Configure[C Checked](name string, settings []byte, standard, published func() C) (C, error) {
	c, err := modes(settings, standard, published)
	if err == nil {
		err = c.Validate()
	}
	if err != nil {
		return c, fmt.Errorf("%s: settings: %w", name, err)
	}
	return c, nil
}

// modes reads settings over the published ones or, where they name no mode, the default ones.
func modes[C any](settings []byte, standard, published func() C) (C, error) {
	var base struct {
		Mode string `json:"mode"`
	}
	c := standard()
	if err := json.Unmarshal(settings, &base); err != nil {
		return c, err
	}
	if base.Mode == AsPublished {
		c = published()
	}
	return c, setting.Decode(settings, &c)
}

// Stored reads from a model file which detector it is of and its settings, over the default
// ones of that detector, and checks them.
func Stored[C Checked](f *weights.File, standard func(detector string) C) (detector string, c C, err error) {
	card, err := detect.ReadCard(f)
	if err != nil {
		return "", c, err
	}
	c = standard(card.Detector)
	if err := card.Settings(&c); err != nil {
		return card.Detector, c, err
	}
	if err := c.Validate(); err != nil {
		return card.Detector, c, fmt.Errorf("configuration of %s: %w", card.Detector, err)
	}
	return card.Detector, c, nil
}

// CommonRanges lists what each number may be.
func (c Config) CommonRanges() []setting.Range {
	return []setting.Range{
		setting.Whole("points", c.Points, scoring.MinPoints, 10_000_000),
		setting.Whole("every", c.Every, 1, 1_000_000),
		setting.Whole("score_every", c.ScoreEvery, 1, 1_000_000),
		setting.Whole("drawn", c.Drawn, 0, 10_000_000),
		setting.Whole("vectors", c.Vectors, 1, 10_000_000),
		setting.Number("share", c.Share, 1e-6, 1),
		setting.Whole("projection", c.Projection, 0, 10_000),
		setting.Whole("starts", c.Starts, 0, 10_000),
		setting.Whole("fill", c.Fill, 1, 100),
		setting.Whole("reweight", c.Reweight, 0, 1000),
		setting.Whole("smooth", c.Smooth, 1, 1024),
		setting.Whole("top", c.Top, 0, 10_000_000),
	}
}

// settings is how every scan is scored.
func (c Config) settings() scoring.Settings {
	s := scoring.Settings{Points: c.Points, Look: scene.Options{Neighbors: 20, Reach: 1.5}, Top: c.Top}
	if c.Smooth > 1 {
		s.Smooth = c.Smooth
	}
	return s
}
