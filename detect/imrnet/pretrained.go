package imrnet

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"blemish/pointmae"
	"blemish/weights"
)

// The weights that the network starts from.

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
	var file *weights.File
	var err error
	name := c.Pretrained
	switch c.Pretrained {
	case None:
		net, err := pointmae.New(c.Network(), root)
		return net, c, err
	case BuiltIn:
		file, err = weights.Decode(bytes.NewReader(builtIn))
	default:
		if file, err = weights.Read(name); err == nil {
			c.Pretrained, err = digest(name)
		}
	}
	if err != nil {
		return nil, c, fmt.Errorf("pretrained weights: %w", err)
	}
	net, err := pretrained(c, file)
	if err != nil {
		return nil, c, fmt.Errorf("pretrained weights %s: %w; weights that fit, or pretrained=none to start from chance, would do", name, err)
	}
	return net, c, nil
}

// digest is what the configuration says of a file instead of its path.
func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// pretrained makes the network of a weights file for a configuration. Where the file
// says what it was made for, the coordinates must be of the same scale.
func pretrained(c Config, f *weights.File) (*pointmae.Model, error) {
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
