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

// Configure reads settings from a JSON object over DefaultConfig. Names that do not
// exist are errors.
func Configure(settings []byte) (imrnet.Config, error) {
	c := DefaultConfig()
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
