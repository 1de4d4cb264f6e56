package nn

import "blemish/tensor"

// Linear is y = x·Wᵀ + b with W of Out×In, PyTorch's layout.
type Linear struct {
	In, Out int
	W       *Param
	B       *Param // nil for none

	forward  tensor.Packed // Wᵀ, In×Out
	backward tensor.Packed // W, Out×In
}

// NewLinear adds a linear layer's "weight" and, if asked for, "bias" under name.
func NewLinear(p *Params, name string, in, out int, bias bool) *Linear {
	l := &Linear{In: in, Out: out, W: p.Add(name+".weight", true, out, in)}
	if bias {
		l.B = p.Add(name+".bias", false, out)
	}
	return l
}

// NewPointwise is NewLinear for a 1-D convolution of kernel size 1, whose weight has
// the shape Out×In×1.
func NewPointwise(p *Params, name string, in, out int) *Linear {
	return &Linear{In: in, Out: out,
		W: p.Add(name+".weight", true, out, in, 1),
		B: p.Add(name+".bias", false, out)}
}

// Prepare packs the present weights for Forward, and for BackwardInput where train.
func (l *Linear) Prepare(train bool) {
	w := tensor.Rows(l.W.Value, l.In)
	l.forward.Pack(l.In, l.Out, w.T())
	if train {
		l.backward.Pack(l.Out, l.In, w)
	}
}

func (l *Linear) bias() []float32 {
	if l.B == nil {
		return nil
	}
	return l.B.Value
}

// Forward sets y (rows×Out) from x (rows×In).
func (l *Linear) Forward(w *tensor.Worker, y, x []float32, rows int) {
	w.MulPacked(rows, tensor.Rows(x, l.In), &l.forward, l.bias(), tensor.Rows(y, l.Out), false)
}

// BackwardInput sets dx (rows×In) from dy (rows×Out).
func (l *Linear) BackwardInput(w *tensor.Worker, dx, dy []float32, rows int) {
	w.MulPacked(rows, tensor.Rows(dy, l.Out), &l.backward, nil, tensor.Rows(dx, l.In), false)
}

// backwardRows computes rows [lo, hi) of the weight gradient, and of the bias's,
// from all rows of x and dy.
func (l *Linear) backwardRows(w *tensor.Worker, x, dy []float32, rows, lo, hi int) {
	if rows == 0 {
		clear(l.W.Grad[lo*l.In : hi*l.In])
	} else {
		w.Mul(hi-lo, l.In, rows, tensor.Rows(dy[lo:], l.Out).T(), tensor.Rows(x, l.In), tensor.Rows(l.W.Grad[lo*l.In:], l.In), false)
	}
	if l.B == nil {
		return
	}
	b := l.B.Grad[lo:hi]
	clear(b)
	for r := 0; r < rows; r++ {
		tensor.AddTo(b, dy[r*l.Out+lo:r*l.Out+hi])
	}
}
