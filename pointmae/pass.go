package pointmae

import (
	"blemish/nn"
	"blemish/task"
	"blemish/tensor"
)

// pass is the memory of one user of a model: a Session or a Trainer.
type pass struct {
	m     *Model
	pool  *tensor.Pool
	arena tensor.Arena
	mode  nn.EmbedMode

	embed                  *nn.EmbedPass
	encoderPos, decoderPos *nn.PositionPass
	encoder, decoder       *nn.TransformerPass
	gradients              nn.Gradients

	n            counts
	headIn       []float32 // normalised last decoder output of masked patches, rows of Width
	prediction   []float32 // their points, rows of 3·GroupSize
	dPrediction  []float32
	targets      []float32
	encoderStats []float32 // of the two final normalisations, two values a row
	decoderStats []float32
	partials     []float32 // a cloud: gradients of encoder norm (2·Width), decoder norm (2·Width), mask token

	clouds           []cloudPass
	visible, decoded []int // lengths of the sequences
	prepare          prepareTask
	takeMemory       func() // take, bound once
	stage            stage
}

// cloudPass is one cloud's place in a pass.
type cloudPass struct {
	in       *Cloud
	patch    int // first patch
	seen     int // first visible row
	hidden   int // first masked row
	order    []int32
	n        int // patches
	v        int // of them visible: order[:v], then the masked ones, each ascending
	loss     float64
	lossTask lossTask
}

// stage says what Piece does with a cloud.
type stage int

const (
	stageFill   stage = iota // copy the input
	stageLearn               // forward and backward
	stageInfer               // forward to the points
	stageDecode              // forward through the decoder's blocks
	stageEncode              // forward through the encoder's blocks
)

func newPass(m *Model, workers task.Workers, mode nn.EmbedMode) *pass {
	train := mode != nn.EmbedInfer
	p := &pass{
		m: m, mode: mode, pool: tensor.NewPool(workers),
		embed: m.embed.NewPass(), encoderPos: m.encoderPos.NewPass(train), decoderPos: m.decoderPos.NewPass(train),
		encoder: m.encoder.NewPass(train), decoder: m.decoder.NewPass(train),
	}
	p.takeMemory = p.take
	return p
}

// begin places a checked batch and takes memory for it.
func (p *pass) begin(batch []Cloud, n counts) {
	p.n = n
	for len(p.clouds) < len(batch) {
		p.clouds = append(p.clouds, cloudPass{})
	}
	p.clouds = p.clouds[:len(batch)]
	p.visible, p.decoded = p.visible[:0], p.decoded[:0]
	patch, seen, hidden := 0, 0, 0
	for i := range batch {
		k := &p.clouds[i]
		k.place(&batch[i])
		k.patch, k.seen, k.hidden = patch, seen, hidden
		patch, seen, hidden = patch+k.n, seen+k.v, hidden+k.n-k.v
		p.visible, p.decoded = append(p.visible, k.v), append(p.decoded, k.n)
	}
	p.arena.Take(p.takeMemory)
}

// take asks the arena for everything.
func (p *pass) take() {
	a, c, n := &p.arena, p.m.config, p.n
	p.embed.Begin(a, n.patches, n.points, p.mode)
	p.encoderPos.Begin(a, n.visible)
	p.decoderPos.Begin(a, n.patches)
	p.encoder.Begin(a, p.visible)
	p.decoder.Begin(a, p.decoded)
	p.headIn, p.prediction = a.Floats(n.masked*c.Width), a.Floats(n.masked*3*c.GroupSize)
	p.encoderStats, p.decoderStats = a.Floats(2*n.visible), a.Floats(2*n.masked)
	if p.mode != nn.EmbedInfer {
		p.dPrediction, p.targets = a.Floats(n.masked*3*c.GroupSize), a.Floats(n.masked*3*n.targets)
		p.partials = a.Zeros(len(p.clouds) * partialSize * c.Width)
	}
}

// partialSize is the number of rows of Width in a cloud's partials.
const partialSize = 5

// place sorts the patches into visible and masked ones.
func (k *cloudPass) place(in *Cloud) {
	k.in, k.n, k.v = in, len(in.Centres), 0
	if cap(k.order) < k.n {
		k.order = make([]int32, k.n)
	}
	k.order = k.order[:k.n]
	for i := range k.n {
		if in.Masked == nil || !in.Masked[i] {
			k.order[k.v] = int32(i)
			k.v++
		}
	}
	at := k.v
	for i, masked := range in.Masked {
		if masked {
			k.order[at] = int32(i)
			at++
		}
	}
}

// run does one stage for all clouds.
func (p *pass) run(s stage, w *tensor.Worker) {
	p.stage = s
	w.For(len(p.clouds), p)
}

// Piece implements tensor.Task.
func (p *pass) Piece(i int, w *tensor.Worker) {
	k := &p.clouds[i]
	switch p.stage {
	case stageFill:
		p.fill(k)
	case stageLearn:
		p.decode(i, w)
		p.predict(k, w)
		p.learn(i, w)
	case stageInfer:
		p.decode(i, w)
		p.predict(k, w)
	case stageDecode:
		p.decode(i, w)
	case stageEncode:
		p.encode(i, w)
	}
}

// fill copies one cloud's input to its places.
func (p *pass) fill(k *cloudPass) {
	flatten(p.embed.Points[3*k.patch*p.n.points:], k.in.Patches)
	for i := range k.n {
		p.embed.Wanted[k.patch+i] = k.in.Masked == nil || !k.in.Masked[i]
	}
	for row, i := range k.order {
		centre := k.in.Centres[i : i+1]
		flatten(p.decoderPos.Centres[3*(k.patch+row):], centre)
		if row < k.v {
			flatten(p.encoderPos.Centres[3*(k.seen+row):], centre)
		}
	}
	if p.mode != nn.EmbedInfer {
		flatten(p.targets[3*k.hidden*p.n.targets:], k.in.Targets)
	}
}

// prepareTask packs the weights of a model.
type prepareTask struct {
	m     *Model
	train bool
}

// Piece implements tensor.Task.
func (t *prepareTask) Piece(i int, w *tensor.Worker) {
	if i == 0 {
		t.m.embed.Prepare(w, t.train)
	} else {
		t.m.linears[i-1].Prepare(t.train)
	}
}

// ready packs the weights unless that has been done since they changed.
func (p *pass) ready(w *tensor.Worker) {
	m, train := p.m, p.mode != nn.EmbedInfer
	m.prepareLock.Lock()
	defer m.prepareLock.Unlock()
	if m.preparedFor == m.version && (m.preparedBack || !train) {
		return
	}
	p.prepare = prepareTask{m, train}
	w.For(1+len(m.linears), &p.prepare)
	m.preparedFor, m.preparedBack = m.version, train
}
