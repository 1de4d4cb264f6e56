package cpmf

import (
	"fmt"

	"blemish/detect/memory"
	"blemish/internal/setting"
)

// Name is the detector's name.
const Name = "cpmf"

// Ways to place the views.
const (
	Around = "around" // spread evenly over all directions; points that something hides are not seen
	Front  = "front"  // along z, turned by -15, 0 and 15 degrees about each axis; all points are seen
)

// Config is everything that decides what is learnt and how a scan is scored.
type Config struct {
	memory.Config
	memory.Histograms
	// Views is how many pictures are made, Sides from where: "around" or "front", which has 27
	// at most. Size is their width and height in pixels.
	Views int    `json:"views"`
	Sides string `json:"sides"`
	Size  int    `json:"size"`
	// Weights is a safetensors file with a ResNet-18 under torchvision's names; "": filters.
	Weights string `json:"weights"`
}

// DefaultConfig is a configuration that derives its lengths from the scan.
func DefaultConfig() Config {
	return Config{Config: memory.Defaults(), Histograms: memory.DefaultHistograms(), Views: 27, Sides: Around, Size: 224}
}

// PublishedConfig is that of the published code, without the steps that need the grid of an
// organised scan.
func PublishedConfig() Config {
	c := DefaultConfig()
	c.Config = memory.Published()
	c.Histograms = memory.Histograms{NormalNeighbors: 30, NormalRadius: 0.1, FPFHNeighbors: 100, FPFHRadius: 0.25}
	c.Sides = Front
	c.Vectors, c.Share, c.Isometric, c.Reweight = 10_000_000, 0.1, true, 3
	return c
}

// Ranges lists what each number may be.
func (c Config) Ranges() []setting.Range {
	return append(append(c.CommonRanges(), c.HistogramRanges()...),
		setting.Whole("views", c.Views, 0, 200),
		setting.Whole("size", c.Size, 32, 1024),
	)
}

// Validate names the first value that makes no sense.
func (c Config) Validate() error {
	if c.Sides == Front && c.Views > len(turns)*len(turns)*len(turns) {
		return fmt.Errorf("views are %d; from the front there are at most 27", c.Views)
	}
	return setting.First(
		setting.OneOf("mode", c.Mode, memory.Default, memory.AsPublished),
		setting.OneOf("sides", c.Sides, Around, Front),
		setting.Check(c.Ranges()...),
	)
}
