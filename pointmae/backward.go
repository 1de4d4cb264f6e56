package pointmae

import (
	"blemish/nn"
	"blemish/tensor"
)

// learn takes cloud i from its prediction back to the gradient of its tokens.
func (p *pass) learn(i int, w *tensor.Worker) {
	k, c := &p.clouds[i], p.m.config.Width
	masked, out := k.n-k.v, p.m.head.Out
	k.loss = p.lossGrad(k, w)
	partial := p.partials[i*partialSize*c:][:partialSize*c]
	dx := p.decoder.DX[k.patch*c : (k.patch+k.n)*c]
	clear(dx)
	dHead := w.Buffer(3, masked*c)
	p.m.head.BackwardInput(w, dHead, p.dPrediction[k.hidden*out:][:masked*out], masked)
	p.m.decoderNorm.Backward(dx[k.v*c:], dHead, p.decodedMasked(k), p.decoderStats[2*k.hidden:], partial[2*c:], masked)
	p.decoder.Backward(i, w)
	tensor.ColumnSums(partial[4*c:5*c], dx[k.v*c:])

	de := p.encoder.DX[k.seen*c : (k.seen+k.v)*c]
	clear(de)
	p.m.encoderNorm.Backward(de, dx, p.encoded(k), p.encoderStats[2*k.seen:], partial, k.v)
	p.encoder.Backward(i, w)
	for row, patch := range k.order[:k.v] {
		copy(p.embed.DTokens[(k.patch+int(patch))*c:][:c], de[row*c:][:c])
	}
}

// lossTask is the loss of one cloud, in pieces of patches.
type lossTask struct {
	p    *pass
	k    *cloudPass
	sums []float64
}

const lossPatches = 8

// lossGrad sets the gradient of a cloud's prediction and returns its part of the
// loss, which is the mean over all masked patches of the batch.
func (p *pass) lossGrad(k *cloudPass, w *tensor.Worker) float64 {
	t, n := &k.lossTask, (k.n-k.v+lossPatches-1)/lossPatches
	if cap(t.sums) < n {
		t.sums = make([]float64, n)
	}
	t.p, t.k, t.sums = p, k, t.sums[:n]
	w.For(n, t)
	sum := 0.0
	for _, s := range t.sums {
		sum += s
	}
	return sum / float64(p.n.masked)
}

// Piece implements tensor.Task.
func (t *lossTask) Piece(i int, w *tensor.Worker) {
	p, k := t.p, t.k
	out, goal := p.m.head.Out, 3*p.n.targets
	t.sums[i] = 0
	end := k.hidden + min((i+1)*lossPatches, k.n-k.v)
	for row := k.hidden + i*lossPatches; row < end; row++ {
		at := row * out
		t.sums[i] += nn.Chamfer(w, p.dPrediction[at:at+out], p.prediction[at:at+out], p.targets[row*goal:][:goal], 1/float32(p.n.masked))
	}
}

// weightGradients computes the gradients of all parameters but the patch embedding's.
func (p *pass) weightGradients(w *tensor.Worker) {
	g, m, c := &p.gradients, p.m, p.m.config.Width
	p.encoderPos.Backward(w, p.encoder.DPos)
	p.decoderPos.Backward(w, p.decoder.DPos)
	g.Reset()
	p.encoder.Gradients(g)
	p.decoder.Gradients(g)
	p.encoderPos.Gradients(g, p.encoder.DPos)
	p.decoderPos.Gradients(g, p.decoder.DPos)
	g.Linear(m.head, p.headIn, p.dPrediction, p.n.masked)
	for j, a := range []*nn.Param{m.encoderNorm.Gamma, m.encoderNorm.Beta, m.decoderNorm.Gamma, m.decoderNorm.Beta, m.maskToken} {
		g.Sum(a, p.partials[j*c:], len(p.clouds), partialSize*c)
	}
	g.Run(w)
}
