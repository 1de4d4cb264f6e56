package imrnet

import (
	"encoding/json"
	"fmt"

	"blemish/internal/setting"
	"blemish/pointmae"
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
	// DropPath is how often the branches of the last block are left out in training, rising
	// linearly from 0 at the first (Point-MAE: 0.1).
	DropPath float64 `json:"drop_path"`
	// Row 13: "chamfer" compares k-NN patches around every point (Eq. 13–15), "patch" each
	// patch with its reconstruction, carried to the points; "surface" measures the distance to
	// the surface through the reconstructed points.
	Compare string `json:"compare"`
	// Row 16: bring clouds into the common pose of the sound scans first.
	Register bool `json:"register"`
	// Eq. 19: replace features that drift from the template.
	Template bool `json:"template"`
	// Row 17: τ of Eq. 19 is the mean of the distances among the sound scans and so many
	// standard deviations; far below 0, all features are replaced.
	Tau float64 `json:"tau"`
	// Eq. 19: "joined" takes the distance of the features of all layers together, "each"
	// that of each layer alone.
	TemplateLayers string `json:"template_layers"`
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
		Template: true, Tau: 2, TemplateLayers: "joined", Spread: 3, Fusion: "mean", Object: "max",
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
	if err := setting.Decode(settings, &c); err != nil {
		return Config{}, fmt.Errorf("imrnet: settings: %w", err)
	}
	return c, c.Validate()
}

// Ranges lists what each number may be.
func (c Config) Ranges() []setting.Range {
	ranges := []setting.Range{
		setting.Whole("width", c.Width, 1, pointmae.MostWidth),
		setting.Whole("encoder_depth", c.EncoderDepth, 1, pointmae.MostDepth),
		setting.Whole("decoder_depth", c.DecoderDepth, 1, pointmae.MostDepth),
		setting.Whole("heads", c.Heads, 1, pointmae.MostHeads),
		setting.Whole("patches", c.Patches, 1, 4096),
		setting.Whole("patch_size", c.PatchSize, 1, pointmae.MostGroup),
		setting.Number("mask_ratio", c.MaskRatio, 0, 1),
		setting.Whole("iterations", c.Iterations, 1, 100),
		setting.Whole("points", c.Points, 0, 1_000_000),
		setting.Whole("steps", c.Steps, 0, 10_000_000),
		setting.Whole("batch", c.Batch, 1, 256),
		setting.Number("learning_rate", c.LearningRate, 1e-9, 1),
		setting.Number("weight_decay", c.WeightDecay, 0, 10),
		setting.Number("warmup", c.Warmup, 0, 1),
		setting.Whole("patience", c.Patience, 0, 10_000_000),
		setting.Number("jitter", c.Jitter, 0, 180),
		setting.Number("salient", c.Salient, 0, 1),
		setting.Whole("passes", c.Passes, 1, 16),
		setting.Number("displace", c.Displace, 0, 1),
		setting.Number("scatter", c.Scatter, 0, 1),
		setting.Whole("region", c.Region, 0, 4096),
		setting.Number("scale", c.Scale, 1e-3, 1000),
		setting.Whole("reference", c.Reference, 0, 4096),
		setting.Whole("spread", c.Spread, 1, 4096),
		setting.Number("drop_path", c.DropPath, 0, 0.9),
		setting.Number("tau", c.Tau, -100, 100),
	}
	for _, width := range c.Embed {
		ranges = append(ranges, setting.Whole("embed", width, 1, pointmae.MostWidth))
	}
	return ranges
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	if err := c.validate(); err != nil {
		return fmt.Errorf("imrnet: %w", err)
	}
	return nil
}

func (c Config) validate() error {
	if len(c.Embed) != 4 || c.Embed[3] != c.Width {
		return fmt.Errorf("embed is %v; it must be four widths, the last equal to width %d", c.Embed[:min(len(c.Embed), 8)], c.Width)
	}
	err := setting.First(
		setting.Check(c.Ranges()...),
		setting.OneOf("mode", c.Mode, "default", "literal"),
		setting.OneOf("sampler", c.Sampler, Samplers...),
		setting.OneOf("masks", c.Masks, "random", "partition"),
		setting.OneOf("target", c.Target, "own", "nearest"),
		setting.OneOf("compare", c.Compare, "chamfer", "patch", "surface"),
		setting.OneOf("template_layers", c.TemplateLayers, "joined", "each"),
		setting.OneOf("fusion", c.Fusion, "mean", "calibrated"),
		setting.OneOf("object", c.Object, "max", "top"),
		c.Network().Validate(),
	)
	if err != nil {
		return err
	}
	switch {
	case int(c.MaskRatio*float64(c.Patches)) < 1:
		return fmt.Errorf("mask_ratio %g of %d patches masks none", c.MaskRatio, c.Patches)
	case c.Region > 0 && c.Reference == 0:
		return fmt.Errorf("region is %d; it must be 0, or a number of patches along with a reference above 0", c.Region)
	case c.Reference == 0 && c.MaskRatio > 0.95:
		return fmt.Errorf("mask_ratio %g leaves the network nothing to see; without reference patches it is at most 0.95", c.MaskRatio)
	case c.Points != 0 && c.Points < max(c.Patches, c.Reference):
		return fmt.Errorf("points is %d, fewer than the %d patches", c.Points, max(c.Patches, c.Reference))
	}
	return nil
}
