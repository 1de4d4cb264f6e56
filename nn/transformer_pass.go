package nn

import "blemish/tensor"

// TransformerPass is the memory of one Transformer at work on a batch of
// sequences. X and Pos are filled before Forward, DX before Backward. Several
// sequences may be passed through at once, each on its own worker.
type TransformerPass struct {
	t      *Transformer
	train  bool
	layers []layerMemory

	// Rows of all sequences, one after the other, of the transformer's width.
	X    []float32   // input
	Pos  []float32   // positions, added before every block
	Outs [][]float32 // output of every block; one buffer for all unless KeepOutputs
	DX   []float32   // in: gradient of the last output; out: of X
	DPos []float32   // out: gradient of Pos

	KeepOutputs bool // every block's output stays

	// Keep is the factor on the two branches (attention, MLP) of block b of sequence
	// s at [(b·sequences + s)·2]: 1, or for stochastic depth 0 or 1/(1 − rate).
	Keep []float32

	context []float32 // attention's gradient before the projection
	scores  []float32 // attention's gradient before the softmax, of one block
	norms   []float32 // gradients of Norm1 and Norm2, by block and chunk: 4×width each
	chunks  int
	rows    int
	seqs    []sequence
}

// layerMemory is what one block keeps; for inference one for all.
type layerMemory struct {
	in, norm1, qkv, prob, context, mid, norm2, slope, hidden []float32
	stats1, stats2                                           []float32
	dQKV, dProj, dFC1, dFC2                                  []float32
}

// NewPass prepares a pass; train keeps what Backward needs.
func (t *Transformer) NewPass(train bool) *TransformerPass {
	n := 1
	if train {
		n = len(t.Blocks)
	}
	return &TransformerPass{t: t, train: train, layers: make([]layerMemory, n), Outs: make([][]float32, len(t.Blocks))}
}

// Begin takes memory from a, inside its Take, for sequences of the given lengths. Keep
// is all ones.
func (p *TransformerPass) Begin(a *tensor.Arena, lengths []int) {
	if cap(p.seqs) < len(lengths) {
		p.seqs = make([]sequence, len(lengths))
	}
	p.seqs = p.seqs[:len(lengths)]
	p.rows, p.chunks = 0, 0
	probabilities := 0
	for i, n := range lengths {
		size := chunkRows(n)
		p.seqs[i] = sequence{p: p, index: i, lo: p.rows, n: n, prob: probabilities, chunk: p.chunks, size: size}
		p.rows += n
		p.chunks += (n + size - 1) / size
		probabilities += p.t.Heads * n * n
	}
	w, r := p.t.Width, p.rows
	p.X, p.Pos = a.Floats(r*w), a.Floats(r*w)
	for i := range p.layers {
		l := &p.layers[i]
		l.in, l.norm1, l.qkv, l.context = a.Floats(r*w), a.Floats(r*w), a.Floats(3*r*w), a.Floats(r*w)
		l.mid, l.norm2, l.hidden = a.Floats(r*w), a.Floats(r*w), a.Floats(4*r*w)
		l.stats1, l.stats2 = a.Floats(2*r), a.Floats(2*r)
		if p.train {
			l.slope, l.prob = a.Floats(4*r*w), a.Floats(probabilities)
			l.dQKV, l.dProj, l.dFC1, l.dFC2 = a.Floats(3*r*w), a.Floats(r*w), a.Floats(4*r*w), a.Floats(r*w)
		}
	}
	for i := range p.Outs {
		if i == 0 || p.KeepOutputs {
			p.Outs[i] = a.Floats(r * w)
		} else {
			p.Outs[i] = p.Outs[0]
		}
	}
	if p.train {
		p.DX, p.DPos, p.context = a.Floats(r*w), a.Zeros(r*w), a.Floats(r*w)
		p.scores = a.Floats(probabilities)
		p.norms = a.Zeros(len(p.layers) * p.chunks * 4 * w)
	}
	p.Keep = a.Floats(2 * len(p.t.Blocks) * len(lengths))
	for i := range p.Keep {
		p.Keep[i] = 1
	}
}

// Forward passes sequence s through all blocks.
func (p *TransformerPass) Forward(s int, w *tensor.Worker) { p.seqs[s].forward(w) }

// Backward takes sequence s back; Gradients has the weights' part.
func (p *TransformerPass) Backward(s int, w *tensor.Worker) { p.seqs[s].backward(w) }

// Gradients asks g for the gradients of all parameters, after Backward of all sequences.
func (p *TransformerPass) Gradients(g *Gradients) {
	w := p.t.Width
	for i, b := range p.t.Blocks {
		l := &p.layers[i]
		g.Linear(b.QKV, l.norm1, l.dQKV, p.rows)
		g.Linear(b.Proj, l.context, l.dProj, p.rows)
		g.Linear(b.FC1, l.norm2, l.dFC1, p.rows)
		g.Linear(b.FC2, l.hidden, l.dFC2, p.rows)
		at := i * p.chunks * 4 * w
		for j, a := range []*Param{b.Norm1.Gamma, b.Norm1.Beta, b.Norm2.Gamma, b.Norm2.Beta} {
			g.Sum(a, p.norms[at+j*w:], p.chunks, 4*w)
		}
	}
}

// layer is the memory of block b.
func (p *TransformerPass) layer(b int) *layerMemory { return &p.layers[min(b, len(p.layers)-1)] }
