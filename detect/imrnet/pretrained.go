package imrnet

import (
	"encoding/json"
	"fmt"

	"blemish/pointmae"
	"blemish/pointmae/pretrained"
	"blemish/weights"
)

// The weights that the network starts from.

// PretrainedKey names the metadata of a weights file that holds the configuration it
// was made with.
const PretrainedKey = pretrained.Key

// What Config.Pretrained may be beside the name of a file.
const (
	BuiltIn = pretrained.BuiltIn
	None    = "none"
)

// newNetwork makes the network that training starts from, and returns the
// configuration that tells where from without naming a path.
func newNetwork(c Config, root uint64) (*pointmae.Model, Config, error) {
	if c.Pretrained == None {
		net, err := pointmae.New(c.Network(), root)
		return net, c, err
	}
	name := c.Pretrained
	file, said, err := pretrained.Read(name)
	if err != nil {
		return nil, c, fmt.Errorf("pretrained weights: %w", err)
	}
	c.Pretrained = said
	net, err := fitting(c, file)
	if err != nil {
		return nil, c, fmt.Errorf("pretrained weights %s: %w; weights that fit, or pretrained=none to start from chance, would do", name, err)
	}
	return net, c, nil
}

// fitting makes the network of a weights file for a configuration. Where the file
// says what it was made for, the coordinates must be of the same scale.
func fitting(c Config, f *weights.File) (*pointmae.Model, error) {
	if text, ok := f.Metadata[PretrainedKey]; ok {
		var made Config
		if err := json.Unmarshal([]byte(text), &made); err != nil {
			return nil, fmt.Errorf("metadata %q: %w", PretrainedKey, err)
		}
		if made.Scale != c.Scale {
			return nil, fmt.Errorf("they were made at scale %g, this configuration has %g", made.Scale, c.Scale)
		}
	}
	return pointmae.Load(c.Network(), f, "")
}
