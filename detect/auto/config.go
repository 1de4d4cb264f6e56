package auto

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"blemish/detect/deviation"
	"blemish/detect/imrnet"
	"blemish/detect/memory"
	"blemish/detect/simple3d"
	"blemish/internal/setting"
)

// Config is everything that decides what is learnt and how a scan is scored.
type Config struct {
	deviation.Config // of the base
	// Companions are the detectors that may join it, simple3d and imrnet, and in the card of a
	// model those that did.
	Companions []string `json:"companions"`
	// Budget is how many seconds scoring a scan of 20,000 points may take on two cores, about:
	// companions beyond it are left out.
	Budget float64 `json:"budget"`
	// Simple3D and IMRNet are the companions' own settings; a model's card has those of the
	// ones that joined.
	Simple3D *simple3d.Config `json:"simple3d,omitempty"`
	IMRNet   *imrnet.Config   `json:"imrnet,omitempty"`
}

// DefaultConfig is the configuration that the figures in the documentation were measured with.
// No companion joins: none has earned its place on built-in objects (docs/methods/auto.md).
func DefaultConfig() Config {
	features, network := simple3d.DefaultConfig(), imrnet.DefaultConfig()
	features.Vectors, features.Drawn = 1000, 12000 // a coreset in a quarter of a second
	return Config{
		Config: deviation.DefaultConfig(), Companions: []string{}, Budget: 2,
		Simple3D: &features, IMRNet: &network,
	}
}

// Ranges lists what each number may be, but those of companions, which have their own.
func (c Config) Ranges() []setting.Range {
	return append(c.Config.Ranges(), setting.Number("budget", c.Budget, 0, 1e6))
}

// Validate names the first value that makes no sense.
func (c *Config) Validate() error {
	for i, name := range c.Companions {
		if err := setting.OneOf("companions", name, simple3d.Name, imrnet.Name); err != nil {
			return err
		}
		if slices.Contains(c.Companions[:i], name) {
			return fmt.Errorf("companions name %s twice", name)
		}
	}
	if c.Simple3D == nil || c.IMRNet == nil {
		return fmt.Errorf("the settings of simple3d or imrnet are null; leave them out for the default ones")
	}
	if c.Simple3D.Mode != memory.Default || c.IMRNet.Mode != "default" {
		return fmt.Errorf("the modes of simple3d and imrnet are %q and %q; beside others both must be \"default\"", c.Simple3D.Mode, c.IMRNet.Mode)
	}
	if err := setting.First(c.Config.Validate(), setting.Check(c.Ranges()...)); err != nil {
		return err
	}
	if err := c.Simple3D.Validate(); err != nil {
		return fmt.Errorf("simple3d: %w", err)
	}
	return c.IMRNet.Validate()
}

// configure reads settings, a JSON object, over the default ones. A companion's are an object
// of its name, or stand under NAME.setting.
func configure(settings []byte) (Config, error) {
	c := DefaultConfig()
	settings, err := nested(settings)
	if err != nil {
		return c, err
	}
	return c, setting.First(setting.Decode(settings, &c), c.Validate())
}

// nested puts settings under NAME.setting into the object of the companion.
func nested(settings []byte) ([]byte, error) {
	var all map[string]any
	if err := json.Unmarshal(settings, &all); err != nil {
		return nil, err
	}
	moved := map[string]any{}
	for key, value := range all {
		name, rest, dotted := strings.Cut(key, ".")
		if !dotted {
			continue
		}
		own, ok := moved[name].(map[string]any)
		if !ok {
			if own, ok = all[name].(map[string]any); !ok {
				own = map[string]any{}
			}
			moved[name] = own
		}
		own[rest] = value
		delete(all, key)
	}
	for name, own := range moved {
		all[name] = own
	}
	return json.Marshal(all)
}
