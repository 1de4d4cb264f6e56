package deviation

import (
	"fmt"
	"slices"

	"blemish/detect/scene"
	"blemish/detect/scoring"
	"blemish/internal/setting"
)

// Config is everything that decides what is learnt and how a scan is scored.
type Config struct {
	// Pose says what is known of the scans' poses: "any" (nothing), "near" (they
	// stand nearly alike and are only refined), "fixed" (they stand exactly alike).
	Pose string `json:"pose"`
	// ReferencePoints and Points bound the points of a sound scan and of a scored one;
	// larger scans are thinned evenly and the scores carried to all points.
	ReferencePoints int `json:"reference_points"`
	Points          int `json:"points"`
	// Neighbors is how many reference points are candidates for the nearest disc.
	Neighbors int `json:"neighbors"`
	// Disc is the radius of a reference disc in local spacings.
	Disc float64 `json:"disc"`
	// Scales are the numbers of points that signed distances are averaged over,
	// ascending, the first 1.
	Scales []int `json:"scales"`
	// ToleranceNeighbors is how many held-out readings the tolerance of a place is
	// learnt from.
	ToleranceNeighbors int `json:"tolerance_neighbors"`
	// Sites is at how many places missing surface is looked for.
	Sites int `json:"sites"`
	// Smooth is over how many neighbours the fused score is averaged.
	Smooth int `json:"smooth"`
	// ToleranceOver and ToleranceUnder are how far a part may be outside and inside of the
	// reference, in the scans' unit. Where one of them is not 0 they decide, and not what
	// sound scans are off.
	ToleranceOver  float64 `json:"tolerance_over"`
	ToleranceUnder float64 `json:"tolerance_under"`
}

// tolerance is how one is gathered on a surface.
func (c *Config) tolerance(s *scene.Surface) scoring.ToleranceOptions {
	return scoring.ToleranceOptions{Neighbors: c.ToleranceNeighbors, Most: s.MeanSpacing()}
}

// given says that there is a tolerance.
func (c *Config) given() bool { return c.ToleranceOver > 0 || c.ToleranceUnder > 0 }

// DefaultConfig is the configuration that the figures in the documentation were measured with.
func DefaultConfig() Config {
	return Config{
		Pose: scoring.PoseAny, ReferencePoints: 20000, Points: 30000,
		Neighbors: 20, Disc: 1.5, Scales: []int{1, 8, 32}, ToleranceNeighbors: 24,
		Sites: 20000, Smooth: 16,
	}
}

// settings is how every scan is scored.
func (c *Config) settings() scoring.Settings {
	return scoring.Settings{Points: c.Points, Look: scene.Options{Neighbors: c.Neighbors, Reach: c.Disc}, Smooth: c.Smooth}
}

// Ranges lists what each number may be.
func (c Config) Ranges() []setting.Range {
	ranges := []setting.Range{
		setting.Whole("reference_points", c.ReferencePoints, scoring.MinPoints, 1_000_000),
		setting.Whole("points", c.Points, scoring.MinPoints, 10_000_000),
		setting.Whole("neighbors", c.Neighbors, 1, 256),
		setting.Number("disc", c.Disc, 0.1, 20),
		setting.Whole("tolerance_neighbors", c.ToleranceNeighbors, 1, 1024),
		setting.Whole("sites", c.Sites, 1, 1_000_000),
		setting.Whole("smooth", c.Smooth, 1, 1024),
		setting.Number("tolerance_over", c.ToleranceOver, 0, 1e15),
		setting.Number("tolerance_under", c.ToleranceUnder, 0, 1e15),
	}
	for _, scale := range c.Scales {
		ranges = append(ranges, setting.Whole("scales", scale, 1, 1024))
	}
	return ranges
}

// mostScales is how many scales there may be.
const mostScales = 8

// Validate names the first value that makes no sense.
func (c *Config) Validate() error {
	if len(c.Scales) == 0 || len(c.Scales) > mostScales || !slices.IsSorted(c.Scales) {
		return fmt.Errorf("scales are %v; they must be 1 to %d ascending numbers of points", c.Scales[:min(len(c.Scales), mostScales)], mostScales)
	}
	return setting.First(
		setting.OneOf("pose", c.Pose, scoring.PoseAny, scoring.PoseNear, scoring.PoseFixed),
		setting.Check(c.Ranges()...),
	)
}
