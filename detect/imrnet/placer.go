// From a scan's coordinates to the network's: pose, then scale.
package imrnet

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/geom"
	"blemish/weights"
)

// placer brings scans into network coordinates: into the common frame of the sound
// scans (row 16; without it, just the middle to 0), then divided by the radius of
// the bounding sphere of the sound scans. Never by that of the scan itself, which a
// defect would change (row 22).
type placer struct {
	frame  *detect.Frame // nil: no registration
	radius float64
}

// mostPoints is how many points of a scan are used; larger scans are thinned evenly
// and the scores carried to all points.
const mostPoints = 20000

// newPlacer learns from the sound scans and returns them in network coordinates.
func newPlacer(ctx context.Context, sound []*geom.Cloud, cfg Config, opt detect.FitOptions) (*placer, [][]geom.Vec3, error) {
	p := &placer{}
	var clouds [][]geom.Vec3
	if cfg.Register {
		var err error
		p.frame, err = detect.NewFrame(ctx, sound, detect.FrameOptions{Points: mostPoints, Seed: opt.Seed, Workers: opt.Workers})
		if err != nil {
			return nil, nil, err
		}
		clouds = make([][]geom.Vec3, p.frame.Scans())
		for i, q := range p.frame.Points {
			clouds[p.frame.Owner[i]] = append(clouds[p.frame.Owner[i]], q)
		}
	} else {
		if len(sound) == 0 {
			return nil, nil, detect.ErrNoSoundScans
		}
		for i, c := range sound {
			points := detect.Sample(c, mostPoints).Points
			if len(points) < detect.MinPoints {
				return nil, nil, fmt.Errorf("%s: %w: %d, at least %d are needed", opt.ScanName(i), detect.ErrTooFewPoints, len(points), detect.MinPoints)
			}
			clouds = append(clouds, middle(points).ApplyAll(points))
		}
	}
	for _, c := range clouds {
		for _, q := range c {
			p.radius = max(p.radius, q.D().Norm())
		}
	}
	if !(p.radius > 0) {
		return nil, nil, fmt.Errorf("sound scans: %w: all points lie at one place", detect.ErrTooFewPoints)
	}
	p.radius = float64(float32(p.radius)) // as the model file keeps it
	for _, c := range clouds {
		p.scale(c)
	}
	return p, clouds, nil
}

// place returns the pose that takes a scan to the frame, and the points in network
// coordinates.
func (p *placer) place(ctx context.Context, workers int, points []geom.Vec3) ([]geom.Vec3, geom.Pose, detect.FitQuality, error) {
	if p.frame == nil {
		pose := middle(points)
		return p.scale(pose.ApplyAll(points)), pose, detect.FitQuality{Overlap: 1, Covered: 1}, nil
	}
	pose, fit, err := p.frame.Place(ctx, workers, points)
	if err != nil {
		return nil, pose, fit, err
	}
	return p.scale(pose.ApplyAll(points)), pose, fit, nil
}

// scale divides by the radius, in place.
func (p *placer) scale(points []geom.Vec3) []geom.Vec3 {
	for i, q := range points {
		points[i] = q.D().Scale(1 / p.radius).F()
	}
	return points
}

// middle is the shift that brings the mean of points to 0.
func middle(points []geom.Vec3) geom.Pose {
	var sum geom.Vec
	for _, q := range points {
		sum = sum.Add(q.D())
	}
	return geom.Pose{R: geom.Identity3(), T: sum.Scale(-1 / float64(max(1, len(points))))}
}

func (p *placer) save(f *weights.File) {
	if p.frame != nil {
		p.frame.Save(f)
	}
	f.Add("imrnet.radius", []float32{float32(p.radius)}, 1)
}

func openPlacer(ctx context.Context, f *weights.File, cfg Config, seed uint64, workers int) (*placer, error) {
	radius, err := f.Get("imrnet.radius", 1)
	if err != nil {
		return nil, err
	}
	if !(radius[0] > 0) {
		return nil, fmt.Errorf("tensor %q is %v; it must be above 0", "imrnet.radius", radius[0])
	}
	p := &placer{radius: float64(radius[0])}
	if cfg.Register {
		p.frame, err = detect.OpenFrame(ctx, f, detect.FrameOptions{Points: mostPoints, Seed: seed, Workers: workers})
	}
	return p, err
}
