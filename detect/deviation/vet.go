package deviation

import (
	"context"
	"fmt"
	"slices"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/register"
	"blemish/task"
)

// Sound scans are held against one another before anything is learnt from them: one that
// is not of the part, or has a defect, would make every defect like it sound.

// Vetted is what was found when sound scans were held against one another.
type Vetted struct {
	Scans    []detect.LearntScan // all that were given
	Sound    []*geom.Cloud       // those to learn from, freed of what is not of the part
	Used     []int               // which of Scans those are
	Warnings []string            // for people: what was left out and why, and what cannot be told

	cfg    Config
	lesson *lesson // of Sound; nil where there is only one
}

// vetting is one call of Vet.
type vetting struct {
	*Vetted
	opt     detect.FitOptions
	keepAll bool
	kept    []bool // which scans are used though something is wrong with them
	cleaned []bool // which scans were freed of what is not of the part
}

// Vet holds each sound scan against the others, with the settings of d where it is the
// detector of this package or one atop of it, and the default ones otherwise. Scans that stand apart are left
// out, or, with keepAll, kept. One in another unit is an error, as is another part unless
// keepAll. Scans beside a CAD model are not checked: the model says what is sound.
func Vet(ctx context.Context, d detect.Detector, sound []*geom.Cloud, opt detect.FitOptions, keepAll bool) (*Vetted, error) {
	if opt.CAD != nil {
		return &Vetted{Sound: sound}, nil
	}
	if len(sound) == 0 {
		return nil, detect.ErrNoSoundScans
	}
	v := &vetting{
		Vetted: &Vetted{Scans: make([]detect.LearntScan, len(sound)), Sound: slices.Clone(sound), cfg: DefaultConfig()},
		opt:    opt, keepAll: keepAll, kept: make([]bool, len(sound)), cleaned: make([]bool, len(sound)),
	}
	switch own := d.(type) {
	case *detector:
		v.cfg = own.cfg
	case Atop:
		v.cfg = own.Base()
	}
	if err := v.cfg.Validate(); err != nil {
		return nil, fmt.Errorf("deviation: %w", err)
	}
	for i, c := range sound {
		v.Used = append(v.Used, i)
		v.Scans[i] = detect.LearntScan{Points: c.Len(), Used: true}
		if i < len(opt.Files) {
			v.Scans[i].Name = opt.Files[i].Name
		}
	}
	for first := true; ; first = false {
		again, err := v.round(ctx, first)
		if err != nil {
			return nil, err
		}
		if !again {
			return v.Vetted, nil
		}
	}
}

// Fit learns with d from the scans that are to be learnt from. What the check has worked
// out already is not done again.
func (v *Vetted) Fit(ctx context.Context, d detect.Detector, opt detect.FitOptions) (detect.Model, error) {
	if opt.CAD != nil {
		return d.Fit(ctx, v.Sound, opt)
	}
	opt.Learning = v.Scans
	if len(opt.Files) == len(v.Scans) {
		var files []detect.SourceFile
		for _, i := range v.Used {
			files = append(files, opt.Files[i])
		}
		opt.Files = files
	}
	if v.lesson != nil {
		switch own := d.(type) {
		case *detector:
			return v.lesson.finish(opt)
		case Atop:
			b, err := v.lesson.base(opt)
			if err != nil {
				return nil, err
			}
			return own.FitBase(ctx, b, opt)
		}
	}
	return d.Fit(ctx, v.Sound, opt)
}

// name is how messages call scan i.
func (v *vetting) name(i int) string { return v.opt.ScanName(i) }

func (v *vetting) warn(format string, args ...any) {
	v.Warnings = append(v.Warnings, fmt.Sprintf(format, args...))
}

// round holds the scans that are used against one another, and says whether it has to be
// done again, without some of them.
func (v *vetting) round(ctx context.Context, first bool) (again bool, err error) {
	m := newModel(v.cfg, v.opt.Workers)
	frame := m.frameOptions(v.opt.Seed)
	frame.ScanName = v.name
	v.opt.Progress.Report(task.Event{Stage: "align " + v.opt.Class, Total: len(v.Sound), Unit: "scans"})
	clouds, err := frame.Cut(ctx, v.Sound)
	if err != nil {
		return false, err
	}
	if first {
		if err := v.units(ctx, clouds); err != nil {
			return false, err
		}
	}
	if len(clouds) == 1 {
		return false, nil
	}
	g, err := frame.Group(ctx, clouds)
	if err != nil {
		return false, err
	}
	for k, i := range v.Used {
		v.Scans[i].Residual, v.Scans[i].Overlap = g.Residuals[k], g.Overlaps[k]
		v.Scans[i].Standing = g.Standing[k]
	}
	if m.cfg.Pose == scoring.PoseAny {
		if again, err = v.fits(ctx, clouds, g); again || err != nil {
			return again, err
		}
	}
	if m.Frame, err = scoring.JoinFrame(ctx, clouds, g, frame); err != nil {
		return false, err
	}
	if v.lesson, err = m.study(ctx, v.opt); err != nil {
		return false, err
	}
	return v.apart(ctx, clouds, g)
}

// leaveOut takes the scans out of those that are used; the numbers are those of Scans.
func (v *vetting) leaveOut(scans ...int) {
	for _, i := range scans {
		k := slices.Index(v.Used, i)
		v.Used, v.Sound = slices.Delete(v.Used, k, k+1), slices.Delete(v.Sound, k, k+1)
		v.Scans[i].Used = false
	}
	v.lesson = nil
}

// judged leaves a scan out for a reason, or keeps it, and warns of either. It says whether
// the scan is left out.
func (v *vetting) judged(i int, why string) bool {
	v.Scans[i].Why = why
	if v.keepAll {
		v.kept[i] = true
		v.warn("%s is kept: %s", v.name(i), why)
		return false
	}
	v.warn("%s is left out: %s", v.name(i), why)
	v.leaveOut(i)
	return true
}

// options is how scans are aligned.
func (v *vetting) options() register.Options {
	return register.Options{Seed: v.opt.Seed, Workers: v.opt.Workers}
}
