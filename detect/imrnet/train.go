// Training: patches of sound clouds, masked and displaced, and what they should be.
package imrnet

import (
	"context"
	"fmt"
	"math"

	"blemish/geom"
	"blemish/nn"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/task"
)

// trainNetwork runs the configured number of steps on the views of the sound
// clouds. Examples are a pure function of seed and step; the next batch is made
// while the network works on this one.
func trainNetwork(ctx context.Context, net *pointmae.Trainer, views []*view, cfg Config, opt trainOptions) (loss float64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type made struct {
		batch []pointmae.Cloud
		err   error
	}
	batches := make(chan made, 1)
	go func() {
		defer close(batches)
		for s := 0; s < cfg.Steps; s++ {
			batch, err := makeBatch(ctx, views, cfg, opt.workers, opt.seed, s)
			select {
			case batches <- made{batch, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	rate := nn.Cosine{Base: cfg.LearningRate, Min: 1e-3 * cfg.LearningRate, Start: 1e-3 * cfg.LearningRate, Warmup: int(cfg.Warmup * float64(cfg.Steps)), Total: cfg.Steps}
	smooth := math.NaN()
	for s := 0; s < cfg.Steps; s++ {
		next, ok := <-batches
		if !ok {
			return 0, ctx.Err()
		}
		if next.err != nil {
			return 0, next.err
		}
		loss, err := net.Step(ctx, next.batch, rate.Rate(s))
		if err != nil {
			return 0, err
		}
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return 0, fmt.Errorf("imrnet: the loss is no number after %d steps; try a lower learning_rate than %g", s+1, cfg.LearningRate)
		}
		if math.IsNaN(smooth) {
			smooth = loss
		}
		smooth += 0.02 * (loss - smooth)
		opt.progress.Report(task.Event{Stage: opt.stage, Done: s + 1, Total: cfg.Steps, Unit: "steps", Note: fmt.Sprintf("loss %.5f", smooth), Loss: loss})
	}
	return smooth, nil
}

// trainOptions is what training takes beside the configuration.
type trainOptions struct {
	seed     uint64
	workers  int
	stage    string
	progress task.Progress
}

func makeBatch(ctx context.Context, views []*view, cfg Config, workers int, root uint64, step int) ([]pointmae.Cloud, error) {
	batch := make([]pointmae.Cloud, cfg.Batch)
	for b := range batch {
		r := seed.Stream(root, "imrnet example", step, b)
		v := views[r.Intn(len(views))]
		one, err := makeExample(ctx, v, cfg, workers, r)
		if err != nil {
			return nil, err
		}
		batch[b] = one
	}
	return batch, nil
}

// makeExample draws centres and a mask on one view. With displacement on, centres
// and patches of whole regions move together in the input, while the target stays
// where the sound surface is, expressed relative to the moved centre: the network
// learns where the surface should be, not merely what it looks like.
func makeExample(ctx context.Context, v *view, cfg Config, workers int, r *seed.Rand) (pointmae.Cloud, error) {
	points := v.points()
	chosen, err := centres(ctx, workers, points, v.rate, cfg.Patches, cfg.Salient, r.Intn(len(points)))
	if err != nil {
		return pointmae.Cloud{}, err
	}
	in, err := gather(ctx, workers, v.tree, chosen, cfg.PatchSize)
	if err != nil {
		return pointmae.Cloud{}, err
	}
	moved := points
	if cfg.Displace > 0 {
		if moved, err = displaced(ctx, workers, points, drawBumps(points, v.normals, cfg.Displace, r)); err != nil {
			return pointmae.Cloud{}, err
		}
	}
	turn := jitter(cfg.Jitter, r)
	sound := geom.Pose{R: turn}.ApplyAll(points)
	moved = geom.Pose{R: turn}.ApplyAll(moved)
	at := make([]geom.Vec3, len(chosen))
	for i, c := range chosen {
		at[i] = moved[c]
	}
	in.place(at, moved)
	e := in.input(randomMask(in.n(), cfg.MaskRatio, r))
	for i, hidden := range e.Masked {
		if hidden {
			e.Targets = appendRelative(e.Targets, in.index[i*in.k:(i+1)*in.k], sound, at[i])
		}
	}
	return e, nil
}

// jitter is a random rotation by up to the given number of degrees; 180 and above
// is any rotation at all.
func jitter(degrees float64, r *seed.Rand) geom.Mat3 {
	if degrees >= 180 {
		return geom.RotationQuat(r.Quaternion())
	}
	x, y, z := r.Direction()
	return geom.RotationAxis(geom.Vec{X: x, Y: y, Z: z}, r.Uniform(0, degrees)*math.Pi/180)
}
