package register

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
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
func findSymmetry(ctx context.Context, workers int, b *body) (selfSymmetry, error) {
	p := pair{source: b, target: b, twoSided: true}
	list, err := p.search(ctx, workers, 64, nil)
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
			worst[i] = math.Max(worst[i], p.quick(turn(axes[i], b.mean, float64(step)*math.Pi/12), gradeMany, wide/2))
		}
	})
	if err != nil {
		return s, err
	}
	best := slices.Index(worst, slices.Min(worst))
	if worst[best] < 1.5*resembling {
		s.axis, s.center = axes[best], b.mean
		// Turns about the axis are covered by it; what is left are ways to turn it over.
		s.poses = slices.DeleteFunc(s.poses, func(p geom.Pose) bool { return p.R.MulVec(s.axis).Dot(s.axis) > 0.9 })
		if len(s.poses) > 4 {
			s.poses = s.poses[:4]
		}
	}
	return s, nil
}

// turn is the rotation about the line through center.
func turn(axis, center geom.Vec, angle float64) geom.Pose {
	r := geom.RotationAxis(axis, angle)
	return geom.Pose{R: r, T: center.Sub(r.MulVec(center))}
}

// turnSteps is the number of angles at which a nearly symmetric part is looked at.
const turnSteps = 90

// expand adds to each candidate the poses that a nearly symmetric reference cannot
// tell from it at a glance: best first, at most keep.
func (r *Reference) expand(ctx context.Context, workers int, p pair, list []candidate, keep int) ([]candidate, error) {
	var more []candidate
	for _, c := range list {
		for _, s := range r.self.poses {
			more = append(more, candidate{pose: s.Mul(c.pose)})
		}
	}
	if err := p.improve(ctx, workers, more, gradeSparse, 6, 0.05, gradeMany, wide/2); err != nil {
		return nil, err
	}
	list = p.source.distinct(append(slices.Clone(list), more...), keep, 0.04)
	if r.self.axis == (geom.Vec{}) {
		return list, nil
	}
	profiles := make([][]candidate, len(list))
	err := task.For(ctx, workers, len(list), 1, func(_, i, _ int) {
		profiles[i] = r.turns(p, list[i].pose)
	})
	if err != nil {
		return nil, err
	}
	for _, t := range profiles {
		list = append(list, t...)
	}
	return p.source.distinct(list, keep, 0.02), nil
}

// turns returns the angles about the axis at which the cost has a local minimum.
func (r *Reference) turns(p pair, pose geom.Pose) []candidate {
	var at [turnSteps]candidate
	for k := range at {
		q := turn(r.self.axis, r.self.center, 2*math.Pi*float64(k)/turnSteps).Mul(pose)
		at[k] = candidate{q, p.quick(q, gradeAll, near)}
	}
	var found []candidate
	for k, c := range at {
		if c.cost <= at[(k+1)%turnSteps].cost && c.cost <= at[(k+turnSteps-1)%turnSteps].cost {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, byCost)
	return found[:min(len(found), 8)]
}
