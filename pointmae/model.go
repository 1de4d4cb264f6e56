package pointmae

import (
	"math"
	"strings"
	"sync"

	"blemish/nn"
	"blemish/seed"
)

// Model is the masked autoencoder: all its trained values. Sessions may share one;
// a Trainer changes it and must be alone with it.
type Model struct {
	config Config
	params nn.Params

	embed        *nn.PatchEmbed
	encoderPos   *nn.PositionMLP
	encoder      *nn.Transformer
	encoderNorm  nn.Norm
	maskToken    *nn.Param
	decoderPos   *nn.PositionMLP
	decoder      *nn.Transformer
	decoderNorm  nn.Norm
	head         *nn.Linear
	linears      []*nn.Linear // all that pack their weights, the patch embedding's apart
	prepareLock  sync.Mutex
	version      int // counts changes of the values
	preparedFor  int // version that the packed weights show
	preparedBack bool
}

// New makes a model with Point-MAE's initial values, drawn from streams of root
// that are named after the tensors.
func New(c Config, root uint64) (*Model, error) {
	m, err := build(c, nil)
	if err != nil {
		return nil, err
	}
	for _, p := range m.params.All() {
		m.initialise(p, seed.Stream(root, "pointmae", p.Name))
	}
	return m, nil
}

// build makes a model whose values are zero. fits, unless nil, is asked before there is
// memory for them.
func build(c Config, fits func(m *Model) error) (*Model, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	m := &Model{config: c, version: 1}
	p := &m.params
	m.embed = nn.NewPatchEmbed(p, "MAE_encoder.encoder", c.Embed, c.Width)
	m.encoderPos = nn.NewPositionMLP(p, "MAE_encoder.pos_embed", c.PosHidden, c.Width)
	m.encoder = nn.NewTransformer(p, "MAE_encoder.blocks.blocks", c.Encoder, c.Width, c.Heads)
	m.encoderNorm = nn.NewNorm(p, "MAE_encoder.norm", c.Width)
	m.maskToken = p.Add("mask_token", false, 1, 1, c.Width)
	m.decoderPos = nn.NewPositionMLP(p, "decoder_pos_embed", c.PosHidden, c.Width)
	m.decoder = nn.NewTransformer(p, "MAE_decoder.blocks", c.Decoder, c.Width, c.Heads)
	m.decoderNorm = nn.NewNorm(p, "MAE_decoder.norm", c.Width)
	m.head = nn.NewPointwise(p, "increase_dim.0", c.Width, 3*c.GroupSize)
	if fits != nil {
		if err := fits(m); err != nil {
			return nil, err
		}
	}
	p.Allocate()
	m.linears = append(m.linears, m.encoderPos.Linears()...)
	m.linears = append(m.linears, m.encoder.Linears()...)
	m.linears = append(m.linears, m.decoderPos.Linears()...)
	m.linears = append(m.linears, m.decoder.Linears()...)
	m.linears = append(m.linears, m.head)
	return m, nil
}

// initialise draws one parameter as Point-MAE does: normal with deviation 0.02 in
// the encoder and the mask token, Xavier's uniform in the decoder's blocks, and
// PyTorch's own uniform in the two layers that Point-MAE leaves to it.
func (m *Model) initialise(p *nn.Param, r *seed.Rand) {
	norm := strings.Contains(p.Name, "norm") || strings.Contains(p.Name, "first_conv.1") || strings.Contains(p.Name, "second_conv.1")
	bias := strings.HasSuffix(p.Name, ".bias")
	left := strings.HasPrefix(p.Name, "decoder_pos_embed") || strings.HasPrefix(p.Name, "increase_dim")
	switch {
	case norm:
		if !bias {
			fill(p.Value, func() float64 { return 1 })
		}
	case left:
		in := 3
		if !strings.HasPrefix(p.Name, "decoder_pos_embed.0") {
			in = m.config.Width
			if strings.HasPrefix(p.Name, "decoder_pos_embed.2") {
				in = m.config.PosHidden
			}
		}
		bound := 1 / math.Sqrt(float64(in))
		fill(p.Value, func() float64 { return r.Uniform(-bound, bound) })
	case bias: // stays zero
	case strings.HasPrefix(p.Name, "MAE_decoder"):
		bound := math.Sqrt(6 / float64(p.Shape[0]+p.Shape[1]))
		fill(p.Value, func() float64 { return r.Uniform(-bound, bound) })
	default:
		fill(p.Value, func() float64 { return 0.02 * r.Norm() })
	}
}

func fill(x []float32, draw func() float64) {
	for i := range x {
		x[i] = float32(draw())
	}
}

// Config returns the shape.
func (m *Model) Config() Config { return m.config }

// Count is the number of trained values.
func (m *Model) Count() int { return m.params.Count() }

// Clone returns a model of its own with equal values.
func (m *Model) Clone() *Model {
	c, err := build(m.config, nil)
	if err != nil {
		panic("pointmae: " + err.Error()) // m has this configuration
	}
	c.copyFrom(m)
	return c
}

// copyFrom takes the values of a model of the same configuration.
func (m *Model) copyFrom(o *Model) {
	m.params.CopyFrom(&o.params)
	from, to := o.batchNorms(), m.batchNorms()
	for i, b := range to {
		copy(b.norm.Mean, from[i].norm.Mean)
		copy(b.norm.Var, from[i].norm.Var)
		b.norm.Batches = from[i].norm.Batches
	}
	m.version++
}

// namedNorm is a batch normalisation with its tensors' common name.
type namedNorm struct {
	name string
	norm *nn.BatchNorm
}

func (m *Model) batchNorms() []namedNorm {
	return []namedNorm{
		{"MAE_encoder.encoder.first_conv.1", m.embed.Norm1},
		{"MAE_encoder.encoder.second_conv.1", m.embed.Norm2},
	}
}
