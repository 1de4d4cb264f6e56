package nn

import "blemish/tensor"

// PositionMLP codes places: 3→hidden, GELU, hidden→out, Point-MAE's pos_embed.
type PositionMLP struct{ FC1, FC2 *Linear }

// NewPositionMLP adds its two layers as "name.0" and "name.2".
func NewPositionMLP(p *Params, name string, hidden, out int) *PositionMLP {
	return &PositionMLP{NewLinear(p, name+".0", 3, hidden, true), NewLinear(p, name+".2", hidden, out, true)}
}

// Linears lists the layers that want Prepare.
func (m *PositionMLP) Linears() []*Linear { return []*Linear{m.FC1, m.FC2} }

// PositionPass is the memory of one PositionMLP at work.
type PositionPass struct {
	m     *PositionMLP
	train bool

	Centres []float32 // in: rows of 3

	hidden, slope, dHidden []float32
	rows                   int
	out                    []float32 // of Forward and Backward, by rows
	back                   bool
}

// NewPass prepares a pass; train keeps what Backward needs.
func (m *PositionMLP) NewPass(train bool) *PositionPass { return &PositionPass{m: m, train: train} }

// Begin takes memory from a, inside its Take, for a number of rows.
func (p *PositionPass) Begin(a *tensor.Arena, rows int) {
	p.rows = rows
	h := p.m.FC1.Out
	p.Centres, p.hidden = a.Floats(3*rows), a.Floats(rows*h)
	if p.train {
		p.slope, p.dHidden = a.Floats(rows*h), a.Floats(rows*h)
	}
}

// forward writes the codes of rows [lo, hi) to those rows of y.
func (p *PositionPass) forward(w *tensor.Worker, y []float32, lo, hi int) {
	h, out := p.m.FC1.Out, p.m.FC2.Out
	hidden := p.hidden[lo*h : hi*h]
	p.m.FC1.Forward(w, hidden, p.Centres[3*lo:3*hi], hi-lo)
	if p.train {
		tensor.GELU(hidden, p.slope[lo*h:hi*h], hidden)
	} else {
		tensor.GELU(hidden, nil, hidden)
	}
	p.m.FC2.Forward(w, y[lo*out:hi*out], hidden, hi-lo)
}

// backward takes the gradient of rows [lo, hi) to the first layer.
func (p *PositionPass) backward(w *tensor.Worker, dy []float32, lo, hi int) {
	h, out := p.m.FC1.Out, p.m.FC2.Out
	d := p.dHidden[lo*h : hi*h]
	p.m.FC2.BackwardInput(w, d, dy[lo*out:hi*out], hi-lo)
	tensor.MulTo(d, p.slope[lo*h:hi*h])
}

// Forward writes the codes of all rows to y, in pieces.
func (p *PositionPass) Forward(w *tensor.Worker, y []float32) { p.run(w, y, false) }

// Backward takes the gradient of all rows to the first layer, in pieces.
func (p *PositionPass) Backward(w *tensor.Worker, dy []float32) { p.run(w, dy, true) }

// positionRows is the number of rows of a piece.
const positionRows = 84

func (p *PositionPass) run(w *tensor.Worker, out []float32, back bool) {
	p.out, p.back = out, back
	w.For((p.rows+positionRows-1)/positionRows, p)
}

// Piece implements tensor.Task.
func (p *PositionPass) Piece(i int, w *tensor.Worker) {
	lo := i * positionRows
	hi := min(lo+positionRows, p.rows)
	if p.back {
		p.backward(w, p.out, lo, hi)
	} else {
		p.forward(w, p.out, lo, hi)
	}
}

// Gradients asks g for the weights' gradients; dy is the whole output's.
func (p *PositionPass) Gradients(g *Gradients, dy []float32) {
	g.Linear(p.m.FC1, p.Centres, p.dHidden, p.rows)
	g.Linear(p.m.FC2, p.hidden, dy, p.rows)
}
