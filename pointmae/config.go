package pointmae

import (
	"fmt"

	"blemish/internal/setting"
)

// Config is the shape of a model. Point-MAE's own is DefaultConfig.
type Config struct {
	Width     int     `json:"width" yaml:"width"`         // of a token
	Encoder   int     `json:"encoder" yaml:"encoder"`     // transformer blocks of the encoder
	Decoder   int     `json:"decoder" yaml:"decoder"`     // and of the decoder
	Heads     int     `json:"heads" yaml:"heads"`         // attention heads of every block; divides Width
	GroupSize int     `json:"groupSize" yaml:"groupSize"` // points that a reconstructed patch has; input patches may have any number
	Embed     [3]int  `json:"embed" yaml:"embed"`         // hidden widths of the patch embedding
	PosHidden int     `json:"posHidden" yaml:"posHidden"` // hidden width of the position code
	DropPath  float64 `json:"dropPath" yaml:"dropPath"`   // stochastic depth of the last block in training, rising linearly from 0 at the first
}

// DefaultConfig is the model of Point-MAE's pretrain.yaml: 29.0 million parameters.
func DefaultConfig() Config {
	return Config{Width: 384, Encoder: 12, Decoder: 4, Heads: 6, GroupSize: 32, Embed: [3]int{128, 256, 512}, PosHidden: 128, DropPath: 0.1}
}

// Bounds of a model's sizes, so that a broken file cannot ask for the moon: a few
// times what any published masked autoencoder of points has.
const (
	MostWidth   = 4096     // of tokens and of every hidden layer
	MostDepth   = 64       // blocks of the encoder, and of the decoder
	MostHeads   = 256      // attention heads
	MostGroup   = 512      // points of a patch
	MostWeights = 40 << 20 // trained values in all: 160 MiB, and three times that in a checkpoint
)

// Weights is the number of trained values, but for the small change of biases and norms.
func (c Config) Weights() int {
	w, e := c.Width, c.Embed
	blocks := 12 * w * w * (c.Encoder + c.Decoder)
	embed := 3*e[0] + e[0]*e[1] + 2*e[1]*e[2] + e[2]*w
	return blocks + embed + 2*(3+w)*c.PosHidden + 3*w*c.GroupSize
}

// Validate names the first field that cannot be, and what would.
func (c Config) Validate() error {
	err := setting.Check(
		setting.Whole("model width", c.Width, 1, MostWidth),
		setting.Whole("model encoder", c.Encoder, 1, MostDepth),
		setting.Whole("model decoder", c.Decoder, 1, MostDepth),
		setting.Whole("model heads", c.Heads, 1, MostHeads),
		setting.Whole("model groupSize", c.GroupSize, 1, MostGroup),
		setting.Whole("model embed[0]", c.Embed[0], 1, MostWidth),
		setting.Whole("model embed[1]", c.Embed[1], 1, MostWidth),
		setting.Whole("model embed[2]", c.Embed[2], 1, MostWidth),
		setting.Whole("model posHidden", c.PosHidden, 1, MostWidth),
	)
	switch {
	case err != nil:
		return err
	case c.Width%c.Heads != 0:
		return fmt.Errorf("model width %d is no multiple of its %d heads", c.Width, c.Heads)
	case !(c.DropPath >= 0 && c.DropPath < 1):
		return fmt.Errorf("model dropPath is %v, want 0 up to but not 1", c.DropPath)
	case c.Weights() > MostWeights:
		return fmt.Errorf("model of width %d and %d + %d blocks has %d million weights; at most %d million fit",
			c.Width, c.Encoder, c.Decoder, c.Weights()>>20, MostWeights>>20)
	}
	return nil
}
