package register

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/task"
)

// In which poses a reference nearly coincides with itself. A search that has found
// one of them has found them all; which one is right is decided at full density.

// selfSymmetry holds poses that take the reference nearly onto itself.
type selfSymmetry struct {
	poses []geom.Pose // without the identity
	// axis is a line about which the reference may be turned by any angle and nearly
	// coincides with itself; zero where there is none.
	axis, center geom.Vec
}

// resembling is the mean distance below which a turned reference counts as nearly
// the same: enough for a handle or a spout to be in the wrong place.
const resembling = 0.02

// findSymmetry searches the poses of b upon itself.
func findSymmetry(ctx context.Context, workers task.Workers, b *body) (selfSymmetry, error) {
	p := pair{source: b, target: b, twoSided: true}
	list, err := p.search(ctx, workers, funnel{usual.first, usual.second, 64}, p.grid())
	if err != nil {
		return selfSymmetry{}, err
	}
	var s selfSymmetry
	for _, c := range list {
		if c.cost < resembling && b.apart(c.pose, geom.IdentityPose()) > 0.04 {
			s.poses = append(s.poses, c.pose)
		}
	}
	axes := []geom.Vec{}
	_, frame := geom.SymEigen(b.cov)
	for i := 0; i < 3; i++ {
		axes = append(axes, frame.Row(i))
	}
	worst := make([]float64, len(axes))
	err = task.For(ctx, workers, len(axes), 1, func(_, i, _ int) {
		for step := 1; step < 24; step++ {
			worst[i] = max(worst[i], p.quick(turn(axes[i], b.mean, float64(step)*math.Pi/12), gradeMany, wide/2))
		}
	})
	if err != nil {
		return s, err
	}
	best := slices.Index(worst, slices.Min(worst))
	if worst[best] < 1.5*resembling {
		if s.axis, s.center, err = b.sharpen(ctx, workers, axes[best]); err != nil {
			return s, err
		}
		// Turns about the axis are covered by it; what is left are ways to turn it over.
		s.poses = slices.DeleteFunc(s.poses, func(p geom.Pose) bool { return p.R.MulVec(s.axis).Dot(s.axis) > 0.9 })
		if len(s.poses) > 4 {
			s.poses = s.poses[:4]
		}
	}
	return s, nil
}

// sharpen finds the axis about which b turns onto itself, near to a principal axis,
// which a handle or uneven sampling tilts: the axis of the pose in which b, turned
// about it, lies on itself best.
func (b *body) sharpen(ctx context.Context, workers task.Workers, axis geom.Vec) (direction, through geom.Vec, err error) {
	index := stat.Every(b.even, look.matched)
	pose, err := refine(ctx, workers, b.full, b.full, turn(axis, b.mean, 2), plan{
		source: index, target: index, steps: 15, reach: 0.04, slide: slide / 100, robust: true, floor: b.full.spacing / 2, tolerance: 1e-6,
	})
	if err != nil {
		return axis, b.mean, err
	}
	r := pose.R
	d := geom.Vec{X: r[7] - r[5], Y: r[2] - r[6], Z: r[3] - r[1]}
	if d.Norm() < 1 || math.Abs(d.Unit().Dot(axis)) < 0.99 {
		return axis, b.mean, nil // fell into another pose
	}
	// Across the axis the pose turns the plane through the middle about a point, which
	// lies off the middle by half the middle's shift and what that is over the tangent
	// of half the angle.
	d = d.Unit()
	shift := pose.ApplyVec(b.mean).Sub(b.mean)
	shift = shift.AddScaled(-shift.Dot(d), d)
	half := r.RotationAngle() / 2
	return d, b.mean.AddScaled(0.5, shift).AddScaled(0.5/math.Tan(half), d.Cross(shift)), nil
}

// turn is the rotation about the line through center.
func turn(axis, center geom.Vec, angle float64) geom.Pose {
	r := geom.RotationAxis(axis, angle)
	return geom.Pose{R: r, T: center.Sub(r.MulVec(center))}
}

