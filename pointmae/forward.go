package pointmae

import "blemish/tensor"

// positions codes all centres.
func (p *pass) positions(w *tensor.Worker) {
	p.encoderPos.Forward(w, p.encoder.Pos)
	p.decoderPos.Forward(w, p.decoder.Pos)
}

// decode passes cloud i from its tokens through the decoder's blocks.
func (p *pass) decode(i int, w *tensor.Worker) {
	k, c := &p.clouds[i], p.m.config.Width
	p.encode(i, w)
	x := p.decoder.X[k.patch*c : (k.patch+k.n)*c]
	p.m.encoderNorm.Forward(x, p.encoded(k), p.encoderStats[2*k.seen:], k.v)
	for row := k.v; row < k.n; row++ {
		copy(x[row*c:][:c], p.m.maskToken.Value)
	}
	p.decoder.Forward(i, w)
}

// encode runs a cloud's visible tokens through the encoder's blocks.
func (p *pass) encode(i int, w *tensor.Worker) {
	k, c := &p.clouds[i], p.m.config.Width
	for row, patch := range k.order[:k.v] {
		copy(p.encoder.X[(k.seen+row)*c:][:c], p.embed.Tokens[(k.patch+int(patch))*c:][:c])
	}
	p.encoder.Forward(i, w)
}

// encoded is the encoder's output for a cloud.
func (p *pass) encoded(k *cloudPass) []float32 {
	c := p.m.config.Width
	return p.encoder.Outs[len(p.encoder.Outs)-1][k.seen*c:][:k.v*c]
}

// decodedMasked is the decoder's output for a cloud's masked patches.
func (p *pass) decodedMasked(k *cloudPass) []float32 {
	c := p.m.config.Width
	return p.decoder.Outs[len(p.decoder.Outs)-1][(k.patch+k.v)*c:][:(k.n-k.v)*c]
}

// predict turns the decoder's output into points.
func (p *pass) predict(k *cloudPass, w *tensor.Worker) {
	c, masked := p.m.config.Width, k.n-k.v
	out := p.m.head.Out
	in := p.headIn[k.hidden*c:][:masked*c]
	p.m.decoderNorm.Forward(in, p.decodedMasked(k), p.decoderStats[2*k.hidden:], masked)
	p.m.head.Forward(w, p.prediction[k.hidden*out:][:masked*out], in, masked)
}
