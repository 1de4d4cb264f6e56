package m3dm

import (
	"fmt"
	"slices"

	"blemish/detect/memory"
	"blemish/internal/setting"
	"blemish/pointmae"
	"blemish/pointmae/pretrained"
)

// Names of the detectors.
const (
	M3DM      = "m3dm"
	PatchCore = "patchcore-pointmae"
	Reg3DAD   = "reg3dad"
)

// Config is everything that decides what is learnt and how a scan is scored.
type Config struct {
	memory.Config
	// Weights are those of the network: "built-in", which come with the program, or a file:
	// of pretrain, or a published checkpoint that convert has read.
	Weights string `json:"weights"`
	// Groups is at how many places of a scan features are made, and GroupSize of how many
	// points around each.
	Groups    int `json:"groups"`
	GroupSize int `json:"group_size"`
	// Blocks are the blocks of the encoder that give features, from 1 on, ascending.
	Blocks []int `json:"blocks"`
	// Region is how many groups the network sees at a time; 0: all of a scan.
	Region int `json:"region"`
	// Scale is the radius of the part in the coordinates that the network sees; 0: those of
	// the scan.
	Scale float64 `json:"scale"`
}

// DefaultConfig is the configuration of a detector with the built-in weights, which were
// trained on groups of 32 points of parts with a radius of 30, 32 groups at a time. Of fewer
// groups a feature says less about which groups are beside, which chance decides.
func DefaultConfig(name string) Config {
	c := Config{
		Config: memory.Defaults(), Weights: pretrained.BuiltIn,
		Groups: 2048, GroupSize: 32, Blocks: []int{1, 2, 3}, Region: 8, Scale: 30,
	}
	if name == M3DM {
		c.Share, c.Isometric = 0.5, true
	}
	return c
}

// PublishedConfig is that of the published code, but for its weights, which do not come with
// this program.
func PublishedConfig(name string) Config {
	c := Config{
		Config: memory.Published(), Weights: pretrained.BuiltIn,
		Groups: 16384, GroupSize: 128, Blocks: []int{4, 8, 12},
	}
	switch name {
	case M3DM:
		c.Vectors, c.Share, c.Isometric, c.Reweight = 10_000_000, 0.1, true, 3
	default:
		c.Projection, c.Starts, c.Squared, c.Align = 128, 10, true, true
	}
	return c
}

// Ranges lists what each number may be.
func (c Config) Ranges() []setting.Range {
	ranges := append(c.CommonRanges(),
		setting.Whole("groups", c.Groups, 1, 65536),
		setting.Whole("group_size", c.GroupSize, 1, pointmae.MostGroup),
		setting.Whole("region", c.Region, 0, 65536),
		setting.Number("scale", c.Scale, 0, 1000),
	)
	for _, b := range c.Blocks {
		ranges = append(ranges, setting.Whole("blocks", b, 1, pointmae.MostDepth))
	}
	return ranges
}

// Validate names the first value that makes no sense.
func (c Config) Validate() error {
	const most = 12
	switch {
	case len(c.Blocks) == 0 || len(c.Blocks) > most || !slices.IsSorted(c.Blocks):
		return fmt.Errorf("blocks are %v; they must be 1 to %d ascending numbers of blocks", c.Blocks[:min(len(c.Blocks), most)], most)
	case c.Scale > 0 && !(c.Align && c.Sets):
		return fmt.Errorf("scale is %g without align and sets, which tell the size of the part; it must be 0 then", c.Scale)
	}
	return setting.First(setting.OneOf("mode", c.Mode, memory.Default, memory.AsPublished), setting.Check(c.Ranges()...))
}
