package register

import (
	"context"
	"errors"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/seed"
	"blemish/spatial"
)

// A part that stands on a table: a plane larger than the part, which would be taken for
// the part's middle, its size and its flattest side.

const (
	// larger is the size of a scan in sizes of the reference from which it is looked at for
	// a table.
	larger = 1.2
	// tableShare is the least share of a scan's points, evenly spread, on a table.
	tableShare = 0.2
	// tableDraws is the number of planes that are tried, each through a point of the scan.
	tableDraws = 300
	// tableReach is how far from a table its points lie at most, in the unit of the frame,
	// where noise does not ask for more.
	tableReach = 0.01
	// lonely is the distance to the fifth neighbour, in medians of it, from which a point
	// that is left after a table has been taken away counts as a stray.
	lonely = 4
)

// plane is n·p = d.
type plane struct {
	n geom.Vec
	d float64
}

// table finds the plane of the scan that holds most of its points; false where no plane is
// that of a table, or the scan is no larger than the part alone.
func (a *alignment) table() (plane, float64, bool) {
	b := a.scan
	reach := max(tableReach, noisy*b.noise)
	if math.Sqrt(b.cov[0]+b.cov[4]+b.cov[8])*sizePerRMS < larger {
		return plane{}, 0, false
	}
	count := func(p plane) int {
		n := 0
		for i, q := range b.middle.points {
			if math.Abs(p.n.Dot(q.D())-p.d) <= reach && math.Abs(p.n.Dot(b.middle.normals[i].D())) > 0.9 {
				n++
			}
		}
		return n
	}
	r := seed.Stream(a.opt.Seed, "register", "table")
	var best plane
	most := 0
	for draw := 0; draw < tableDraws; draw++ {
		i := r.Intn(len(b.middle.points))
		n := b.middle.normals[i].D()
		p := plane{n, n.Dot(b.middle.points[i].D())}
		if c := count(p); c > most {
			best, most = p, c
		}
	}
	for step := 0; step < 3; step++ {
		best = b.middle.fitPlane(best, reach)
	}
	return best, reach, float64(count(best)) >= tableShare*float64(len(b.middle.points))
}

// fitPlane fits a plane to the points within reach of p.
func (s *surface) fitPlane(p plane, reach float64) plane {
	var on []geom.Vec3
	var mean geom.Vec
	for _, q := range s.points {
		if math.Abs(p.n.Dot(q.D())-p.d) <= reach {
			on, mean = append(on, q), mean.Add(q.D())
		}
	}
	if len(on) < 3 {
		return p
	}
	_, axes := geom.SymEigen(covariance(on))
	n := axes.Row(0)
	return plane{n, n.Dot(mean.Scale(1 / float64(len(on))))}
}

// offTable returns the points that do not lie on the table, without those that stand
// alone among them.
func (a *alignment) offTable(ctx context.Context, points []geom.Vec3, p plane, reach float64) ([]geom.Vec3, error) {
	f := a.scan.frame
	var left []geom.Vec3
	for _, q := range points {
		if q.Finite() && math.Abs(p.n.Dot(q.D().Sub(f.center))/f.size-p.d) > reach {
			left = append(left, q)
		}
	}
	const neighbors = 5
	if len(left) <= neighbors {
		return nil, nil
	}
	away := make([]float64, len(left))
	err := spatial.NewTree(left).ForNeighbors(ctx, a.opt.Workers, neighbors+1, func(_ int, i int32, near []spatial.Neighbor) {
		away[i] = math.Sqrt(float64(near[neighbors].Dist2))
	})
	if err != nil {
		return nil, err
	}
	limit := lonely * stat.Median(slices.Clone(away))
	kept := left[:0]
	for i, q := range left {
		if away[i] <= limit {
			kept = append(kept, q)
		}
	}
	return kept, nil
}

// offItsTable looks for the pose of what stands on a table; nil where the scan shows none, or
// nothing on it that lies on the reference.
func (a *alignment) offItsTable(ctx context.Context) (*Result, error) {
	if a.points == nil {
		return nil, nil
	}
	p, reach, ok := a.table()
	if !ok {
		return nil, nil
	}
	left, err := a.offTable(ctx, a.points, p, reach)
	if err != nil || len(left) < MinPoints {
		return nil, err
	}
	opt := a.opt
	job, err := a.ref.start(ctx, left, opt)
	if err != nil {
		if errors.Is(err, ErrTooFewPoints) || errors.Is(err, ErrDegenerate) {
			err = nil
		}
		return nil, err
	}
	job.points, job.brisk = nil, true
	res, err := job.run(ctx)
	if err != nil || res.Explained < plainly || res.Overlap < amply {
		return nil, err
	}
	// The pose is that of the part alone; the rest is told of the whole scan.
	whole, err := a.describe(ctx, pair{source: a.scan, target: a.ref.body}, workingPose(a.scan.frame, a.ref.body.frame, res.TargetFromSource))
	if err != nil {
		return nil, err
	}
	res.Overlap, res.Explained, res.Covered, res.Residual, res.Partial = whole.Overlap, whole.Explained, whole.Covered, whole.Residual, true
	return res, nil
}
