package pretrain

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"blemish/detect/imrnet"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/task"
	"blemish/weights"
)

// Options is what Run takes.
type Options struct {
	Config     imrnet.Config // network, patches, steps, rate and displacement
	Scans      []*geom.Cloud // sound scans to learn from beside the built-in objects; may be nil
	Names      []string      // of the scans, for messages; nil: they are counted
	Digest     string        // tells these scans from others; "" where there are none
	Stream     *Stream       // clouds to learn from alone, in place of built-in objects and Scans; may be nil
	Seed       uint64
	Workers    task.Workers  // 0: one a core; never changes a result
	Checkpoint string        // file; "": none
	Every      time.Duration // between checkpoints
	Resume     bool          // go on from the checkpoint where there is one
	PerKind    int           // held-out scans of each kind of defect
	Measure    int           // steps between measurements on them; 0: only at the end
	Progress   task.Progress // may be nil
	Logger     *slog.Logger  // may be nil
	heldOut    int           // examples that HeldOutLoss is the mean of; 0: heldOutExamples
}

// Outcome is the trained network and how it came about.
type Outcome struct {
	Model       *pointmae.Model
	Losses      []float64  // of every step
	HeldOutLoss float64    // mean loss on examples of objects that training does not see
	Recoveries  []Recovery // by kind of defect, then over all
	opt         Options
}

// Run pre-trains. The same options give the same bytes, on any number of workers and
// after any number of stops.
func Run(ctx context.Context, opt Options) (*Outcome, error) {
	cfg := opt.Config
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	for i, s := range opt.Scans {
		if least := 2 * max(cfg.Patches, cfg.Reference, cfg.PatchSize); s.Len() < least {
			name := fmt.Sprintf("scan %d", i+1)
			if i < len(opt.Names) {
				name = opt.Names[i]
			}
			return nil, fmt.Errorf("%s has %d points, pre-training needs at least %d", name, s.Len(), least)
		}
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
	trainer := pointmae.NewTrainer(net, cfg.TrainOptions(opt.Workers, opt.Seed))
	course := cfg.Course(p.example)
	if opt.Stream != nil {
		course = cfg.Course((&epochs{cfg: cfg, seed: opt.Seed, from: opt.Stream, epoch: -1}).example)
	}
	course.Checkpoint, course.Every, course.Resume = opt.Checkpoint, opt.Every, opt.Resume
	if course.Identity, err = opt.identity(); err != nil {
		return nil, err
	}
	show := imrnet.Watch(opt.Progress, "pretrain", cfg.Steps)
	course.After = func(losses []float64, rate float64) {
		show(losses, rate)
		if n := len(losses); opt.Measure > 0 && n%opt.Measure == 0 && n < cfg.Steps {
			if r, err := recover(ctx, net, cfg, cases, opt.Seed); err == nil {
				logRecovery(opt.Logger, n, r[len(r)-1])
			}
		}
	}
	out := &Outcome{Model: net, opt: opt}
	if out.Losses, err = trainer.Run(ctx, course); err != nil {
		return nil, err
	}
	if out.HeldOutLoss, err = heldOutLoss(ctx, net, cfg, opt.Seed, cmp.Or(opt.heldOut, heldOutExamples)); err != nil {
		return nil, err
	}
	out.Recoveries, err = recover(ctx, net, cfg, cases, opt.Seed)
	return out, err
}

// identity is what a checkpoint must be of.
func (o Options) identity() (map[string]string, error) {
	config, err := json.Marshal(o.Config)
	if err != nil {
		return nil, err
	}
	return map[string]string{"configuration": string(config), "data": o.Digest, "seed": strconv.FormatUint(o.Seed, 10)}, nil
}

// heldOutExamples is how many examples of other objects the loss is measured on. An object takes
// longer to build than a small network to train: the tests measure on fewer.
const heldOutExamples = 16

// heldOutLoss is the mean loss on examples of a pool of another seed.
func heldOutLoss(ctx context.Context, net *pointmae.Model, cfg imrnet.Config, root uint64, examples int) (float64, error) {
	other := seed.Stream(root, "held out pool").Uint64()
	p := &pool{cfg: cfg, seed: other, workers: 1, views: map[int][]*imrnet.View{}}
	session := pointmae.NewSession(net, 1)
	sum := 0.0
	for i := range examples {
		batch, err := p.example(ctx, 0, i)
		if err != nil {
			return 0, err
		}
		loss, err := session.Loss(ctx, batch)
		if err != nil {
			return 0, err
		}
		sum += loss
	}
	return sum / float64(examples), nil
}

func logRecovery(log *slog.Logger, step int, r Recovery) {
	if log != nil && r.Patches > 0 {
		log.Info(fmt.Sprintf("after %d steps, on held-out defects: %.0f %% of the displacement undone, sound patches %.2f spacings off", step, 100*r.Undone(), r.Floor/float64(max(1, r.Sound))))
	}
}

// File is the weights, in half precision, with the network's shape, and how they were
// made, in the metadata.
func (o *Outcome) File() (*weights.File, error) {
	f := &weights.File{}
	o.Model.Save(f, "")
	for i := range f.Tensors {
		f.Tensors[i].Half = true
	}
	config, err := json.Marshal(o.opt.Config)
	if err != nil {
		return nil, err
	}
	f.Metadata = map[string]string{
		imrnet.PretrainedKey: string(config),
		"blemish.seed":       strconv.FormatUint(o.opt.Seed, 10),
		"blemish.steps":      strconv.Itoa(len(o.Losses)),
	}
	return f, nil
}

// Summary is the outcome for programs.
type Summary struct {
	Steps       int               `json:"steps"`
	HeldOutLoss float64           `json:"held_out_loss"`
	Recoveries  []RecoverySummary `json:"recoveries"`
}

// RecoverySummary is one kind of defect; distances are in spacings of the sound scan.
type RecoverySummary struct {
	Kind    string   `json:"kind"`
	Patches int      `json:"patches"` // displaced patches
	Before  *float64 `json:"before"`  // their mean distance from the sound surface; null where there are none
	After   *float64 `json:"after"`
	Undone  *float64 `json:"undone"`
	Sound   float64  `json:"sound"` // mean distance of reconstructed sound patches
}

// Summary returns the outcome for programs.
func (o *Outcome) Summary() Summary {
	s := Summary{Steps: len(o.Losses), HeldOutLoss: o.HeldOutLoss, Recoveries: []RecoverySummary{}}
	for _, r := range o.Recoveries {
		one := RecoverySummary{Kind: r.Kind, Patches: r.Patches, Sound: r.Floor / float64(max(1, r.Sound))}
		if r.Patches > 0 {
			before, after, undone := r.Before/float64(r.Patches), r.After/float64(r.Patches), r.Undone()
			one.Before, one.After, one.Undone = &before, &after, &undone
		}
		s.Recoveries = append(s.Recoveries, one)
	}
	return s
}
