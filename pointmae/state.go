package pointmae

import (
	"fmt"
	"math"
	"strings"

	"blemish/weights"
)

// Save adds all tensors to f under Point-MAE's names, each with the prefix. The
// data are copies.
func (m *Model) Save(f *weights.File, prefix string) {
	copied := func(x []float32) []float32 { return append([]float32(nil), x...) }
	for _, p := range m.params.All() {
		f.Add(prefix+p.Name, copied(p.Value), p.Shape...)
	}
	for _, b := range m.batchNorms() {
		f.Add(prefix+b.name+".running_mean", copied(b.norm.Mean), len(b.norm.Mean))
		f.Add(prefix+b.name+".running_var", copied(b.norm.Var), len(b.norm.Var))
		f.Add(prefix+b.name+".num_batches_tracked", []float32{b.norm.Batches})
	}
}

// Load makes a model from the tensors of f with that prefix. Every tensor of the
// configuration must be there in its shape and finite, and no other of the network's;
// num_batches_tracked may lack. Tensors under other names are left alone.
func Load(c Config, f *weights.File, prefix string) (*Model, error) {
	m, err := build(c, func(m *Model) error {
		for _, p := range m.params.All() {
			if _, err := f.Get(prefix+p.Name, p.Shape...); err != nil {
				return err
			}
		}
		return m.knows(f, prefix)
	})
	if err != nil {
		return nil, err
	}
	read := func(dst []float32, name string, shape ...int) error {
		src, err := f.Get(prefix+name, shape...)
		if err != nil {
			return err
		}
		for i, v := range src {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return fmt.Errorf("tensor %q: value %d is %v", prefix+name, i, v)
			}
		}
		copy(dst, src)
		return nil
	}
	for _, p := range m.params.All() {
		if err := read(p.Value, p.Name, p.Shape...); err != nil {
			return nil, err
		}
	}
	for _, b := range m.batchNorms() {
		if err := read(b.norm.Mean, b.name+".running_mean", len(b.norm.Mean)); err != nil {
			return nil, err
		}
		if err := read(b.norm.Var, b.name+".running_var", len(b.norm.Var)); err != nil {
			return nil, err
		}
		for i, v := range b.norm.Var {
			if v < 0 {
				return nil, fmt.Errorf("tensor %q: variance %d is %v", prefix+b.name+".running_var", i, v)
			}
		}
		if t, err := f.Get(prefix + b.name + ".num_batches_tracked"); err == nil {
			b.norm.Batches = t[0]
		}
	}
	return m, nil
}

// knows returns an error that names the first tensor of f under the prefix that
// would belong to the network but is none of m's: f has more blocks, say.
func (m *Model) knows(f *weights.File, prefix string) error {
	own := map[string]bool{}
	for _, p := range m.params.All() {
		own[prefix+p.Name] = true
	}
	for _, b := range m.batchNorms() {
		for _, name := range []string{".running_mean", ".running_var", ".num_batches_tracked"} {
			own[prefix+b.name+name] = true
		}
	}
	for _, t := range f.Tensors {
		rest, ok := strings.CutPrefix(t.Name, prefix)
		if !ok || own[t.Name] {
			continue
		}
		for _, root := range []string{"MAE_encoder.", "MAE_decoder.", "decoder_pos_embed.", "increase_dim.", "mask_token"} {
			if strings.HasPrefix(rest, root) {
				return fmt.Errorf("tensor %q has no place in a model of %d + %d blocks", t.Name, m.config.Encoder, m.config.Decoder)
			}
		}
	}
	return nil
}
