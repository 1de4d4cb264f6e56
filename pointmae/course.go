package pointmae

import (
	"context"
	"errors"
	"fmt"
	"time"

	"blemish/nn"
	"blemish/weights"
)

// A training run from its first step to its last: batches, rate, checkpoints, plateau.

// Course is a training run. Batches are a pure function of the step, so that a run
// that was stopped goes on from its checkpoint to the same bytes.
type Course struct {
	Steps int
	Rate  nn.Cosine
	// Batch makes the batch of a step, counted from 0. It is called in order, one step
	// ahead of the network, on a goroutine of its own.
	Batch func(ctx context.Context, step int) ([]Cloud, error)
	// After is called after each step with the losses of all steps so far; may be nil.
	After func(losses []float64, rate float64)

	// Patience ends the run early when the mean loss of so many steps is not half a
	// percent below that of as many steps before; 0: never.
	Patience int

	Checkpoint string            // file; "": none. It is left in place when the run ends
	Every      time.Duration     // between checkpoints; one is also written when ctx ends
	Resume     bool              // go on from the checkpoint where there is one
	Identity   map[string]string // what must agree between a run and its checkpoint, by name
}

// plateau is the share by which the mean loss must fall within Course.Patience steps.
const plateau = 0.005

// Run trains until the course ends, and returns the loss of every step.
func (t *Trainer) Run(ctx context.Context, c Course) (losses []float64, err error) {
	if c.Resume && c.Checkpoint != "" {
		if losses, err = t.resume(c); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batches := produce(ctx, c, len(losses))
	saved := time.Now()
	for s := len(losses); s < c.Steps && !c.done(losses); s++ {
		next, ok := <-batches
		if !ok {
			next.err = ctx.Err()
		}
		var loss float64
		rate := c.Rate.Rate(s)
		if next.err == nil {
			loss, next.err = t.Step(context.WithoutCancel(ctx), next.batch, rate) // a step is taken whole, so that a checkpoint can follow
		}
		if next.err != nil && ctx.Err() == nil {
			return losses, next.err
		}
		if next.err == nil {
			losses = append(losses, float64(float32(loss))) // as the checkpoint keeps it
		}
		if ctx.Err() != nil {
			return losses, t.interrupted(c, losses, ctx.Err())
		}
		if c.After != nil {
			c.After(losses, rate)
		}
		if c.Checkpoint != "" && time.Since(saved) >= c.Every {
			if err := t.checkpoint(c, losses); err != nil {
				return losses, err
			}
			saved = time.Now()
		}
	}
	return losses, nil
}

// done reports whether the loss has come to a plateau.
func (c Course) done(losses []float64) bool {
	n := len(losses)
	if c.Patience == 0 || n < 2*c.Patience || n%c.Patience != 0 {
		return false
	}
	return mean(losses[n-c.Patience:]) > (1-plateau)*mean(losses[n-2*c.Patience:n-c.Patience])
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// made is a batch on its way.
type made struct {
	batch []Cloud
	err   error
}

// produce makes the batches from a step on, one ahead.
func produce(ctx context.Context, c Course, from int) <-chan made {
	out := make(chan made, 1)
	go func() {
		defer close(out)
		for s := from; s < c.Steps; s++ {
			batch, err := c.Batch(ctx, s)
			select {
			case out <- made{batch, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return out
}

func (t *Trainer) checkpoint(c Course, losses []float64) error {
	f := &weights.File{}
	if err := t.saveState(f, losses, c.Identity); err != nil {
		return err
	}
	if err := weights.Write(c.Checkpoint, f); err != nil {
		return fmt.Errorf("checkpoint after %d steps: %w", len(losses), err)
	}
	return nil
}

// interrupted writes a last checkpoint.
func (t *Trainer) interrupted(c Course, losses []float64, cause error) error {
	if c.Checkpoint == "" || len(losses) == 0 {
		return cause
	}
	return errors.Join(cause, t.checkpoint(c, losses))
}

func (t *Trainer) resume(c Course) ([]float64, error) {
	f, err := readCheckpoint(c.Checkpoint)
	if err != nil || f == nil {
		return nil, err
	}
	losses, err := t.loadState(f, c.Identity)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Checkpoint, err)
	}
	if len(losses) > c.Steps {
		return nil, fmt.Errorf("%s: it has %d steps, this run ends at %d", c.Checkpoint, len(losses), c.Steps)
	}
	return losses, nil
}
