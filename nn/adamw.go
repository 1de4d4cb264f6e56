package nn

import (
	"math"

	"blemish/tensor"
)

// AdamW moves parameters along their gradients: Loshchilov and Hutter, "Decoupled
// weight decay regularization", ICLR 2019, as PyTorch computes it. Parameters that
// were added without decay have none. The zero value of a field is its default.
type AdamW struct {
	Decay        float64 // weight decay, 0 for none (Point-MAE: 0.05)
	Beta1, Beta2 float64 // 0.9 and 0.999 where 0
	Epsilon      float64 // 1e-8 where 0
	Clip         float64 // largest norm of the whole gradient, 0 for no limit

	params *Params
	m, v   []float32
	step   int
	piece  optimiserPiece
}

// optimiserPiece runs the optimiser on a stretch of the flat array, or adds up its squares.
type optimiserPiece struct {
	o     *AdamW
	norm  bool
	sums  []float64
	rates tensor.AdamW
}

const optimiserChunk = 1 << 14

// Step updates all parameters of p with the given learning rate and returns the
// gradient's norm before clipping (0 where Clip is off).
func (o *AdamW) Step(w *tensor.Worker, p *Params, rate float64) (norm float64) {
	if o.params != p {
		o.begin(p)
	}
	o.step++
	t := &o.piece
	t.rates = tensor.AdamW{Rate: rate, Beta1: or(o.Beta1, 0.9), Beta2: or(o.Beta2, 0.999), Epsilon: or(o.Epsilon, 1e-8),
		Decay: o.Decay, Step: o.step, Scale: 1}
	if o.Clip > 0 {
		t.norm = true
		w.For(len(t.sums), t)
		t.norm = false
		for _, s := range t.sums {
			norm += s
		}
		norm = math.Sqrt(norm)
		// PyTorch's clip_grad_norm_, its 1e-6 included.
		t.rates.Scale = min(1, o.Clip/(norm+1e-6))
	}
	w.For(len(t.sums), t)
	return norm
}

func or(v, standard float64) float64 {
	if v == 0 {
		return standard
	}
	return v
}

// Piece implements tensor.Task.
func (t *optimiserPiece) Piece(i int, _ *tensor.Worker) {
	p := t.o.params
	lo := i * optimiserChunk
	hi := min(lo+optimiserChunk, len(p.value))
	if t.norm {
		t.sums[i] = tensor.SquareSum(p.grad[lo:hi])
		return
	}
	middle := min(max(lo, p.decays), hi)
	t.update(lo, middle, t.rates.Decay)
	t.update(middle, hi, 0)
}

func (t *optimiserPiece) update(lo, hi int, decay float64) {
	if lo == hi {
		return
	}
	o, p := t.o, t.o.params
	rates := t.rates
	rates.Decay = decay
	rates.Update(p.value[lo:hi], p.grad[lo:hi], o.m[lo:hi], o.v[lo:hi])
}

// Cosine is a learning rate that rises linearly from Start to Base during Warmup
// steps and falls along half a cosine to Min at Total; timm's CosineLRScheduler with
// warm-up inside the cycle, which is Point-MAE's.
type Cosine struct {
	Base, Min, Start float64
	Warmup, Total    int
}

// Rate is the learning rate of a step, counted from 0.
func (c Cosine) Rate(step int) float64 {
	if step < c.Warmup {
		return c.Start + (c.Base-c.Start)*float64(step)/float64(c.Warmup)
	}
	if step >= c.Total {
		return c.Min
	}
	return c.Min + (c.Base-c.Min)*(1+math.Cos(math.Pi*float64(step)/float64(c.Total)))/2
}
