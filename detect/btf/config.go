package btf

import (
	"blemish/detect/memory"
	"blemish/internal/setting"
)

// Names of the detectors.
const (
	Raw       = "btf-raw"
	FPFH      = "btf-fpfh"
	PatchCore = "patchcore-fpfh"
)

// Config is everything that decides what is learnt and how a scan is scored.
type Config struct {
	memory.Config
	memory.Histograms
}

// DefaultConfig is the configuration of a detector that derives its lengths from the scan.
func DefaultConfig(name string) Config {
	c := Config{memory.Defaults(), memory.DefaultHistograms()}
	switch name {
	case Raw:
		c.Vectors = c.Drawn // coordinates are compared in no time
	case FPFH:
		c.Drawn, c.Vectors = 10_000, 10_000 // spread evenly over the scans, no coreset
	}
	return c
}

// PublishedConfig is that of the published code: radii for a voxel of 0.5 mm.
func PublishedConfig(name string) Config {
	c := Config{memory.Published(), memory.Histograms{NormalNeighbors: 30, NormalRadius: 1, FPFHNeighbors: 100, FPFHRadius: 2.5}}
	if name == PatchCore {
		c.Projection, c.Starts, c.Squared = 128, 10, true
		return c
	}
	c.Every, c.ScoreEvery, c.Vectors, c.Reweight = 100, 500, 10_000_000, 3
	return c
}

// Ranges lists what each number may be.
func (c Config) Ranges() []setting.Range {
	return append(c.CommonRanges(), c.HistogramRanges()...)
}

// Validate names the first value that makes no sense.
func (c Config) Validate() error {
	return setting.First(setting.OneOf("mode", c.Mode, memory.Default, memory.AsPublished), setting.Check(c.Ranges()...))
}
