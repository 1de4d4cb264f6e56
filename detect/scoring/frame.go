package scoring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"blemish/detect"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/register"
	"blemish/task"
	"blemish/weights"
)

// The common frame of the sound scans: every detector that compares places with
// places works in it.

// How much is known of the poses of scans, in Frames' options.
const (
	PoseAny   = "any"   // nothing: align from scratch
	PoseNear  = "near"  // they stand nearly alike: refine only
	PoseFixed = "fixed" // they stand exactly alike: leave them
)

// MinPoints is the least number of finite points that a scan must have to be learnt
// from or judged.
const MinPoints = 100

// FrameOptions is what NewFrame takes. The zero value is the default.
type FrameOptions struct {
	Pose    string // PoseAny ("" too), PoseNear or PoseFixed
	Points  int    // larger sound scans are thinned to so many points; 0: 20000
	Total   int    // with many sound scans each is thinned so that all have about so many; 0: 120000
	Partial bool   // scans show only a part of the surface, such as one side
	Seed    uint64
	Workers task.Workers

	ScanName func(i int) string // how messages call a sound scan, see detect.FitOptions; nil: by its number
}

// Frame is the union of the sound scans in one frame, and the way to bring another
// scan there. The frame is that of one of the scans, with the middle of the union
// at 0.
type Frame struct {
	Points    []geom.Vec3 // of all sound scans, finite, in the common frame
	Owner     []int32     // which sound scan each is from, ascending
	Rounding  float64     // standard deviation of the sound scans' rounded coordinates, the median scan's; 0: none that can be told
	Residuals []float64   // how far each sound scan is off the others, see FitQuality.Residual
	Overlaps  []float64
	Mesh      *geom.Mesh // the surface that scans are brought to, with no Points; nil where sound scans are the reference

	pose      string
	given     *geom.Pose // takes a scan that stands as the sound ones came to the frame; nil where those did not stand in one
	partial   bool
	seed      uint64
	reference *register.Reference // nil for PoseFixed
}

// NewFrame brings sound scans into one frame. The error wraps ErrNoSoundScans or
// ErrTooFewPoints where that is so.
func NewFrame(ctx context.Context, sound []*geom.Cloud, opt FrameOptions) (*Frame, error) {
	if len(sound) == 0 {
		return nil, detect.ErrNoSoundScans
	}
	clouds, err := opt.Cut(ctx, sound)
	if err != nil {
		return nil, err
	}
	g, err := opt.Group(ctx, clouds)
	if err != nil {
		return nil, err
	}
	return JoinFrame(ctx, clouds, g, opt)
}

