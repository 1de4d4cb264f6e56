package pointmae

import (
	"context"
	"fmt"

	"blemish/geom"
	"blemish/nn"
	"blemish/task"
	"blemish/tensor"
)

// Session runs a model without training it: batch norm with running statistics, no
// stochastic depth. It keeps its memory from call to call and serves one goroutine at
// a time; several sessions may share a model. Give it several clouds a call where
// there are several: one a worker is the quickest split.
type Session struct {
	pass     *pass
	points   []geom.Vec3
	results  [][]geom.Vec3
	values   []float32
	features [][][]float32
}

// NewSession prepares inference on a number of workers, 0 for one a core.
func NewSession(m *Model, workers task.Workers) *Session {
	return &Session{pass: newPass(m, workers, nn.EmbedInfer)}
}

// Reconstruct returns for every cloud the points of its masked patches: GroupSize
// for each, patches in ascending index, relative to their centres. The result is
// valid until the next call.
func (s *Session) Reconstruct(ctx context.Context, clouds []Cloud) ([][]geom.Vec3, error) {
	s.pass.decoder.KeepOutputs = false
	if err := s.forward(ctx, clouds, stageInfer); err != nil {
		return nil, err
	}
	p := s.pass
	k := p.m.config.GroupSize
	if cap(s.points) < p.n.masked*k {
		s.points = make([]geom.Vec3, p.n.masked*k)
	}
	s.points = s.points[:p.n.masked*k]
	for i := range s.points {
		v := p.prediction[3*i : 3*i+3]
		s.points[i] = geom.Vec3{X: v[0], Y: v[1], Z: v[2]}
	}
	s.results = s.results[:0]
	for i := range p.clouds {
		c := &p.clouds[i]
		s.results = append(s.results, s.points[c.hidden*k:(c.hidden+c.n-c.v)*k])
	}
	return s.results, nil
}

// Features returns for every cloud and every decoder block asked for, counted from
// 1, the block's output: rows of Width values, row i for patch i. Without a mask all
// patches are seen, which is how IMRNet compares scans (section 4.3). The result is
// valid until the next call.
func (s *Session) Features(ctx context.Context, clouds []Cloud, blocks ...int) ([][][]float32, error) {
	p := s.pass
	for _, b := range blocks {
		if b < 1 || b > p.m.config.Decoder {
			return nil, fmt.Errorf("features of decoder block %d: the model has blocks 1 to %d", b, p.m.config.Decoder)
		}
	}
	p.decoder.KeepOutputs = true
	if err := s.forward(ctx, clouds, stageDecode); err != nil {
		return nil, err
	}
	width := p.m.config.Width
	if need := p.n.patches * width * len(blocks); cap(s.values) < need {
		s.values = make([]float32, need)
	}
	at := 0
	for len(s.features) < len(clouds) {
		s.features = append(s.features, nil)
	}
	s.features = s.features[:len(clouds)]
	for i := range p.clouds {
		k := &p.clouds[i]
		s.features[i] = s.features[i][:0]
		for _, b := range blocks {
			rows := s.values[at : at+k.n*width]
			at += k.n * width
			for row, patch := range k.order {
				copy(rows[int(patch)*width:][:width], p.decoder.Outs[b-1][(k.patch+row)*width:])
			}
			s.features[i] = append(s.features[i], rows)
		}
	}
	return s.features, nil
}

// EncoderFeatures returns for every cloud and every encoder block asked for, counted from 1,
// the block's output after the encoder's last normalisation: rows of Width values, row i for
// patch i, all of which are seen. That is what M3DM compares (Wang et al., "Multimodal
// industrial anomaly detection via hybrid fusion", CVPR 2023). The result is the caller's.
func (s *Session) EncoderFeatures(ctx context.Context, clouds []Cloud, blocks ...int) ([][][]float32, error) {
	p := s.pass
	for _, b := range blocks {
		if b < 1 || b > p.m.config.Encoder {
			return nil, fmt.Errorf("features of encoder block %d: the model has blocks 1 to %d", b, p.m.config.Encoder)
		}
	}
	for i := range clouds {
		if clouds[i].Masked != nil {
			return nil, fmt.Errorf("features of the encoder: cloud %d has a mask", i)
		}
	}
	p.encoder.KeepOutputs = true
	defer func() { p.encoder.KeepOutputs = false }()
	if err := s.forward(ctx, clouds, stageEncode); err != nil {
		return nil, err
	}
	width := p.m.config.Width
	out := make([][][]float32, len(clouds))
	for i := range p.clouds {
		k := &p.clouds[i]
		for _, b := range blocks {
			rows := make([]float32, k.n*width)
			p.m.encoderNorm.Forward(rows, p.encoder.Outs[b-1][k.seen*width:][:k.n*width], p.encoderStats[2*k.seen:], k.n)
			out[i] = append(out[i], rows)
		}
	}
	return out, nil
}

// forward runs the clouds through the model.
func (s *Session) forward(ctx context.Context, clouds []Cloud, last stage) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	n, err := check(clouds, false)
	if err != nil {
		return err
	}
	p := s.pass
	w := p.pool.Start()
	defer p.pool.Stop()
	p.ready(w)
	p.begin(clouds, n)
	p.run(stageFill, w)
	p.positions(w)
	p.embed.Forward(w)
	if err := ctx.Err(); err != nil {
		return err
	}
	p.run(last, w)
	return nil
}

var _ tensor.Task = (*pass)(nil)

// Loss is the training loss of a batch that has targets, with the model as it runs:
// the mean over all masked patches of nn.Chamfer.
func (s *Session) Loss(ctx context.Context, batch []Cloud) (float64, error) {
	n, err := check(batch, true)
	if err != nil {
		return 0, err
	}
	predicted, err := s.Reconstruct(ctx, batch)
	if err != nil {
		return 0, err
	}
	w := s.pass.pool.Start()
	defer s.pass.pool.Stop()
	k, t := s.pass.m.config.GroupSize, n.targets
	points, goal, slope := make([]float32, 3*k), make([]float32, 3*t), make([]float32, 3*k)
	sum := 0.0
	for i, c := range batch {
		for j := 0; j*t < len(c.Targets); j++ {
			flatten(points, predicted[i][j*k:(j+1)*k])
			flatten(goal, c.Targets[j*t:(j+1)*t])
			sum += nn.Chamfer(w, slope, points, goal, 1)
		}
	}
	return sum / float64(n.masked), nil
}
