package nn

import "blemish/tensor"

// Gradients collects the weight gradients of a step, which wait until all inputs'
// gradients are there: each is then one product over all rows of the batch, whose
// order of addition does not depend on who computes it.
type Gradients struct {
	pieces []gradientPiece
}

// gradientPiece is some rows of one layer's weight gradient, or, without a layer,
// the sum of partial results for a parameter.
type gradientPiece struct {
	layer *Linear
	x, dy []float32
	rows  int
	lo,
	hi int

	param    *Param
	partials []float32
	stride   int
}

// Reset forgets everything.
func (g *Gradients) Reset() { g.pieces = g.pieces[:0] }

// Linear asks for the gradient of l, given its input x and its output's gradient dy.
func (g *Gradients) Linear(l *Linear, x, dy []float32, rows int) {
	const most = 392 // rows of W a piece: 28 tiles of 14
	parts := (l.Out + most - 1) / most
	size := ((l.Out+parts-1)/parts + 13) / 14 * 14
	for lo := 0; lo < l.Out; lo += size {
		g.pieces = append(g.pieces, gradientPiece{layer: l, x: x, dy: dy, rows: rows, lo: lo, hi: min(l.Out, lo+size)})
	}
}

// Sum asks for the gradient of a as the sum of count partial ones, which start at
// multiples of stride.
func (g *Gradients) Sum(a *Param, partials []float32, count, stride int) {
	g.pieces = append(g.pieces, gradientPiece{param: a, partials: partials, rows: count, stride: stride})
}

// Run computes them all.
func (g *Gradients) Run(w *tensor.Worker) { w.For(len(g.pieces), g) }

// Piece implements tensor.Task.
func (g *Gradients) Piece(i int, w *tensor.Worker) {
	p := &g.pieces[i]
	if p.layer != nil {
		p.layer.backwardRows(w, p.x, p.dy, p.rows, p.lo, p.hi)
		return
	}
	clear(p.param.Grad)
	for c := 0; c < p.rows; c++ {
		tensor.AddTo(p.param.Grad, p.partials[c*p.stride:])
	}
}
