package pretrain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"blemish/detect/imrnet"
	"blemish/internal/setting"
)

// DefaultConfig is imrnet's default configuration with what pre-training has of its
// own: regions displaced as by defects, which learning a part needs no more; any
// rotation, because objects stand as they like; and the length of the run.
func DefaultConfig() imrnet.Config {
	c := imrnet.DefaultConfig()
	c.Displace, c.Jitter = 0.15, 180
	c.Pretrained = imrnet.None
	c.Steps, c.LearningRate, c.Batch, c.Patience = 12000, 2e-3, 1, 0
	return c
}

// Literal is plain masked pre-training as section 5.3 of the IMRNet paper has it, which takes
// it from Point-MAE (Pang et al., ECCV 2022): the paper's network and patches, clouds of 8,192
// points, hidden patches reconstructed from the others, nothing displaced or turned; batches of
// 128, 300 epochs of ShapeNet-55's 41,952 clouds, ten of them to warm up, and the stochastic
// depth of Point-MAE. Its random scaling and shifting is left out.
func Literal() imrnet.Config {
	c := imrnet.Literal()
	c.Points, c.Sampler = 8192, "fps"
	c.Batch, c.Steps, c.Warmup = 128, 300*41952/128, 10.0/300
	c.LearningRate, c.DropPath = 1e-3, 0.1
	return c
}

// Configure reads settings from a JSON object over DefaultConfig, or over Literal where they
// say "mode": "literal". Names that do not exist are errors.
func Configure(settings []byte) (imrnet.Config, error) {
	var base struct {
		Mode string `json:"mode"`
	}
	if err := json.Unmarshal(settings, &base); err != nil {
		return imrnet.Config{}, fmt.Errorf("pretrain: settings: %w", err)
	}
	c := DefaultConfig()
	if base.Mode == "literal" {
		c = Literal()
	}
	d := json.NewDecoder(bytes.NewReader(settings))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("pretrain: settings: %w", err)
	}
	if c.Points == 0 {
		return c, fmt.Errorf("pretrain: points is 0; it must be the number of points that objects are sampled with")
	}
	return c, c.Validate()
}

// mostPerKind is how many held-out scans of a kind there may be.
const mostPerKind = 1000

// Validate says what is wrong with the options.
func (o Options) Validate() error {
	if err := o.Config.Validate(); err != nil {
		return err
	}
	return setting.Check(
		setting.Whole("held-out", o.PerKind, 0, mostPerKind),
		setting.Whole("measure", o.Measure, 0, math.MaxInt32),
	)
}
