package simple3d

import (
	"fmt"
	"slices"

	"blemish/detect/memory"
	"blemish/internal/setting"
)

// Config is everything that decides what is learnt and how a scan is scored.
type Config struct {
	memory.Config
	// NormalNeighbors is over how many points normals are fitted, Neighbors over how many
	// histograms are made, ascending.
	NormalNeighbors int   `json:"normal_neighbors"`
	Neighbors       []int `json:"neighbors"`
	// Repeated doubles the histograms but the last, as the published code does.
	Repeated bool `json:"repeated"`
	// Centres is at how many places of a scan features are compared, and Around over how many
	// points they are averaged there.
	Centres int `json:"centres"`
	Around  int `json:"around"`
	// Spread is at how many places scores are averaged over their SpreadNeighbors nearest
	// points, and interpolated again; 0: they are not.
	Spread          int `json:"spread"`
	SpreadNeighbors int `json:"spread_neighbors"`
}

// DefaultConfig is the configuration that the figures in the documentation were measured with.
func DefaultConfig() Config {
	c := Config{
		Config: memory.Defaults(), NormalNeighbors: 10, Neighbors: []int{40, 80, 120}, Centres: 4096, Around: 128,
		SpreadNeighbors: 12,
	}
	return c
}

// PublishedConfig is that of the published code for Anomaly-ShapeNet.
func PublishedConfig() Config {
	c := DefaultConfig()
	c.Config = memory.Published()
	c.Repeated, c.Spread = true, 1024
	c.Vectors, c.Share, c.Isometric, c.Fill, c.Top = 10_000_000, 0.05, true, 3, 80
	return c
}

// dim is the number of values of a feature.
func (c Config) dim() int {
	if c.Repeated {
		return 33 * (2*len(c.Neighbors) - 1)
	}
	return 33 * len(c.Neighbors)
}

// mostScales is how many numbers of neighbours there may be.
const mostScales = 8

// Ranges lists what each number may be.
func (c Config) Ranges() []setting.Range {
	ranges := append(c.CommonRanges(),
		setting.Whole("normal_neighbors", c.NormalNeighbors, 3, 1000),
		setting.Whole("centres", c.Centres, 1, 1_000_000),
		setting.Whole("around", c.Around, 1, 10_000),
		setting.Whole("spread", c.Spread, 0, 1_000_000),
		setting.Whole("spread_neighbors", c.SpreadNeighbors, 1, 10_000),
	)
	for _, k := range c.Neighbors {
		ranges = append(ranges, setting.Whole("neighbors", k, 2, 1000))
	}
	return ranges
}

// Validate names the first value that makes no sense.
func (c Config) Validate() error {
	if len(c.Neighbors) == 0 || len(c.Neighbors) > mostScales || !slices.IsSorted(c.Neighbors) {
		return fmt.Errorf("neighbors are %v; they must be 1 to %d ascending numbers of points", c.Neighbors[:min(len(c.Neighbors), mostScales)], mostScales)
	}
	return setting.First(setting.OneOf("mode", c.Mode, memory.Default, memory.AsPublished), setting.Check(c.Ranges()...))
}