const (
	// turnSteps is the number of angles at which a nearly symmetric part is looked at.
	turnSteps = 120
	// turnsTried is the number of them that are looked at with all care.
	turnsTried = 32
	// turnsKept is the number of angles that go on.
	turnsKept = 14
)

// expand adds to each candidate the poses that a nearly symmetric reference cannot
// tell from it at a glance.
func (r *Reference) expand(ctx context.Context, workers task.Workers, p pair, list []candidate) ([]candidate, error) {
	var more []candidate
	for _, c := range list {
		for _, s := range r.self.poses {
			more = append(more, candidate{pose: s.Mul(c.pose)})
		}
	}
	if err := p.improve(ctx, workers, more, gradeSparse, 6, 0.05, gradeMany, wide/2); err != nil {
		return nil, err
	}
	list = append(slices.Clone(list), more...)
	if r.self.axis == (geom.Vec{}) {
		return p.source.distinct(list, 2*shortlist, 0.04), nil
	}
	// One candidate for each way the axis can lie, then every angle about it.
	ways := distinctBy(slices.Clone(list), 2, func(x, y geom.Pose) bool {
		a, b := x.Inverse(), y.Inverse()
		return a.R.MulVec(r.self.axis).Dot(b.R.MulVec(r.self.axis)) > 0.95 &&
			a.ApplyVec(r.self.center).Sub(b.ApplyVec(r.self.center)).Norm() < 0.05
	})
	for _, c := range ways {
		turned, err := r.turns(ctx, workers, p, c.pose)
		if err != nil {
			return nil, err
		}
		list = append(list, turned...)
	}
	return list, nil
}

// turns returns the angles about the axis that cost least, by distances from planes
// at full density: a small detail in the wrong place shows in them, and hardly in
// distances between points. Which angles are worth that, fields tell.
func (r *Reference) turns(ctx context.Context, workers task.Workers, p pair, pose geom.Pose) ([]candidate, error) {
	list := make([]candidate, turnSteps)
	err := task.For(ctx, workers, turnSteps, 8, func(_, lo, hi int) {
		for k := lo; k < hi; k++ {
			q := turn(r.self.axis, r.self.center, 2*math.Pi*float64(k)/turnSteps).Mul(pose)
			list[k] = candidate{pose: q, cost: p.level(q, gradeMany, near)}
		}
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, byCost)
	list = list[:turnsTried]
	source, target := stat.Every(p.source.even, 600), stat.Every(p.target.even, 600)
	if !p.twoSided {
		target = nil
	}
	err = task.Each(ctx, workers, len(list), func(k int) error {
		m, err := measure(ctx, 1, p.source.full, p.target.full, list[k].pose, source, target)
		list[k].cost = m.cost(near)
		return err
	})
	if err != nil {
		return nil, err
	}
	// Neighbouring angles would only fall into the same place.
	return p.source.distinct(list, turnsKept, 0.015), nil
}

// trim turns a pose about the axis by a few degrees to where it costs least, which
// ICP alone is slow to find: nearly all points say nothing about that angle. It
// looks at n points of each side.
func (r *Reference) trim(ctx context.Context, workers task.Workers, p pair, pose geom.Pose, n int) (geom.Pose, error) {
	if r.self.axis == (geom.Vec{}) {
		return pose, nil
	}
	source, target := stat.Every(p.source.even, n), stat.Every(p.target.even, n)
	if !p.twoSided {
		target = nil
	}
	for _, step := range [3]float64{1, 0.3, 0.1} { // degrees
		const reach = 3
		var list [2*reach + 1]candidate
		err := task.Each(ctx, workers, len(list), func(k int) error {
			q := turn(r.self.axis, r.self.center, float64(k-reach)*step*math.Pi/180).Mul(pose)
			m, err := measure(ctx, 1, p.source.full, p.target.full, q, source, target)
			list[k] = candidate{pose: q, cost: m.cost(near)}
			return err
		})
		if err != nil {
			return pose, err
		}
		best := reach
		for k, c := range list {
			if c.cost < list[best].cost {
				best = k
			}
		}
		pose = list[best].pose
	}
	return pose, nil
}
