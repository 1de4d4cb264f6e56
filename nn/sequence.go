package nn

import (
	"math"

	"blemish/tensor"
)

// sequence passes one sequence through the blocks. Everything but attention works
// row by row, so a block is two rounds of pieces: chunks of rows, then heads, each
// again in chunks. Back, keys and values need a round of their own.
type sequence struct {
	p     *TransformerPass
	index int
	lo, n int // first row, number of rows
	prob  int // first value in layerMemory.prob
	chunk int // first chunk among all sequences
	size  int // rows a chunk

	phase phase
	block int
}

// phase says what Piece does.
type phase int

const (
	rowsForward     phase = iota // end of block-1, beginning of block
	headsForward                 // attention of block
	rowsBackward                 // beginning of block+1, end of block
	queriesBackward              // attention of block, by its rows
	keysBackward                 // attention of block, by its columns
)

func (s *sequence) chunks() int { return (s.n + s.size - 1) / s.size }

func (s *sequence) forward(w *tensor.Worker) {
	depth := len(s.p.t.Blocks)
	for s.block = 0; s.block < depth; s.block++ {
		s.run(rowsForward, s.chunks(), w)
		s.run(headsForward, s.p.t.Heads*s.chunks(), w)
	}
	s.run(rowsForward, s.chunks(), w)
}

func (s *sequence) backward(w *tensor.Worker) {
	for s.block = len(s.p.t.Blocks) - 1; s.block >= 0; s.block-- {
		s.run(rowsBackward, s.chunks(), w)
		s.run(queriesBackward, s.p.t.Heads*s.chunks(), w)
		s.run(keysBackward, s.p.t.Heads*s.chunks(), w)
	}
	s.run(rowsBackward, s.chunks(), w)
}

func (s *sequence) run(p phase, pieces int, w *tensor.Worker) {
	s.phase = p
	w.For(pieces, s)
}

// Piece implements tensor.Task.
func (s *sequence) Piece(i int, w *tensor.Worker) {
	depth := len(s.p.t.Blocks)
	lo := s.lo + i*s.size
	hi := min(lo+s.size, s.lo+s.n)
	switch s.phase {
	case rowsForward:
		if s.block > 0 {
			s.mlpForward(s.block-1, lo, hi, w)
		}
		if s.block < depth {
			s.inForward(s.block, lo, hi, w)
		}
	case headsForward:
		s.headForward(s.block, i, w)
	case rowsBackward:
		if s.block+1 < depth {
			s.inBackward(s.block+1, lo, hi, s.chunk+i, w)
		}
		if s.block >= 0 {
			s.mlpBackward(s.block, lo, hi, s.chunk+i, w)
		}
	case queriesBackward:
		s.queryBackward(s.block, i, w)
	case keysBackward:
		s.keyBackward(s.block, i, w)
	}
}

// keep returns the factors on the two branches of block b.
func (s *sequence) keep(b int) (attention, mlp float32) {
	at := 2 * (b*len(s.p.seqs) + s.index)
	return s.p.Keep[at], s.p.Keep[at+1]
}

// inForward adds positions, normalises and makes queries, keys and values.
func (s *sequence) inForward(b, lo, hi int, w *tensor.Worker) {
	p, l, block := s.p, s.p.layer(b), s.p.t.Blocks[b]
	c := p.t.Width
	x := p.X
	if b > 0 {
		x = p.Outs[b-1]
	}
	in := l.in[lo*c : hi*c]
	tensor.Sum(in, x[lo*c:hi*c], p.Pos[lo*c:hi*c])
	norm := l.norm1[lo*c : hi*c]
	block.Norm1.Forward(norm, in, l.stats1[2*lo:], hi-lo)
	block.QKV.Forward(w, l.qkv[3*lo*c:3*hi*c], norm, hi-lo)
}

// mlpForward projects the attention and runs the rest of the block.
func (s *sequence) mlpForward(b, lo, hi int, w *tensor.Worker) {
	p, l, block := s.p, s.p.layer(b), s.p.t.Blocks[b]
	c, rows := p.t.Width, hi-lo
	attention, mlp := s.keep(b)
	branch := w.Buffer(0, rows*c)
	mid := l.mid[lo*c : hi*c]
	block.Proj.Forward(w, branch, l.context[lo*c:hi*c], rows)
	residual(mid, l.in[lo*c:hi*c], branch, attention)
	norm := l.norm2[lo*c : hi*c]
	block.Norm2.Forward(norm, mid, l.stats2[2*lo:], rows)
	hidden := l.hidden[4*lo*c : 4*hi*c]
	block.FC1.Forward(w, hidden, norm, rows)
	if p.train {
		tensor.GELU(hidden, l.slope[4*lo*c:4*hi*c], hidden)
	} else {
		tensor.GELU(hidden, nil, hidden)
	}
	block.FC2.Forward(w, branch, hidden, rows)
	residual(p.Outs[b][lo*c:hi*c], mid, branch, mlp)
}

// residual sets y = x + factor·branch.
func residual(y, x, branch []float32, factor float32) {
	if factor == 1 {
		tensor.Sum(y, x, branch)
		return
	}
	copy(y, x)
	tensor.Axpy(y, factor, branch)
}

