package imrnet

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Config is everything that decides what is learnt and how a scan is scored. The
// fields from Masks on are the switches between Literal and DefaultConfig.
type Config struct {
	// Mode is the reading that the other fields started from: "default" or "literal".
	Mode string `json:"mode"`

	// The network (pointmae).
	Width        int   `json:"width"` // token dimension d
	EncoderDepth int   `json:"encoder_depth"`
	DecoderDepth int   `json:"decoder_depth"`
	Heads        int   `json:"heads"`
	Embed        []int `json:"embed"` // widths of the patch embedding's four layers; the last must be Width

	// Patches (Eq. 7–8) and masks.
	Patches    int     `json:"patches"`    // n: centres a cloud
	PatchSize  int     `json:"patch_size"` // k: points a patch
	MaskRatio  float64 `json:"mask_ratio"` // m
	Iterations int     `json:"iterations"` // I of Algorithm 1
	Points     int     `json:"points"`     // a cloud is thinned to so many points for the network; 0: never

	// Training.
	Steps        int     `json:"steps"`
	Batch        int     `json:"batch"` // clouds a step
	LearningRate float64 `json:"learning_rate"`
	WeightDecay  float64 `json:"weight_decay"`
	Warmup       float64 `json:"warmup"`   // share of the steps
	Patience     int     `json:"patience"` // stop when the mean loss of so many steps is not half a percent below that of as many before; 0: never
	Jitter       float64 `json:"jitter"`   // degrees of random rotation about the common pose; 180: any rotation

	// Pretrained is what the network starts from: "built-in", the weights that come with
	// the program, "none", or a file that pre-training wrote.
	Pretrained string `json:"pretrained"`

	// Sampler chooses the centres (Eq. 7): "gps", the paper's, or "fps", "voxel", "random".
	Sampler string `json:"sampler"`

	// GPS (Eq. 1–6).
	Salient float64 `json:"salient"` // τ of Eq. 6: share of points that count as salient

	// Row 7: "random" draws a fresh mask each iteration; "partition" cuts one
	// permutation into masks that cover every patch.
	Masks string `json:"masks"`
	// Row 7: how many permutations to average over.
	Passes int `json:"passes"`
	// Rows 9 and 10: in training, displace whole regions of the input, centres and
	// points, by up to this share of the bounding sphere's radius; the target stays
	// the sound surface. 0: off.
	Displace float64 `json:"displace"`
	// Row 9: in training, move half of the hidden centres on their own, in any direction,
	// by up to this share of the bounding sphere's radius. 0: off.
	Scatter float64 `json:"scatter"`
	// So many patches, with the reference patches around them, make a region that the
	// network sees at a time. 0: the whole cloud.
	Region int `json:"region"`
	// Radius of the sound scans' bounding sphere in the coordinates that the network
	// sees: neighbouring centres must differ enough for attention to tell them apart.
	Scale float64 `json:"scale"`
	// Rows 9 and 16: what a hidden patch ought to be. "own" is where its own points were
	// before they were displaced; "nearest" is the sound surface nearest to its centre,
	// which the centre alone decides.
	Target string `json:"target"`
	// Rows 9 and 16: so many patches of a registered sound scan stand beside the scan's
	// own, never hidden, so that the network is told where the sound surface is. 0: none.
	Reference int `json:"reference"`
	// Row 13: "chamfer" compares k-NN patches (Eq. 13–15); "surface" measures the
	// distance to the surface through the reconstructed points.
	Compare string `json:"compare"`
	// Row 16: bring clouds into the common pose of the sound scans first.
	Register bool `json:"register"`
	// Eq. 19: replace features that drift from the template.
	Template bool `json:"template"`
	// Row 18: how many centres a point takes its feature score from.
	Spread int `json:"spread"`
	// Row 19: "mean" divides each term by its mean over the training clouds and adds
	// them; "calibrated" turns each into a z-score by region, and adds them in units of
	// what sound scans reach when they are held out.
	Fusion string `json:"fusion"`
	// Row 20: "max" or "top" (mean of the top 0.5 % after averaging over neighbours).
	Object string `json:"object"`
	// Row 20: find sound surface that the scan should show and does not.
	Coverage bool `json:"coverage"`
}

// DefaultConfig is the configuration that `train --detector imrnet` uses.
func DefaultConfig() Config {
	c := Literal()
	c.Mode = "default"
	c.Width, c.EncoderDepth, c.DecoderDepth, c.Heads = 96, 3, 3, 3
	c.Embed = []int{32, 64, 128, 96}
	c.Patches, c.PatchSize, c.Points = 512, 32, 8192
	c.Sampler = "fps"
	c.Steps, c.Batch, c.LearningRate = 400, 1, 2e-3
	c.Pretrained = BuiltIn
	c.Masks, c.Passes = "partition", 4
	c.Scatter, c.Region, c.Scale = 0.1, 32, 30
	c.Target, c.Reference, c.MaskRatio, c.Iterations = "nearest", 256, 1, 1
	c.Compare = "surface"
	c.Register, c.Template = true, false
	c.Spread = 8
	c.Fusion, c.Object, c.Coverage = "calibrated", "top", true
	return c
}

