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

// Training: patches of sound clouds, masked and displaced, and what they should be.

// Course is a training run on examples that draw makes, step and place in the batch
// given, each a pure function of both.
func (c Config) Course(draw func(ctx context.Context, step, i int) ([]pointmae.Cloud, error)) pointmae.Course {
	return pointmae.Course{
		Steps:    c.Steps,
		Patience: c.Patience,
		Rate:     nn.Cosine{Base: c.LearningRate, Min: 1e-3 * c.LearningRate, Start: 1e-3 * c.LearningRate, Warmup: int(c.Warmup * float64(c.Steps)), Total: c.Steps},
		Batch: func(ctx context.Context, step int) ([]pointmae.Cloud, error) {
			var batch []pointmae.Cloud
			for i := range c.Batch {
				one, err := draw(ctx, step, i)
				if err != nil {
					return nil, err
				}
				batch = append(batch, one...)
			}
			return batch, nil
		},
	}
}

// TrainOptions is how the network is trained.
func (c Config) TrainOptions(workers task.Workers, root uint64) pointmae.TrainOptions {
	return pointmae.TrainOptions{Workers: workers, WeightDecay: c.WeightDecay, Clip: 10, Seed: root}
}

// Watch reports each step, with a smoothed loss and the rate.
func Watch(progress task.Progress, stage string, total int) func(losses []float64, rate float64) {
	smooth := math.NaN()
	return func(losses []float64, rate float64) {
		loss := losses[len(losses)-1]
		if math.IsNaN(smooth) {
			smooth = loss
		}
		smooth += 0.02 * (loss - smooth)
		progress.Report(task.Event{Stage: stage, Done: len(losses), Total: total, Unit: "steps", Note: fmt.Sprintf("loss %.5f, rate %.1e", smooth, rate), Loss: loss})
	}
}

// drawExample picks two views of the sound clouds, of different clouds where there
// are several, and makes an example of them.
func drawExample(ctx context.Context, views [][]*View, cfg Config, workers task.Workers, r *seed.Rand) ([]pointmae.Cloud, error) {
	i := r.Intn(len(views))
	own := r.Intn(len(views[i]))
	j, other := i, (own+1+r.Intn(max(1, len(views[i])-1)))%len(views[i])
	if len(views) > 1 {
		j = (i + 1 + r.Intn(len(views)-1)) % len(views)
		other = r.Intn(len(views[j]))
	}
	return Example(ctx, workers, cfg, views[i][own], views[j][other], r)
}

// Example draws centres and a mask on one view of a sound surface; beside is another
// view of the same surface in the same pose, which gives the reference patches. With
// displacement on, centres and patches of whole regions move together in the input,
// while the target stays where the sound surface is, expressed relative to the moved
// centre: the network learns where the surface should be, not merely what it looks
// like.
func Example(ctx context.Context, workers task.Workers, cfg Config, v, beside *View, r *seed.Rand) ([]pointmae.Cloud, error) {
	points := v.points()
	chosen, err := v.centres(ctx, workers, cfg, cfg.Patches, r.Intn(len(points)))
	if err != nil {
		return nil, err
	}
	in, err := gather(ctx, workers, v.tree, chosen, cfg.PatchSize)
	if err != nil {
		return nil, err
	}
	moved := points
	if cfg.Displace > 0 {
		if err := v.sense(ctx, workers); err != nil {
			return nil, err
		}
		if moved, err = displaced(ctx, workers, points, drawBumps(points, v.normals, cfg.Displace, r)); err != nil {
			return nil, err
		}
	}
	at := make([]geom.Vec3, len(chosen))
	for i, c := range chosen {
		at[i] = moved[c]
	}
	mask := randomMask(in.n(), cfg.MaskRatio, r)
	scatter(at, mask, cfg.Scatter, r)
	in.place(at, moved)
	if cfg.Reference > 0 {
		if in.beside, err = beside.reference(ctx, workers, cfg, r.Intn(len(beside.points()))); err != nil {
			return nil, err
		}
	}
	own := in.index
	if cfg.Target == "nearest" {
		if own, _, err = v.tree.KNNBatch(ctx, workers, at, in.k); err != nil {
			return nil, err
		}
	}
	var clouds []pointmae.Cloud
	for _, part := range in.cut(cfg.Region) {
		c := part.input(in, mask, 1)
		for _, i := range part.own {
			if mask[i] {
				c.Targets = appendRelative(c.Targets, own[int(i)*in.k:int(i+1)*in.k], points, at[i])
			}
		}
		turn(&c, jitter(cfg.Jitter, r), cfg.Scale)
		if len(c.Targets) > 0 {
			clouds = append(clouds, c)
		}
	}
	return clouds, nil
}

// scatter moves half of the masked centres in any direction by up to depth.
func scatter(centres []geom.Vec3, mask []bool, depth float64, r *seed.Rand) {
	for i, hidden := range mask {
		if depth == 0 || !hidden || r.Bool(0.5) {
			continue
		}
		x, y, z := r.Direction()
		centres[i] = centres[i].D().AddScaled(r.Uniform(0, depth), geom.Vec{X: x, Y: y, Z: z}).F()
	}
}

// turn rotates an example and enlarges it to the network's scale.
func turn(e *pointmae.Cloud, by geom.Mat3, scale float64) {
	for i, v := range by {
		by[i] = float64(v * scale)
	}
	pose := geom.Pose{R: by}
	e.Centres, e.Patches, e.Targets = pose.ApplyAll(e.Centres), pose.ApplyAll(e.Patches), pose.ApplyAll(e.Targets)
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