// mlpBackward takes DX from the block's output to its attention's projection.
func (s *sequence) mlpBackward(b, lo, hi, chunk int, w *tensor.Worker) {
	p, l, block := s.p, s.p.layer(b), s.p.t.Blocks[b]
	c, rows := p.t.Width, hi-lo
	attention, mlp := s.keep(b)
	dx := p.DX[lo*c : hi*c]
	dFC2, dFC1 := l.dFC2[lo*c:hi*c], l.dFC1[4*lo*c:4*hi*c]
	tensor.Scale(dFC2, mlp, dx)
	block.FC2.BackwardInput(w, dFC1, dFC2, rows)
	tensor.MulTo(dFC1, l.slope[4*lo*c:4*hi*c])
	dNorm := w.Buffer(0, rows*c)
	block.FC1.BackwardInput(w, dNorm, dFC1, rows)
	block.Norm2.Backward(dx, dNorm, l.mid[lo*c:], l.stats2[2*lo:], s.partial(b, chunk)[2*c:], rows)
	dProj := l.dProj[lo*c : hi*c]
	tensor.Scale(dProj, attention, dx)
	block.Proj.BackwardInput(w, p.context[lo*c:hi*c], dProj, rows)
}

// inBackward takes DX from the attention's input to the block's.
func (s *sequence) inBackward(b, lo, hi, chunk int, w *tensor.Worker) {
	p, l, block := s.p, s.p.layer(b), s.p.t.Blocks[b]
	c, rows := p.t.Width, hi-lo
	dNorm := w.Buffer(0, rows*c)
	block.QKV.BackwardInput(w, dNorm, l.dQKV[3*lo*c:3*hi*c], rows)
	dx := p.DX[lo*c : hi*c]
	block.Norm1.Backward(dx, dNorm, l.in[lo*c:], l.stats1[2*lo:], s.partial(b, chunk), rows)
	tensor.AddTo(p.DPos[lo*c:hi*c], dx)
}

// partial is where a chunk's gradients of block b's normalisations go.
func (s *sequence) partial(b, chunk int) []float32 {
	size := 4 * s.p.t.Width
	return s.p.norms[(b*s.p.chunks+chunk)*size:][:size]
}

// head returns views of the queries, keys and values of head h in rows of 3·width.
func (s *sequence) head(qkv []float32, h int) (q, k, v tensor.Matrix) {
	c := s.p.t.Width
	at := 3*s.lo*c + h*(c/s.p.t.Heads)
	view := func(at int) tensor.Matrix { return tensor.Rows(qkv[at:], 3*c) }
	return view(at), view(at + c), view(at + 2*c)
}

// scale is 1/√d for heads of width d.
func (s *sequence) scale() float32 {
	return float32(1 / math.Sqrt(float64(s.p.t.Width/s.p.t.Heads)))
}

// share splits a piece's number into the head and rows [lo, hi) of the sequence.
func (s *sequence) share(piece int) (head, lo, hi int) {
	lo = piece % s.chunks() * s.size
	return piece / s.chunks(), lo, min(lo+s.size, s.n)
}

// from is the matrix without its first rows.
func from(m tensor.Matrix, rows int) tensor.Matrix {
	m.Data = m.Data[rows*m.Stride:]
	return m
}

func (s *sequence) headForward(b, piece int, w *tensor.Worker) {
	l := s.p.layer(b)
	c, n := s.p.t.Width, s.n
	d := c / s.p.t.Heads
	h, lo, hi := s.share(piece)
	q, k, v := s.head(l.qkv, h)
	var prob []float32
	if s.p.train {
		prob = l.prob[s.prob+(h*n+lo)*n:][:(hi-lo)*n]
	} else {
		prob = w.Buffer(1, (hi-lo)*n)
	}
	w.Mul(hi-lo, n, d, from(q, lo), k.T(), tensor.Rows(prob, n), false)
	tensor.Softmax(prob, n, s.scale())
	w.Mul(hi-lo, d, n, tensor.Rows(prob, n), v, tensor.Rows(l.context[(s.lo+lo)*c+h*d:], c), false)
}

// queryBackward sets the gradient of some rows' scores, and of their queries.
func (s *sequence) queryBackward(b, piece int, w *tensor.Worker) {
	l := s.p.layer(b)
	c, n := s.p.t.Width, s.n
	d := c / s.p.t.Heads
	h, lo, hi := s.share(piece)
	_, k, v := s.head(l.qkv, h)
	dq, _, _ := s.head(l.dQKV, h)
	at := s.prob + (h*n+lo)*n
	prob, scores := l.prob[at:][:(hi-lo)*n], s.p.scores[at:][:(hi-lo)*n]
	w.Mul(hi-lo, n, d, tensor.Rows(s.p.context[(s.lo+lo)*c+h*d:], c), v.T(), tensor.Rows(scores, n), false)
	tensor.SoftmaxGrad(scores, prob, n, s.scale())
	w.Mul(hi-lo, d, n, tensor.Rows(scores, n), k, from(dq, lo), false)
}

// keyBackward sets the gradient of some keys and values.
func (s *sequence) keyBackward(b, piece int, w *tensor.Worker) {
	l := s.p.layer(b)
	c, n := s.p.t.Width, s.n
	d := c / s.p.t.Heads
	h, lo, hi := s.share(piece)
	q, _, _ := s.head(l.qkv, h)
	_, dk, dv := s.head(l.dQKV, h)
	at := s.prob + h*n*n
	columns := func(x []float32) tensor.Matrix { return tensor.Rows(x[at+lo:at+n*n], n).T() }
	w.Mul(hi-lo, d, n, columns(l.prob), tensor.Rows(s.p.context[s.lo*c+h*d:], c), from(dv, lo), false)
	w.Mul(hi-lo, d, n, columns(s.p.scores), q, from(dk, lo), false)
}
