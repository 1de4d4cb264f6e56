package register

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/internal/stat"
)

// Whether other poses explain a scan as well.

const (
	// elsewhere is how far apart poses must be, root mean square, to count as clearly
	// different.
	elsewhere = 0.05
	// freeTurns is the number of turns about the axis that are tried; a prime, so that
	// no symmetry of few folds passes for a free one.
	freeTurns = 11

	// aHair is how far a turned pose may be moved, root mean square, before it counts as
	// another turn.
	aHair = 0.004

	turnsFreely = "turns freely"
	discrete    = "discrete"
)

// doubt compares the best pose with the other finalists and, of a reference with an
// axis, with turns about it: point by point, so that a difference counts as soon as
// it is more than sampling noise.
func (a *alignment) doubt(ctx context.Context, res *Result, p pair, list []candidate, found []residuals, order []int) error {
	best := order[0]
	if a.ambiguous(list, found, best) {
		res.Ambiguous, res.Symmetry = true, discrete
	}
	vals, _ := geom.SymEigen(a.scan.cov)
	if vals[1] < 1e-8*vals[2] { // all on a line
		res.Ambiguous, res.Symmetry = true, turnsFreely
		return nil
	}
	if a.ref.self.axis == (geom.Vec{}) {
		return nil
	}
	sourceIndex, targetIndex := stat.Every(a.scan.even, 2000), stat.Every(p.target.even, 2000)
	if !p.twoSided {
		targetIndex = nil
	}
	here, err := measure(ctx, a.opt.Workers, a.scan.full, p.target.full, list[best].pose, sourceIndex, targetIndex)
	if err != nil {
		return err
	}
	for k := 1; k < freeTurns; k++ {
		turned := turn(a.ref.self.axis, a.ref.self.center, 2*math.Pi*float64(k)/freeTurns).Mul(list[best].pose)
		worse, err := a.worse(ctx, p, here, turned, sourceIndex, targetIndex)
		if worse || err != nil {
			return err
		}
	}
	res.Ambiguous, res.Symmetry = true, turnsFreely
	return nil
}

// worse says that a turned pose explains the scan clearly worse than the one whose
// residuals are here, also once it is moved as little as the axis may be off.
func (a *alignment) worse(ctx context.Context, p pair, here residuals, turned geom.Pose, source, target []int32) (bool, error) {
	there, err := measure(ctx, a.opt.Workers, a.scan.full, p.target.full, turned, source, target)
	if err != nil || advantage(here, there, near) < surely {
		return false, err
	}
	moved, err := refine(ctx, a.opt.Workers, a.scan.full, p.target.full, turned, plan{
		source: stat.Every(source, glimpse.matched), target: stat.Every(target, glimpse.matched),
		steps: glimpse.steps, reach: 0.01, robust: true, floor: p.target.full.spacing / 2, tolerance: 1e-5,
	})
	if err != nil || a.scan.apart(moved, turned) > aHair {
		return true, err
	}
	there, err = measure(ctx, a.opt.Workers, a.scan.full, p.target.full, moved, source, target)
	return advantage(here, there, near) >= surely, err
}

// ambiguous says that a clearly different one of the poses is not clearly worse than the best.
func (a *alignment) ambiguous(list []candidate, found []residuals, best int) bool {
	for i := range list {
		if a.scan.apart(list[i].pose, list[best].pose) > elsewhere && advantage(found[best], found[i], near) < surely {
			return true
		}
	}
	return false
}
