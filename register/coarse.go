package register

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/task"
)

// The search over many poses, with look-ups in fields only.

// candidate is a pose in working coordinates, target from source, its cost, and where
// that has been looked at, the share of the target that it covers.
type candidate struct {
	pose    geom.Pose
	cost    float64
	covered float64
}

// pair is a source and a target that are compared; twoSided says that the source
// should show all of the target.
type pair struct {
	source, target *body
	twoSided       bool
}

// quick is the mean distance between the two, each distance cut off at limit, as
// far as fields can tell, over a subset of each side.
func (p pair) quick(pose geom.Pose, grade int, limit float64) float64 {
	s := oneSide(pose, p.source, p.target, grade, limit)
	if !p.twoSided {
		return s
	}
	return 0.5 * (s + oneSide(pose.Inverse(), p.target, p.source, grade, limit))
}

func oneSide(pose geom.Pose, from, to *body, grade int, limit float64) float64 {
	var sum float64
	index := from.grades[grade]
	for _, i := range index {
		q := moved(&pose, from.middle.points[i].D())
		j := to.field.near(q)
		sum += min(limit, math.Sqrt(q.Sub(to.middle.points[j].D()).Norm2()))
	}
	return sum / float64(len(index))
}

// level is quick with distances from planes, whose sampling noise is a fraction.
func (p pair) level(pose geom.Pose, grade int, limit float64) float64 {
	s := levelSide(pose, p.source, p.target, grade, limit)
	if !p.twoSided {
		return s
	}
	return 0.5 * (s + levelSide(pose.Inverse(), p.target, p.source, grade, limit))
}

func levelSide(pose geom.Pose, from, to *body, grade int, limit float64) float64 {
	var sum float64
	for _, i := range from.grades[grade] {
		q := moved(&pose, from.middle.points[i].D())
		sum += min(limit, to.middle.above(q, to.field.near(q)))
	}
	return sum / float64(len(from.grades[grade]))
}

// moved is what pose.ApplyVec says. Poses are as large as a dozen numbers: in the inner loops
// copying one costs more than applying it.
func moved(pose *geom.Pose, p geom.Vec) geom.Vec {
	r := &pose.R
	return geom.Vec{
		X: float64(r[0]*p.X) + float64(r[1]*p.Y) + float64(r[2]*p.Z) + pose.T.X,
		Y: float64(r[3]*p.X) + float64(r[4]*p.Y) + float64(r[5]*p.Z) + pose.T.Y,
		Z: float64(r[6]*p.X) + float64(r[7]*p.Y) + float64(r[8]*p.Z) + pose.T.Z,
	}
}

// slide is the share of the point-to-point distance in what alignment makes small.
// It holds what planes leave free: a flat part in its own plane.
const slide = 0.01

// settle runs steps of ICP from pose, over a subset of each side, with matches
// weighted down beyond reach (Geman and McClure).
func (p pair) settle(pose geom.Pose, grade, steps int, reach float64) geom.Pose {
	source, target := p.source.grades[grade], p.target.grades[grade]
	c2 := float64(reach * reach)
	for step := 0; step < steps; step++ {
		var s system
		for _, i := range source {
			q := moved(&pose, p.source.middle.points[i].D())
			j := p.target.field.near(q)
			s.match(q, p.target.middle.points[j].D(), p.target.middle.normals[j].D(), c2)
		}
		if p.twoSided {
			back := pose.Inverse()
			for _, i := range target {
				y := p.target.middle.points[i].D()
				j := p.source.field.near(moved(&back, y))
				s.match(moved(&pose, p.source.middle.points[j].D()), y, pose.R.MulVec(p.source.middle.normals[j].D()), c2)
			}
		}
		move, ok := s.solve(1e-6)
		if !ok {
			break
		}
		pose = move.Mul(pose)
		pose.R = orthonormal(pose.R)
	}
	return pose
}

func (s *system) match(q, y, n geom.Vec, c2 float64) {
	w := c2 / (c2 + q.Sub(y).Norm2())
	w *= w
	s.plane(q, y, n, w)
	s.point(q, y, slide*w)
}

// apart is the root mean square distance between the places to which two poses
// take the points of b.
func (b *body) apart(x, y geom.Pose) float64 {
	var d geom.Mat3
	for i := range d {
		d[i] = x.R[i] - y.R[i]
	}
	turned := d.Mul(b.cov).Mul(d.T())
	shift := d.MulVec(b.mean).Add(x.T).Sub(y.T)
	return math.Sqrt(max(0, turned[0]+turned[4]+turned[8]+shift.Norm2()))
}

// distinct sorts candidates by cost (ties by place) and drops those that are within
// radius of a better one, keeping at most n.
func (b *body) distinct(list []candidate, n int, radius float64) []candidate {
	return distinctBy(list, n, func(x, y geom.Pose) bool { return b.apart(x, y) < radius })
}

func distinctBy(list []candidate, n int, same func(x, y geom.Pose) bool) []candidate {
	slices.SortStableFunc(list, byCost)
	var kept []candidate
	for _, c := range list {
		if len(kept) == n {
			break
		}
		if !slices.ContainsFunc(kept, func(k candidate) bool { return same(k.pose, c.pose) }) {
			kept = append(kept, c)
		}
	}
	return kept
}

func byCost(a, b candidate) int {
	switch {
	case a.cost < b.cost:
		return -1
	case a.cost > b.cost:
		return 1
	}
	return 0
}

// improve settles every candidate and takes its cost anew.
func (p pair) improve(ctx context.Context, workers task.Workers, list []candidate, grade, steps int, reach float64, check int, limit float64) error {
	return task.For(ctx, workers, len(list), 4, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			list[i].pose = p.settle(list[i].pose, grade, steps, reach)
			list[i].cost = p.quick(list[i].pose, check, limit)
		}
	})
}

const (
	// rotations is the size of the grid of rotations: 25° from one to the next.
	rotations = 600
	// wide is the distance at which a point counts as simply off, in the coarse search.
	wide = 0.12
)

// grid is the rotations of the grid and those between the principal frames, about
// the means of the two clouds.
func (p pair) grid() []candidate {
	var list []candidate
	for _, r := range append(principal(p.source.cov, p.target.cov), spiral(rotations)...) {
		list = append(list, candidate{pose: geom.Pose{R: r, T: p.target.mean.Sub(r.MulVec(p.source.mean))}})
	}
	return list
}

// funnel is how many poses go on from each stage of search.
type funnel struct{ first, second, keep int }

var (
	usual = funnel{240, 48, shortlist}
	// patient is for scans that the usual search has found no good place for.
	patient = funnel{600, 120, 3 * shortlist}
)

// search settles starts, ever fewer and ever better, and returns the best poses,
// best first. It reorders list.
func (p pair) search(ctx context.Context, workers task.Workers, f funnel, list []candidate) ([]candidate, error) {
	err := task.For(ctx, workers, len(list), 32, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			list[i].cost = p.quick(list[i].pose, gradeFew, wide)
		}
	})
	if err != nil {
		return nil, err
	}
	list = p.source.distinct(list, f.first, 0.02)
	if err := p.improve(ctx, workers, list, gradeFew, 6, 0.1, gradeSparse, wide); err != nil {
		return nil, err
	}
	// Costs hold half the spacing of the thinned points, in a wrong pose as in the right.
	list = promising(p.source.distinct(list, f.second, 0.03), 2.5, 0.01)
	if err := p.improve(ctx, workers, list, gradeSparse, 10, 0.05, gradeMany, wide/2); err != nil {
		return nil, err
	}
	return p.source.distinct(list, f.keep, 0.04), nil
}
