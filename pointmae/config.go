package pointmae

import "fmt"

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

// limit bounds every size, so that a broken model file cannot ask for the moon.
const limit = 1 << 14

// Validate names the first field that cannot be, and what would.
func (c Config) Validate() error {
	for _, f := range []struct {
		name  string
		value int
	}{
		{"width", c.Width}, {"encoder", c.Encoder}, {"decoder", c.Decoder}, {"heads", c.Heads}, {"groupSize", c.GroupSize},
		{"embed[0]", c.Embed[0]}, {"embed[1]", c.Embed[1]}, {"embed[2]", c.Embed[2]}, {"posHidden", c.PosHidden},
	} {
		if f.value < 1 || f.value > limit {
			return fmt.Errorf("model %s is %d, want 1 to %d", f.name, f.value, limit)
		}
	}
	if c.Width%c.Heads != 0 {
		return fmt.Errorf("model width %d is no multiple of its %d heads", c.Width, c.Heads)
	}
	if !(c.DropPath >= 0 && c.DropPath < 1) {
		return fmt.Errorf("model dropPath is %v, want 0 up to but not 1", c.DropPath)
	}
	return nil
}
