package nn

import "blemish/tensor"

// PatchEmbed turns a patch of points into one token, as Point-MAE's Encoder does
// (a small PointNet): 3→C1, batch norm, ReLU, C1→C2 for every point; the maximum over
// the points beside each point's own values, 2·C2→C3, batch norm, ReLU, C3→Out; and
// the maximum over the points.
//
// It is computed with fewer products than the formulas show, and the same result
// but for rounding. The half of the third layer that belongs to the maximum is
// computed once a patch. Its other half follows the second layer with nothing in
// between, so both are one matrix of C3×C1. Statistics of the first normalisation
// follow from the moments of the points, because a linear map lies between.
type PatchEmbed struct {
	C1, C2, C3, Out int

	Conv1 *Linear // 3→C1
	Norm1 *BatchNorm
	Conv2 *Linear // C1→C2
	Conv3 *Linear // maximum's C2 and point's C2 → C3
	Norm2 *BatchNorm
	Conv4 *Linear // C3→Out

	merged         []float32 // point half of Conv3 times Conv2, C3×C1
	mergedBias     []float32
	mergedForward  tensor.Packed // C1×C3
	mergedBackward tensor.Packed // C3×C1
	globalForward  tensor.Packed // maximum's half of Conv3, C2×C3
	globalBackward tensor.Packed // C3×C2
}

// NewPatchEmbed adds the layers under "prefix.first_conv" and "prefix.second_conv".
func NewPatchEmbed(p *Params, prefix string, hidden [3]int, out int) *PatchEmbed {
	e := &PatchEmbed{C1: hidden[0], C2: hidden[1], C3: hidden[2], Out: out}
	e.Conv1 = NewPointwise(p, prefix+".first_conv.0", 3, e.C1)
	e.Norm1 = NewBatchNorm(p, prefix+".first_conv.1", e.C1)
	e.Conv2 = NewPointwise(p, prefix+".first_conv.3", e.C1, e.C2)
	e.Conv3 = NewPointwise(p, prefix+".second_conv.0", 2*e.C2, e.C3)
	e.Norm2 = NewBatchNorm(p, prefix+".second_conv.1", e.C3)
	e.Conv4 = NewPointwise(p, prefix+".second_conv.3", e.C3, out)
	return e
}

// global and local are the halves of Conv3's weight.
func (e *PatchEmbed) global() tensor.Matrix { return tensor.Rows(e.Conv3.W.Value, 2*e.C2) }
func (e *PatchEmbed) local() tensor.Matrix  { return tensor.Rows(e.Conv3.W.Value[e.C2:], 2*e.C2) }

// Prepare packs the present weights, for the backward pass too where train.
func (e *PatchEmbed) Prepare(w *tensor.Worker, train bool) {
	e.Conv2.Prepare(false)
	e.Conv4.Prepare(false)
	if e.merged == nil {
		e.merged, e.mergedBias = make([]float32, e.C3*e.C1), make([]float32, e.C3)
	}
	merged := tensor.Rows(e.merged, e.C1)
	w.Mul(e.C3, e.C1, e.C2, e.local(), tensor.Rows(e.Conv2.W.Value, e.C1), merged, false)
	for i := range e.mergedBias {
		row := e.Conv3.W.Value[i*2*e.C2+e.C2:][:e.C2]
		e.mergedBias[i] = e.Conv3.B.Value[i] + tensor.Dot(row, e.Conv2.B.Value)
	}
	e.mergedForward.Pack(e.C1, e.C3, merged.T())
	e.globalForward.Pack(e.C2, e.C3, e.global().T())
	if train {
		e.mergedBackward.Pack(e.C3, e.C1, merged)
		e.globalBackward.Pack(e.C3, e.C2, e.global())
	}
}

// EmbedMode says where the statistics of batch normalisation come from.
type EmbedMode int

const (
	EmbedInfer  EmbedMode = iota // running statistics, no gradients
	EmbedFrozen                  // running statistics, gradients
	EmbedTrain                   // the batch's statistics, which move the running ones
)

// segments is into how many parts the patches of a batch are cut. Each part has its
// own partial gradients, which are added up in order: so it is a constant.
const segments = 16

