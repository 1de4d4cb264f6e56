package nn

import (
	"fmt"

	"blemish/tensor"
)

// normEpsilon is PyTorch's for layer and batch normalisation.
const normEpsilon = 1e-5

// Norm holds the parameters of a layer normalisation.
type Norm struct{ Gamma, Beta *Param }

// NewNorm adds a layer normalisation of the given width under name.
func NewNorm(p *Params, name string, width int) Norm {
	return Norm{p.Add(name+".weight", false, width), p.Add(name+".bias", false, width)}
}

// Forward normalises rows of x into y; stats receives mean and 1/deviation a row.
func (n Norm) Forward(y, x, stats []float32, rows int) {
	c := len(n.Gamma.Value)
	for r := 0; r < rows; r++ {
		a := r * c
		stats[2*r], stats[2*r+1] = tensor.LayerNorm(y[a:a+c], x[a:a+c], n.Gamma.Value, n.Beta.Value, normEpsilon)
	}
}

// Backward adds to dx, and to partial (gamma's gradient, then beta's).
func (n Norm) Backward(dx, dy, x, stats, partial []float32, rows int) {
	c := len(n.Gamma.Value)
	for r := 0; r < rows; r++ {
		a := r * c
		tensor.LayerNormGrad(dx[a:a+c], dy[a:a+c], x[a:a+c], n.Gamma.Value, partial[:c], partial[c:2*c], stats[2*r], stats[2*r+1])
	}
}

// Block is one transformer layer with normalisation first, as in ViT and Point-MAE:
// x += attention(norm1(x)), x += mlp(norm2(x)).
type Block struct {
	Norm1 Norm
	QKV   *Linear // no bias; rows of W: queries, keys, values
	Proj  *Linear
	Norm2 Norm
	FC1   *Linear
	FC2   *Linear
}

// Transformer is a stack of blocks; each adds the positions to its input first.
type Transformer struct {
	Width, Heads int
	Blocks       []*Block
}

// NewTransformer adds depth blocks under "prefix.0", "prefix.1"…
func NewTransformer(p *Params, prefix string, depth, width, heads int) *Transformer {
	t := &Transformer{Width: width, Heads: heads}
	for i := 0; i < depth; i++ {
		name := fmt.Sprintf("%s.%d", prefix, i)
		t.Blocks = append(t.Blocks, &Block{
			Norm1: NewNorm(p, name+".norm1", width),
			QKV:   NewLinear(p, name+".attn.qkv", width, 3*width, false),
			Proj:  NewLinear(p, name+".attn.proj", width, width, true),
			Norm2: NewNorm(p, name+".norm2", width),
			FC1:   NewLinear(p, name+".mlp.fc1", width, 4*width, true),
			FC2:   NewLinear(p, name+".mlp.fc2", 4*width, width, true),
		})
	}
	return t
}

// Linears lists the layers that want Prepare.
func (t *Transformer) Linears() []*Linear {
	var all []*Linear
	for _, b := range t.Blocks {
		all = append(all, b.QKV, b.Proj, b.FC1, b.FC2)
	}
	return all
}

// chunkRows is the number of rows that one piece of a sequence takes: near 84,
// equal shares, whole tiles of 14 rows. It depends on n alone.
func chunkRows(n int) int {
	const target = 84
	parts := max(1, (n+target-1)/target)
	return max(14, ((n+parts-1)/parts+13)/14*14)
}