// Cut takes what is used of each sound scan.
func (o FrameOptions) Cut(ctx context.Context, sound []*geom.Cloud) ([][]geom.Vec3, error) {
	name := o.ScanName
	if name == nil {
		name = detect.FitOptions{}.ScanName
	}
	most := frameShare(o, len(sound))
	clouds := make([][]geom.Vec3, len(sound))
	for i, c := range sound {
		var err error
		if clouds[i], err = Solid(ctx, o.Workers, Sample(c, most).Points); err != nil {
			return nil, err
		}
		if err := usable(clouds[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", name(i), err)
		}
	}
	return clouds, nil
}

// JoinFrame is the frame of scans that have been cut, where it is known how they stand.
func JoinFrame(ctx context.Context, clouds [][]geom.Vec3, g *register.Grouping, opt FrameOptions) (*Frame, error) {
	f := &Frame{Residuals: g.Residuals, Overlaps: g.Overlaps, pose: cmp.Or(opt.Pose, PoseAny), partial: opt.Partial, seed: opt.Seed}
	middle := f.unite(clouds, g.Poses)
	if slices.Contains(g.Standing, true) {
		f.given = &geom.Pose{R: geom.Identity3(), T: middle.Scale(-1).F().D()} // as a model file keeps it
	}
	return f, f.prepare(ctx, opt.Workers)
}

// frameShare is how many points of each sound scan are used.
func frameShare(opt FrameOptions, scans int) int {
	points, total := opt.Points, opt.Total
	if points == 0 {
		points = 20000
	}
	if total == 0 {
		total = 120000
	}
	const least = 3000 // fewer do not show a surface
	return min(points, max(least, total/scans))
}

// Group finds the pose of each sound scan. Scans that stand alike are joined as they are.
func (o FrameOptions) Group(ctx context.Context, clouds [][]geom.Vec3) (*register.Grouping, error) {
	if o.Pose != PoseFixed && o.Pose != PoseNear && len(clouds) > 1 {
		return register.Group(ctx, clouds, o.register())
	}
	g := register.NewGrouping(len(clouds))
	for i := range clouds {
		g.Joined[i] = true
	}
	if o.Pose == PoseFixed || len(clouds) == 1 {
		return g, nil
	}
	r, err := register.NewReference(ctx, clouds[0], o.register())
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(clouds); i++ {
		fit, err := r.Refine(ctx, clouds[i], geom.IdentityPose(), o.register())
		if err != nil {
			return nil, err
		}
		g.Poses[i], g.Residuals[i], g.Overlaps[i], g.Explained[i] = fit.TargetFromSource, fit.Residual, fit.Overlap, fit.Explained
	}
	return g, nil
}

// unite gathers the scans in the frame, moved so that the middle, which it returns, is at 0.
func (f *Frame) unite(clouds [][]geom.Vec3, poses []geom.Pose) (middle geom.Vec) {
	rounded := make([]float64, len(clouds))
	for s, c := range clouds {
		rounded[s] = rounding(c)
	}
	f.Rounding = stat.Median(rounded)
	for s, c := range clouds {
		for _, p := range c {
			middle = middle.Add(poses[s].ApplyVec(p.D()))
			f.Owner = append(f.Owner, int32(s))
		}
	}
	if f.pose == PoseFixed {
		middle = geom.Vec{} // scans are to stay where they are
	}
	middle = middle.Scale(1 / float64(len(f.Owner)))
	for s, c := range clouds {
		pose := geom.Pose{R: poses[s].R, T: poses[s].T.Sub(middle)}
		f.Points = append(f.Points, pose.ApplyAll(c)...)
	}
	return middle
}

func (f *Frame) options(workers task.Workers) register.Options {
	return FrameOptions{Seed: f.seed, Workers: workers, Partial: f.partial}.register()
}

func (o FrameOptions) register() register.Options {
	r := register.Options{Seed: o.Seed, Workers: o.Workers}
	if o.Partial {
		r.Coverage = register.CoveragePartial
	}
	return r
}

func (f *Frame) prepare(ctx context.Context, workers task.Workers) error {
	if f.pose == PoseFixed {
		return nil
	}
	if f.Mesh != nil {
		return f.meshReference(ctx, workers)
	}
	var err error
	f.reference, err = register.NewReference(ctx, f.Points, f.options(workers))
	return err
}

// Scans is the number of sound scans in the frame.
func (f *Frame) Scans() int { return len(f.Residuals) }

// Place finds the pose that takes a scan's points, all finite, to the frame. The
// error wraps ErrTooFewPoints where there are too few points or places, ErrOtherUnit where
// the scan is not in the unit of the sound scans.
func (f *Frame) Place(ctx context.Context, workers task.Workers, points []geom.Vec3) (geom.Pose, detect.FitQuality, error) {
	fit := detect.FitQuality{Overlap: 1, Covered: 1, Explained: 1, Expected: f.expected()}
	if err := usable(points); err != nil {
		return geom.IdentityPose(), fit, err
	}
	points, err := Solid(ctx, workers, points)
	if err != nil {
		return geom.IdentityPose(), fit, err
	}
	if f.pose == PoseFixed {
		if hint, other := register.CompareUnits(points, f.Points); other {
			return geom.IdentityPose(), fit, fmt.Errorf("%w: %s", detect.ErrOtherUnit, hint.Text)
		}
		return geom.IdentityPose(), fit, nil
	}
	options := f.options(workers)
	hint, other, err := f.reference.CompareUnits(ctx, points, options)
	if err != nil {
		return geom.IdentityPose(), fit, err
	}
	if other {
		return geom.IdentityPose(), fit, fmt.Errorf("%w: %s", detect.ErrOtherUnit, hint.Text)
	}
	var r *register.Result
	if f.pose == PoseNear {
		r, err = f.reference.Refine(ctx, points, geom.IdentityPose(), options)
	} else {
		options.Given = f.given
		r, err = f.reference.Align(ctx, points, options)
	}
	if err != nil {
		if errors.Is(err, register.ErrTooFewPoints) || errors.Is(err, register.ErrDegenerate) {
			err = fmt.Errorf("%w: %w", detect.ErrTooFewPoints, err)
		}
		return geom.IdentityPose(), fit, err
	}
	fit.Residual, fit.Overlap, fit.Covered, fit.Explained = r.Residual, r.Overlap, r.Covered, r.Explained
	fit.Mirrored, fit.Ambiguous, fit.Symmetry = r.Mirrored, r.Ambiguous, r.Symmetry
	return r.TargetFromSource, fit, nil
}

// Unplaced says that an error is about the scan and not about the work: it cannot be judged,
// for the reason that the error tells.
func Unplaced(err error) bool {
	return errors.Is(err, detect.ErrTooFewPoints) || errors.Is(err, detect.ErrOtherUnit)
}

// expected is the largest residual among the sound scans.
func (f *Frame) expected() float64 {
	var most float64
	for _, r := range f.Residuals {
		most = max(most, r)
	}
	return float64(float32(most)) // as a model file keeps it
}

// usable says why points cannot be learnt from or judged; nil if they can.
func usable(points []geom.Vec3) error {
	if len(points) < MinPoints {
		return fmt.Errorf("%w: %d, at least %d are needed", detect.ErrTooFewPoints, len(points), MinPoints)
	}
	for _, p := range points {
		if p != points[0] {
			return nil
		}
	}
	return fmt.Errorf("%w: all %d lie at one place", detect.ErrTooFewPoints, len(points))
}

// Finite returns the points that are finite and their indices; points itself and
// nil where all are.
func Finite(points []geom.Vec3) (kept []geom.Vec3, index []int32) {
	for i, p := range points {
		if !p.Finite() {
			kept = append(kept, points[:i]...)
			for j := range i {
				index = append(index, int32(j))
			}
			for j := i + 1; j < len(points); j++ {
				if points[j].Finite() {
					kept, index = append(kept, points[j]), append(index, int32(j))
				}
			}
			return kept, index
		}
	}
	return points, nil
}

// Save adds the frame to a model file, as tensors "frame.…".
func (f *Frame) Save(file *weights.File) {
	if f.Mesh != nil {
		f.saveMesh(file)
		return
	}
	points := make([]float32, 0, 3*len(f.Points))
	for _, p := range f.Points {
		points = append(points, p.X, p.Y, p.Z)
	}
	ends := make([]float32, f.Scans()) // scan i ends before this point
	for _, o := range f.Owner {
		ends[o]++
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	file.Add("frame.points", points, len(f.Points), 3)
	file.Add("frame.ends", ends, len(ends))
	if f.Rounding > 0 {
		file.Add("frame.rounding", []float32{float32(f.Rounding)}, 1)
	}
	if f.given != nil {
		t := f.given.T.F()
		file.Add("frame.given", []float32{t.X, t.Y, t.Z}, 1, 3)
	}
	file.Add("frame.residuals", narrow(f.Residuals), len(ends))
	file.Add("frame.overlaps", narrow(f.Overlaps), len(ends))
}

func narrow(v []float64) []float32 {
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = float32(x)
	}
	return out
}

// OpenFrame reads what Save wrote. Pose and seed are those of the options.
func OpenFrame(ctx context.Context, file *weights.File, opt FrameOptions) (*Frame, error) {
	if file.Find("frame.vertices") != nil {
		return openMeshFrame(ctx, file, opt)
	}
	points, err := detect.Places(file, "frame.points")
	if err != nil {
		return nil, err
	}
	ends, err := file.Get("frame.ends", -1)
	if err != nil {
		return nil, err
	}
	f := &Frame{Points: points, pose: opt.Pose, partial: opt.Partial, seed: opt.Seed}
	at := float32(0)
	for s, e := range ends {
		if !(e > at) || e > float32(len(f.Points)) || float64(e) != math.Floor(float64(e)) {
			return nil, fmt.Errorf("tensor %q: scan %d ends at %v, after %v of %d points", "frame.ends", s, e, at, len(f.Points))
		}
		for ; at < e; at++ {
			f.Owner = append(f.Owner, int32(s))
		}
	}
	if len(f.Owner) != len(f.Points) || len(f.Points) < MinPoints {
		return nil, fmt.Errorf("tensor %q: %d of %d points belong to a scan, at least %d are needed", "frame.ends", len(f.Owner), len(f.Points), MinPoints)
	}
	for name, to := range map[string]*[]float64{"frame.residuals": &f.Residuals, "frame.overlaps": &f.Overlaps} {
		v, err := file.Get(name, len(ends))
		if err != nil {
			return nil, err
		}
		for _, x := range v {
			*to = append(*to, float64(x))
		}
	}
	if file.Find("frame.rounding") != nil {
		v, err := file.Get("frame.rounding", 1)
		if err != nil {
			return nil, err
		}
		f.Rounding = float64(v[0])
	}
	if file.Find("frame.given") != nil {
		shift, err := detect.Places(file, "frame.given")
		if err != nil {
			return nil, err
		}
		f.given = &geom.Pose{R: geom.Identity3(), T: shift[0].D()}
	}
	return f, f.prepare(ctx, opt.Workers)
}
