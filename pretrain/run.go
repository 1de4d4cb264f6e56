package pretrain

import (
	"context"
	"log/slog"
	"time"

	"blemish/detect/imrnet"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/task"
)

// Options is what Run takes.
type Options struct {
	Config     imrnet.Config // network, patches, steps, rate and displacement
	Scans      []*geom.Cloud // sound scans to learn from beside the built-in objects; may be nil
	Seed       uint64
	Workers    int
	Checkpoint string        // file; "": none
	Every      time.Duration // between checkpoints
	Resume     bool
	Identity   map[string]string
	PerKind    int // held-out scans of each kind
	Measure    int // steps between measurements on them; 0: only at the end
	Progress   task.Progress
	Logger     *slog.Logger
}

// Outcome is the trained network and how it came about.
type Outcome struct {
	Model      *pointmae.Model
	Losses     []float64 // of every step
	Recoveries []Recovery
}

// Run pre-trains.
func Run(ctx context.Context, opt Options) (*Outcome, error) {
	cfg := opt.Config
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cases, err := newHeldOut(ctx, opt.Workers, cfg, opt.Seed, opt.PerKind)
	if err != nil {
		return nil, err
	}
	net, err := pointmae.New(cfg.Network(), opt.Seed)
	if err != nil {
		return nil, err
	}
	p := &pool{cfg: cfg, seed: opt.Seed, workers: 1, scans: opt.Scans, views: map[int][]*imrnet.View{}}
	trainer := pointmae.NewTrainer(net, pointmae.TrainOptions{Workers: opt.Workers, WeightDecay: cfg.WeightDecay, Clip: 10, Seed: opt.Seed})
	course := cfg.Course(p.example)
	course.Checkpoint, course.Every, course.Resume, course.Identity = opt.Checkpoint, opt.Every, opt.Resume, opt.Identity
	show := imrnet.Watch(opt.Progress, "pretrain", cfg.Steps)
	course.After = func(losses []float64, rate float64) {
		show(losses, rate)
		if n := len(losses); opt.Measure > 0 && n%opt.Measure == 0 && n < cfg.Steps {
			if r, err := recover(ctx, net, cfg, cases, opt.Seed); err == nil {
				logRecoveries(opt.Logger, n, r)
			}
		}
	}
	out := &Outcome{Model: net}
	if out.Losses, err = trainer.Run(ctx, course); err != nil {
		return nil, err
	}
	out.Recoveries, err = recover(ctx, net, cfg, cases, opt.Seed)
	return out, err
}

func logRecoveries(log *slog.Logger, step int, all []Recovery) {
	if log == nil {
		return
	}
	args := []any{"step", step}
	for _, r := range all {
		if r.Patches > 0 {
			args = append(args, r.Kind, float64(int(1000*r.Undone()))/1000)
		}
	}
	last := all[len(all)-1]
	log.Info("displacement undone", append(args, "floor", last.Floor/float64(max(1, last.Sound)), "after", last.After/float64(max(1, last.Patches)))...)
}