// EmbedPass is the memory of one PatchEmbed at work on a batch of patches.
type EmbedPass struct {
	e    *PatchEmbed
	mode EmbedMode

	Points  []float32 // in: patches × K rows of 3
	K       int
	Wanted  []bool    // in: by patch, whether its token is used
	Tokens  []float32 // out: patches × Out; unspecified where not Wanted
	DTokens []float32 // in for Backward: gradient, read where Wanted

	patches         int
	folded          []float32 // first layer with its normalisation: 3 rows of C1, then its bias
	stats1, stats2  batchStats
	norm2           tensor.NormReLU
	c0, c1          []float32 // see tensor.NormReLUGrad; zero for constant statistics
	maxima, dGlobal []float32 // patches × C2, patches × C3
	maxArg, tokArg  []int32   // winners, patches × C2 and patches × Out
	hidden          []float32 // third layer before its normalisation, all points × C3
	parts           []embedPart
	step            embedStep
}

// embedPart is what one segment adds up.
type embedPart struct {
	lo, hi  int // patches
	moments [9]float64
	count   float64
	mean    []float64 // of the third layer
	squares []float64 // and the sum of squares about it

	merged, conv2, conv4             []float32 // weight gradients
	conv2Bias, mergedBias, conv4Bias []float32
	sum, cross                       []float32 // of the second normalisation
	first                            []float32 // see tensor.PointReLUGrad
}

// embedStep says what Piece does.
type embedStep int

const (
	embedMoments embedStep = iota
	embedHidden
	embedTokens
	embedPoolGrad
	embedPointGrad
	embedFinish
)

// NewPass prepares a pass.
func (e *PatchEmbed) NewPass() *EmbedPass {
	p := &EmbedPass{e: e, parts: make([]embedPart, segments), folded: make([]float32, 4*e.C1)}
	for _, s := range []*[]float32{&p.norm2.Scale, &p.norm2.Shift, &p.norm2.Mean} {
		*s = make([]float32, e.C3)
	}
	for i := range p.parts {
		p.parts[i].mean, p.parts[i].squares = make([]float64, e.C3), make([]float64, e.C3)
	}
	return p
}

// Begin takes memory from a, inside its Take, for a number of patches of k points.
func (p *EmbedPass) Begin(a *tensor.Arena, patches, k int, mode EmbedMode) {
	e := p.e
	p.mode, p.patches, p.K = mode, patches, k
	p.Points, p.Tokens = a.Floats(3*patches*k), a.Floats(patches*e.Out)
	if cap(p.Wanted) < patches {
		p.Wanted = make([]bool, patches)
		p.maxArg, p.tokArg = make([]int32, patches*e.C2), make([]int32, patches*e.Out)
	}
	p.Wanted = p.Wanted[:patches]
	for i := range p.parts {
		p.parts[i].lo, p.parts[i].hi = i*patches/segments, (i+1)*patches/segments
	}
	if mode == EmbedInfer {
		return
	}
	p.hidden = a.Floats(patches * k * e.C3)
	p.maxima, p.dGlobal = a.Floats(patches*e.C2), a.Floats(patches*e.C3)
	p.DTokens = a.Floats(patches * e.Out)
	p.c0, p.c1 = a.Zeros(e.C3), a.Zeros(e.C3)
	for i := range p.parts {
		s := &p.parts[i]
		s.merged, s.conv2, s.conv4 = a.Zeros(e.C3*e.C1), a.Zeros(e.C2*e.C1), a.Zeros(e.Out*e.C3)
		s.conv2Bias, s.mergedBias, s.conv4Bias = a.Zeros(e.C2), a.Zeros(e.C3), a.Zeros(e.Out)
		s.sum, s.cross, s.first = a.Zeros(e.C3), a.Zeros(e.C3), a.Zeros(4*e.C1)
	}
}

func (p *EmbedPass) run(s embedStep, n int, w *tensor.Worker) {
	p.step = s
	w.For(n, p)
}

// Piece implements tensor.Task.
func (p *EmbedPass) Piece(i int, w *tensor.Worker) {
	switch p.step {
	case embedMoments:
		p.parts[i].takeMoments(p)
	case embedHidden:
		p.hiddenLayer(&p.parts[i], w)
	case embedTokens:
		p.tokenLayer(&p.parts[i], w)
	case embedPoolGrad:
		p.poolGrad(&p.parts[i])
	case embedPointGrad:
		p.pointGrad(&p.parts[i], w)
	case embedFinish:
		p.finish(i, w)
	}
}
