package pretrained

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

// BuiltIn is the name of the weights that come with the program.
const BuiltIn = "built-in"

// builtIn is what `blemish pretrain` made; docs/methods/imrnet.md has the command.
//
//go:embed built-in.safetensors
var builtIn []byte

// Key names the metadata of a weights file that holds the configuration it was made with.
const Key = "blemish.pretrained"

// ShapeOf reads a network's shape off its tensors, and the heads, which these do not tell,
// from what Key names, where it is there.
func ShapeOf(f *weights.File) (pointmae.Config, error) {
	shape, err := pointmae.ShapeOf(f, "")
	if text, ok := f.Metadata[Key]; ok && err == nil {
		var made struct {
			Heads int `json:"heads"`
		}
		if err := json.Unmarshal([]byte(text), &made); err != nil {
			return shape, fmt.Errorf("metadata %q: %w", Key, err)
		}
		shape.Heads = made.Heads
		err = shape.Validate()
	}
	return shape, err
}

// Read returns the weights of a name, BuiltIn or a file, and what a configuration says of
// them without naming a path: BuiltIn, or "sha256:…".
func Read(name string) (f *weights.File, said string, err error) {
	if name == BuiltIn {
		f, err = weights.Decode(bytes.NewReader(builtIn))
		return f, name, err
	}
	if f, err = weights.Read(name); err != nil {
		return nil, "", err
	}
	said, err = digest(name)
	return f, said, err
}

func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}
