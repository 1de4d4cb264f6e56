package register

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/task"
)

// Iterative closest point with exact neighbours and robust weights.

// matchChunk is the number of matches in a unit of work.
const matchChunk = 512

// medianOf is the most residuals that their median is taken of.
const medianOf = 2000

// plan is how one run of ICP goes.
type plan struct {
	source, target []int32 // which points of each side look for matches; no target: one-sided
	steps          int
	reach          float64 // matches farther apart than this do not count
	slide          float64 // share of the point-to-point distance
	robust         bool    // weigh by Tukey's biweight of the distance to the plane
	floor          float64 // the biweight's cut falls to this, no lower, however well most points fit
	tolerance      float64 // a step shorter than this is the last
	exact          bool    // match with the target's triangles, where it has any
}

// match is a found correspondence in target coordinates: q should lie on the plane
// through y with normal n.
type match struct {
	q, y, n  geom.Vec
	residual float64 // n·(q-y), or |q-y| where there is no normal
	found    int32   // the other side's point, where the next step begins to look; -1 none
}

// refine moves pose so that source comes to lie on target.
func refine(ctx context.Context, workers task.Workers, source, target *surface, pose geom.Pose, p plan) (geom.Pose, error) {
	matches := make([]match, len(p.source)+len(p.target))
	for i := range matches {
		matches[i].found = -1
	}
	values := make([]float64, 0, medianOf)
	chunks := make([]system, task.Count(len(matches), matchChunk))
	for step := 0; step < p.steps; step++ {
		back := pose.Inverse()
		err := task.For(ctx, workers, len(matches), matchChunk, func(_, lo, hi int) {
			for i := lo; i < hi; i++ {
				if i < len(p.source) && p.exact {
					matches[i].onto(source, target.solid, &pose, p.source[i], p.reach)
				} else if i < len(p.source) {
					matches[i].forward(source, target, &pose, p.source[i], p.reach)
				} else {
					matches[i].backward(source, target, &pose, &back, p.target[i-len(p.source)], p.reach)
				}
			}
		})
		if err != nil {
			return pose, err
		}
		cut := math.Inf(1)
		if p.robust {
			values = values[:0]
			stride := stat.Step(len(matches), medianOf)
			for i := 0; i < len(matches); i += stride {
				if matches[i].found >= 0 {
					values = append(values, math.Abs(matches[i].residual))
				}
			}
			// Where most of a part fits exactly in many poses (a mug's body), the few points
			// that tell them apart must not be weighed away before they have spoken: the
			// cut falls step by step.
			cut = max(tukeyCut*madToSigma*stat.Median(values), max(p.floor, 0.5*p.reach*math.Pow(0.7, float64(step))))
		}
		err = task.For(ctx, workers, len(matches), matchChunk, func(c, lo, hi int) {
			chunks[c] = system{}
			for i := lo; i < hi; i++ {
				chunks[c].take(&matches[i], cut, p.slide)
			}
		})
		if err != nil {
			return pose, err
		}
		var sum system
		for c := range chunks {
			sum.add(&chunks[c])
		}
		move, ok := sum.solve(1e-9)
		if !ok {
			break
		}
		pose = move.Mul(pose)
		pose.R = orthonormal(pose.R)
		if move.T.Norm()+move.R.RotationAngle() < p.tolerance {
			break
		}
	}
	return pose, nil
}

// take adds a match to the normal equations.
func (s *system) take(m *match, cut, slide float64) {
	if m.found < 0 {
		return
	}
	w := 1.0
	if !math.IsInf(cut, 1) {
		w = tukey(m.residual, cut)
	}
	if w == 0 {
		return
	}
	if m.n == (geom.Vec{}) {
		s.point(m.q, m.y, w)
		return
	}
	s.plane(m.q, m.y, m.n, w)
	if slide > 0 {
		s.point(m.q, m.y, slide*w)
	}
}

// look finds the point of s nearest to q within reach, beginning with the one found
// last.
func (m *match) look(s *surface, q geom.Vec, reach float64) {
	if m.found >= 0 {
		if d := q.Sub(s.points[m.found].D()).Norm(); d < reach {
			// A hair more, so that rounding cannot lose the point itself.
			m.found, _ = s.cells.within(q, d*(1+1e-9)+1e-12)
			return
		}
	}
	m.found, _ = s.cells.near(q, reach)
}

func (m *match) forward(source, target *surface, pose *geom.Pose, i int32, reach float64) {
	q := moved(pose, source.points[i].D())
	if m.look(target, q, reach); m.found >= 0 {
		m.set(q, target.points[m.found].D(), target.normals[m.found].D())
	}
}

func (m *match) backward(source, target *surface, pose, back *geom.Pose, i int32, reach float64) {
	y := target.points[i].D()
	if m.look(source, moved(back, y), reach); m.found >= 0 {
		m.set(moved(pose, source.points[m.found].D()), y, pose.R.MulVec(source.normals[m.found].D()))
	}
}

func (m *match) set(q, y, n geom.Vec) {
	m.q, m.y, m.n = q, y, n
	if e := q.Sub(y); n == (geom.Vec{}) {
		m.residual = e.Norm()
	} else {
		m.residual = n.Dot(e)
	}
}
