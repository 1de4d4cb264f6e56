// The weights that the network starts from.
package imrnet

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"blemish/pointmae"
	"blemish/weights"
)

// PretrainedKey names the metadata of a weights file that holds the configuration it
// was made with.
const PretrainedKey = "blemish.pretrained"

// What Config.Pretrained may be beside the name of a file.
const (
	BuiltIn = "built-in"
	None    = "none"
)

// builtIn is what `blemish pretrain` made; docs/methods/imrnet.md has the command.
//
//go:embed pretrained.safetensors
var builtIn []byte

// newNetwork makes the network that training starts from, and returns the
// configuration that tells where from without naming a path.
func newNetwork(c Config, root uint64) (*pointmae.Model, Config, error) {
	var content []byte
	switch c.Pretrained {
	case None:
		net, err := pointmae.New(c.Network(), root)
		return net, c, err
	case BuiltIn:
		content = builtIn
	default:
		var err error
		if content, err = os.ReadFile(c.Pretrained); err != nil {
			return nil, c, fmt.Errorf("pretrained weights: %w", err)
		}
	}
	name := c.Pretrained
	net, err := pretrained(c, content)
	if err != nil {
		return nil, c, fmt.Errorf("pretrained weights %s: %w; weights that fit, or pretrained=none to start from chance, would do", name, err)
	}
	if c.Pretrained != BuiltIn {
		sum := sha256.Sum256(content)
		c.Pretrained = "sha256:" + hex.EncodeToString(sum[:])
	}
	return net, c, nil
}

// pretrained reads a weights file for a configuration. Where the file says what it
// was made for, the coordinates must be of the same scale.
func pretrained(c Config, content []byte) (*pointmae.Model, error) {
	f, err := weights.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
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
