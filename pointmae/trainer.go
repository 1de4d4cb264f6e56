package pointmae

import (
	"context"
	"fmt"
	"math"

	"blemish/nn"
	"blemish/seed"
	"blemish/task"
	"blemish/tensor"
)

// TrainOptions says how a Trainer works. The zero value trains without weight decay
// on all cores.
type TrainOptions struct {
	Workers     task.Workers // 0: one a core. Results do not depend on it
	WeightDecay float64      // of AdamW (Point-MAE: 0.05); biases, norms and the mask token have none
	Clip        float64      // largest norm of the gradient, 0 for no limit
	FrozenNorm  bool         // batch norm keeps its running statistics and normalises with them
	Seed        uint64       // of the stochastic depth's draws
}

// Trainer trains a model step by step. It serves one goroutine at a time.
type Trainer struct {
	opt   TrainOptions
	pass  *pass
	adam  nn.AdamW
	steps int
	norm  float64
}

// NewTrainer prepares training of m, with fresh moments.
func NewTrainer(m *Model, opt TrainOptions) *Trainer {
	mode := nn.EmbedTrain
	if opt.FrozenNorm {
		mode = nn.EmbedFrozen
	}
	m.params.AllocateGrads()
	return &Trainer{opt: opt, pass: newPass(m, opt.Workers, mode), adam: nn.AdamW{Decay: opt.WeightDecay, Clip: opt.Clip}}
}

// Step runs a batch forward and back and moves the model by AdamW with the learning
// rate given. It returns the loss before the move: the mean over all masked patches
// of nn.Chamfer. All clouds of the batch share the statistics of batch norm. After an
// error the model is as it was, except that the running statistics may have moved.
func (t *Trainer) Step(ctx context.Context, batch []Cloud, rate float64) (loss float64, err error) {
	w := t.pass.pool.Start()
	defer t.pass.pool.Stop()
	if loss, err = t.gradients(ctx, batch, w); err != nil {
		return 0, err
	}
	t.norm = t.adam.Step(w, &t.pass.m.params, rate)
	t.pass.m.version++
	t.steps++
	return loss, nil
}

// GradientNorm is the last step's norm before clipping; 0 where Clip is off.
func (t *Trainer) GradientNorm() float64 { return t.norm }

// Gradients runs a batch forward and back and leaves the trained values alone.
func (t *Trainer) gradients(ctx context.Context, batch []Cloud, w *tensor.Worker) (float64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	n, err := check(batch, true)
	if err != nil {
		return 0, err
	}
	p := t.pass
	p.ready(w)
	p.begin(batch, n)
	t.dropPaths(len(batch))
	p.run(stageFill, w)
	p.positions(w)
	p.embed.Forward(w)
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	p.run(stageLearn, w)
	loss := 0.0
	for i := range p.clouds {
		loss += p.clouds[i].loss
	}
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return 0, fmt.Errorf("the loss of step %d is %v: a lower learning rate or a gradient limit may help", t.steps+1, loss)
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	p.embed.Backward(w)
	p.weightGradients(w)
	return loss, nil
}

// dropPaths draws which branches of which clouds are left out in this step.
func (t *Trainer) dropPaths(clouds int) {
	rate := t.pass.m.config.DropPath
	if rate == 0 {
		return
	}
	for s := range clouds {
		r := seed.Stream(t.opt.Seed, "drop path", t.steps, s)
		for _, stack := range []*nn.TransformerPass{t.pass.encoder, t.pass.decoder} {
			depth := len(stack.Keep) / (2 * clouds)
			for b := range depth {
				drop := 0.0
				if depth > 1 {
					drop = rate * float64(b) / float64(depth-1)
				}
				for branch := range 2 {
					keep := float32(0)
					if !r.Bool(drop) {
						keep = float32(1 / (1 - drop))
					}
					stack.Keep[2*(b*clouds+s)+branch] = keep
				}
			}
		}
	}
}
