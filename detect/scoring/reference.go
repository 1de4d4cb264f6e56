package scoring

import (
	"context"
	"fmt"
	"math"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// The sound part, and a scan that is held against it.

// Settings is what a detector chooses of the way that every scan goes.
type Settings struct {
	Points  int           // a scan is thinned to so many points; the scores go back to all
	Look    scene.Options // how points find their place on the surface; its Eyes are those of each scan
	Smooth  int           // over how many neighbours scores are averaged; 0: they are not
	Top     int           // the score of a scan is the mean of so many of its highest; 0: that of its worst region
	AnySize bool          // a scan that is larger or smaller as a whole may be so
	Regions RegionOptions
	// Rarer is how many times larger a void must be to count as 1 than one that chance makes
	// once in a hundred scans; 0: 1.
	Rarer float32
}

// Reference is what is known of the sound part whatever the detector.
type Reference struct {
	Settings
	Workers task.Workers
	Frame   *Frame      // nil: scans are not aligned, only their middle is moved to 0
	Part    *scene.Part // nil: the surface is not looked at, all points are comparable
	Scale   float64     // how long the part's unit is in that of the scans; 0: they are the same
	Usual   *Usual      // what sound scans show as a matter of course; nil: voids count for nothing

	adjusted adjusted
}

// Scan is points that are held against a part, in its frame and unit.
type Scan struct {
	Tree *spatial.Tree // of the points
	Part *scene.Part   // nil: no surface is known
	View *scene.View   // what they show of it; nil without a part
	Use  []bool        // which points are comparable; nil: all

	Rules     []*detect.Rule // of each point, see detect.Adjustment; nil: none
	SiteRules []*detect.Rule // of each site of the part
}

// Points are those of the scan, in the part's frame and unit.
func (s *Scan) Points() []geom.Vec3 { return s.Tree.Points() }

// unit is the length of the part's unit in that of the scans.
func (r *Reference) unit() float64 {
	if r.Scale == 0 {
		return 1
	}
	return r.Scale
}

// Scaled takes points of the frame to the part's unit, in place.
func (r *Reference) Scaled(points []geom.Vec3) []geom.Vec3 {
	if r.Scale == 0 {
		return points
	}
	for i, q := range points {
		points[i] = q.D().Scale(1 / r.Scale).F()
	}
	return points
}

// Bring takes what is used of each sound scan to the frame, which it makes: that of scans
// that are aligned with one another, or, where alone is set, of scans whose middle is at 0.
func (r *Reference) Bring(ctx context.Context, sound []*geom.Cloud, alone bool, frame FrameOptions, opt detect.FitOptions) ([][]geom.Vec3, error) {
	if !alone {
		frame.ScanName = opt.ScanName
		var err error
		if r.Frame, err = NewFrame(ctx, sound, frame); err != nil {
			return nil, err
		}
		clouds := make([][]geom.Vec3, r.Frame.Scans())
		for i, q := range r.Frame.Points {
			clouds[r.Frame.Owner[i]] = append(clouds[r.Frame.Owner[i]], q)
		}
		return clouds, nil
	}
	if len(sound) == 0 {
		return nil, detect.ErrNoSoundScans
	}
	var clouds [][]geom.Vec3
	for i, c := range sound {
		points := Sample(c, r.Points).Points
		if err := usable(points); err != nil {
			return nil, fmt.Errorf("%s: %w", opt.ScanName(i), err)
		}
		clouds = append(clouds, Middle(points).ApplyAll(points))
	}
	return clouds, nil
}

// place finds the pose that takes a scan to the frame, and the scan's points and eyes in the
// part's frame and unit.
func (r *Reference) place(ctx context.Context, s *Sampled, origin [3]float64) (points []geom.Vec3, taken Taken, pose geom.Pose, fit detect.FitQuality, err error) {
	if r.Frame == nil {
		pose, fit, err = Middle(s.Points), detect.FitQuality{Overlap: 1, Covered: 1}, usable(s.Points)
	} else {
		pose, fit, err = r.find(ctx, s.Points, origin)
	}
	if err != nil {
		return nil, taken, pose, fit, err
	}
	taken.Eyes = r.Scaled(pose.ApplyAll(s.Eyes))
	if r.Frame != nil {
		taken.Rounding = math.Sqrt(max(0, s.Rounding*s.Rounding-r.Frame.Rounding*r.Frame.Rounding)) / r.unit()
	}
	return r.Scaled(pose.ApplyAll(s.Points)), taken, pose, fit, nil
}

// Middle is the shift that brings the mean of points to 0.
func Middle(points []geom.Vec3) geom.Pose {
	var sum geom.Vec
	for _, q := range points {
		sum = sum.Add(q.D())
	}
	return geom.Pose{R: geom.Identity3(), T: sum.Scale(-1 / float64(max(1, len(points))))}
}

// Taken is how a scan was taken, as far as its file tells, in the part's frame and unit.
type Taken struct {
	Eyes     []geom.Vec3 // where the points were scanned from; nil where that is not known
	Rounding float64     // standard deviation of rounded coordinates beyond that of sound scans
}

// Look holds points against a part, which may be that of the reference or what is left of it
// where sound scans are held out. All are finite and in the part's frame and unit.
func (r *Reference) Look(ctx context.Context, part *scene.Part, points []geom.Vec3, taken Taken) (*Scan, error) {
	if part == nil {
		return &Scan{Tree: spatial.NewTree(points)}, nil
	}
	opt := r.Settings.Look
	opt.Rounding = taken.Rounding
	for _, e := range taken.Eyes {
		opt.Eyes = append(opt.Eyes, e.D())
	}
	v, err := part.Look(ctx, r.Workers, points, opt)
	if err != nil {
		return nil, err
	}
	s := &Scan{Tree: v.Tree, Part: part, View: v, Use: make([]bool, len(points))}
	for i, set := range v.Set {
		s.Use[i] = set == scene.Comparable
	}
	return s, nil
}

// See makes the part of the reference from its frame: of its mesh, by so many samples, or of
// its sound scans. Voids are looked for at up to so many sites.
func (r *Reference) See(ctx context.Context, samples, sites int, seed uint64) (err error) {
	if r.Frame.Mesh != nil {
		r.Part, err = scene.NewMeshPart(ctx, r.Workers, r.Frame.Mesh, samples, sites, seed)
		return err
	}
	r.Part, err = scene.NewPart(ctx, r.Workers, r.Frame.Points, r.Frame.Owner, sites)
	return err
}
