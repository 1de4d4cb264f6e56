package deviation

import (
	"errors"
	"fmt"
	"slices"

	"blemish/detect"
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
}

// DefaultConfig is the configuration that the figures in the documentation were measured with.
func DefaultConfig() Config {
	return Config{
		Pose: detect.PoseAny, ReferencePoints: 20000, Points: 30000,
		Neighbors: 20, Disc: 1.5, Scales: []int{1, 8, 32}, ToleranceNeighbors: 24,
		Sites: 20000, Smooth: 16,
	}
}

// Validate names the first value that makes no sense.
func (c *Config) Validate() error {
	least := func(name string, value, least int) error {
		if value < least {
			return fmt.Errorf("%s is %d; it must be at least %d", name, value, least)
		}
		return nil
	}
	if c.Pose != detect.PoseAny && c.Pose != detect.PoseNear && c.Pose != detect.PoseFixed {
		return fmt.Errorf("pose is %q; it must be %q, %q or %q", c.Pose, detect.PoseAny, detect.PoseNear, detect.PoseFixed)
	}
	if !(c.Disc > 0) {
		return fmt.Errorf("disc is %g; it must be above 0", c.Disc)
	}
	if len(c.Scales) == 0 || c.Scales[0] < 1 || !slices.IsSorted(c.Scales) {
		return fmt.Errorf("scales are %v; they must be ascending numbers of points from 1", c.Scales)
	}
	return errors.Join(
		least("reference_points", c.ReferencePoints, detect.MinPoints),
		least("points", c.Points, detect.MinPoints),
		least("neighbors", c.Neighbors, 1),
		least("tolerance_neighbors", c.ToleranceNeighbors, 1),
		least("sites", c.Sites, 1),
		least("smooth", c.Smooth, 1),
	)
}