// Literal is the paper's text as written, at the paper's size: 12 + 4 blocks of
// width 384 with 6 heads, 256 patches of 64 points, mask ratio 0.4, 3 iterations.
func Literal() Config {
	return Config{
		Mode:  "literal",
		Width: 384, EncoderDepth: 12, DecoderDepth: 4, Heads: 6, Embed: []int{128, 256, 512, 384},
		Patches: 256, PatchSize: 64, MaskRatio: 0.4, Iterations: 3,
		Pretrained: None, Sampler: "gps",
		Steps: 300, Batch: 4, LearningRate: 1e-3, WeightDecay: 0.05, Warmup: 0.05,
		Salient: 0.3,
		Masks:   "random", Passes: 1, Scale: 1, Target: "own", Compare: "chamfer",
		Template: true, Spread: 3, Fusion: "mean", Object: "max",
	}
}

// Configure reads settings from a JSON object over the configuration that its
// "mode" names, the default one where it names none. Names that do not exist are
// errors.
func Configure(settings []byte) (Config, error) {
	var base struct {
		Mode string `json:"mode"`
	}
	if err := json.Unmarshal(settings, &base); err != nil {
		return Config{}, fmt.Errorf("imrnet: settings: %w", err)
	}
	var c Config
	switch base.Mode {
	case "", "default":
		c = DefaultConfig()
	case "literal":
		c = Literal()
	default:
		return Config{}, fmt.Errorf("imrnet: mode %q is not known; use default or literal", base.Mode)
	}
	d := json.NewDecoder(bytes.NewReader(settings))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Config{}, fmt.Errorf("imrnet: settings: %w", err)
	}
	return c, c.Validate()
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	oneOf := func(name, value string, allowed ...string) error {
		for _, a := range allowed {
			if value == a {
				return nil
			}
		}
		return fmt.Errorf("imrnet: %s %q is not known; use one of %q", name, value, allowed)
	}
	positive := func(name string, value int) error {
		if value < 1 {
			return fmt.Errorf("imrnet: %s is %d; it must be at least 1", name, value)
		}
		return nil
	}
	atLeastZero := func(name string, value int) error {
		if value < 0 {
			return fmt.Errorf("imrnet: %s is %d; it must be 0 or more", name, value)
		}
		return nil
	}
	share := func(name string, value, hi float64) error {
		if !(value >= 0 && value <= hi) {
			return fmt.Errorf("imrnet: %s is %g; it must lie between 0 and %g", name, value, hi)
		}
		return nil
	}
	for _, err := range []error{
		positive("width", c.Width), positive("encoder_depth", c.EncoderDepth), positive("decoder_depth", c.DecoderDepth),
		positive("heads", c.Heads), positive("patches", c.Patches), positive("patch_size", c.PatchSize),
		positive("iterations", c.Iterations), atLeastZero("steps", c.Steps), positive("batch", c.Batch),
		positive("passes", c.Passes), positive("spread", c.Spread),
		share("mask_ratio", c.MaskRatio, 1), share("salient", c.Salient, 1), share("displace", c.Displace, 1), share("scatter", c.Scatter, 1),
		share("jitter", c.Jitter, 180), share("warmup", c.Warmup, 1), share("weight_decay", c.WeightDecay, 10),
		atLeastZero("patience", c.Patience),
		oneOf("sampler", c.Sampler, Samplers...),
		oneOf("masks", c.Masks, "random", "partition"),
		oneOf("target", c.Target, "own", "nearest"),
		oneOf("compare", c.Compare, "chamfer", "surface"),
		oneOf("fusion", c.Fusion, "mean", "calibrated"),
		oneOf("object", c.Object, "max", "top"),
	} {
		if err != nil {
			return err
		}
	}
	switch {
	case c.Width%c.Heads != 0:
		return fmt.Errorf("imrnet: width %d is not a multiple of %d heads", c.Width, c.Heads)
	case len(c.Embed) != 4 || c.Embed[3] != c.Width:
		return fmt.Errorf("imrnet: embed %v must be four widths, the last equal to width %d", c.Embed, c.Width)
	case !(c.LearningRate > 0 && c.LearningRate < 1):
		return fmt.Errorf("imrnet: learning_rate is %g; it must lie between 0 and 1", c.LearningRate)
	case int(c.MaskRatio*float64(c.Patches)) < 1:
		return fmt.Errorf("imrnet: mask_ratio %g of %d patches masks none", c.MaskRatio, c.Patches)
	case c.Region < 0 || c.Region > 0 && c.Reference == 0:
		return fmt.Errorf("imrnet: region is %d; it must be 0, or a number of patches along with a reference above 0", c.Region)
	case !(c.Scale > 0 && c.Scale <= 1000):
		return fmt.Errorf("imrnet: scale is %g; it must lie above 0 and not above 1000", c.Scale)
	case c.Reference < 0:
		return fmt.Errorf("imrnet: reference is %d; it must be 0 or a number of patches", c.Reference)
	case c.Reference == 0 && c.MaskRatio > 0.95:
		return fmt.Errorf("imrnet: mask_ratio %g leaves the network nothing to see; without reference patches it is at most 0.95", c.MaskRatio)
	case c.Points != 0 && c.Points < max(c.Patches, c.Reference):
		return fmt.Errorf("imrnet: points is %d, fewer than the %d patches", c.Points, max(c.Patches, c.Reference))
	}
	return nil
}
