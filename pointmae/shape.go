package pointmae

import (
	"fmt"

	"blemish/weights"
)

// ShapeOf reads a model's shape off the tensors of f with that prefix, for files that
// come without a configuration, such as a published checkpoint. What tensors do not
// tell follows Point-MAE: heads of 64 values (one head where the width is no multiple
// of that), and no stochastic depth.
func ShapeOf(f *weights.File, prefix string) (Config, error) {
	var c Config
	for _, s := range []struct {
		name string
		to   []*int // by axis; nil for one that is known
	}{
		{"MAE_encoder.encoder.first_conv.0.weight", []*int{&c.Embed[0]}},
		{"MAE_encoder.encoder.first_conv.3.weight", []*int{&c.Embed[1]}},
		{"MAE_encoder.encoder.second_conv.0.weight", []*int{&c.Embed[2]}},
		{"MAE_encoder.pos_embed.2.weight", []*int{&c.Width, &c.PosHidden}},
		{"increase_dim.0.weight", []*int{&c.GroupSize}},
	} {
		t := f.Find(prefix + s.name)
		if t == nil {
			return c, fmt.Errorf("tensor %q is missing: this is no Point-MAE", prefix+s.name)
		}
		if len(t.Shape) < len(s.to) {
			return c, fmt.Errorf("tensor %q has shape %v", t.Name, t.Shape)
		}
		for axis, to := range s.to {
			*to = t.Shape[axis]
		}
	}
	c.GroupSize /= 3
	c.Heads = 1
	if c.Width%64 == 0 {
		c.Heads = c.Width / 64
	}
	for f.Find(fmt.Sprintf("%sMAE_encoder.blocks.blocks.%d.attn.qkv.weight", prefix, c.Encoder)) != nil {
		c.Encoder++
	}
	for f.Find(fmt.Sprintf("%sMAE_decoder.blocks.%d.attn.qkv.weight", prefix, c.Decoder)) != nil {
		c.Decoder++
	}
	return c, c.Validate()
}
