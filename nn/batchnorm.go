package nn

import "math"

// BatchNorm is a batch normalisation over rows: its parameters and the running
// statistics that stand in for the batch's in inference and with frozen statistics.
type BatchNorm struct {
	Gamma, Beta *Param
	Mean, Var   []float32 // running statistics; Var is the unbiased variance
	Batches     float32   // number of updates so far, PyTorch's num_batches_tracked
}

// momentum is PyTorch's weight of a new batch in the running statistics.
const momentum = 0.1

// NewBatchNorm adds gamma and beta under name. Running statistics start at 0 and 1.
func NewBatchNorm(p *Params, name string, width int) *BatchNorm {
	b := &BatchNorm{
		Gamma: p.Add(name+".weight", false, width), Beta: p.Add(name+".bias", false, width),
		Mean: make([]float32, width), Var: make([]float32, width),
	}
	for i := range b.Var {
		b.Var[i] = 1
	}
	return b
}

// batchStats are the statistics that a pass normalises with, and what they were
// taken from.
type batchStats struct {
	mean, variance []float64 // of the batch (biased), or the running ones
	count          float64   // rows, 0 where the statistics are constants
}

func (s *batchStats) resize(n int) {
	if cap(s.mean) < n {
		s.mean, s.variance = make([]float64, n), make([]float64, n)
	}
	s.mean, s.variance = s.mean[:n], s.variance[:n]
}

// useRunning fills s with the running statistics as constants.
func (b *BatchNorm) useRunning(s *batchStats) {
	s.resize(len(b.Mean))
	s.count = 0
	for i := range b.Mean {
		s.mean[i], s.variance[i] = float64(b.Mean[i]), float64(b.Var[i])
	}
}

// track moves the running statistics towards those of a batch.
func (b *BatchNorm) track(s *batchStats) {
	b.Batches++
	unbiased := s.count / math.Max(1, s.count-1)
	for i := range b.Mean {
		b.Mean[i] = float32((1-momentum)*float64(b.Mean[i]) + momentum*s.mean[i])
		b.Var[i] = float32((1-momentum)*float64(b.Var[i]) + momentum*s.variance[i]*unbiased)
	}
}

// rstd is 1/√(variance + eps) of channel i.
func (s *batchStats) rstd(i int) float64 { return 1 / math.Sqrt(s.variance[i]+normEpsilon) }

// affine writes the normalisation as y = x·scale + shift.
func (b *BatchNorm) affine(s *batchStats, scale, shift []float32) {
	for i := range scale {
		f := float64(b.Gamma.Value[i]) * s.rstd(i)
		scale[i] = float32(f)
		shift[i] = float32(float64(b.Beta.Value[i]) - s.mean[i]*f)
	}
}
