package register

import (
	"cmp"
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/task"
)

// The turn of a part that is a body of revolution but for a mark: a label, a letter, a dent of
// its mould. All but the mark holds a pose where it is, and drowns what the mark says.

const (
	// spins is the number of angles about the axis that are looked at.
	spins = 90
	// spun is the number of the scan's points that are looked at.
	spun = 6000
	// telling is the share of them that are asked: those that depend on the turn most.
	telling = 0.05
	// fineSpins is into how many steps the angle of a spin is divided at last.
	fineSpins = 8
	// clearly is by how many standard errors another turn must be better.
	clearly = 2
)

// spin looks for the turn about the reference's axis in which the points that depend on the
// turn lie on it best.
func (a *alignment) spin(ctx context.Context, p pair, pose geom.Pose) (geom.Pose, error) {
	if a.ref.self.axis == (geom.Vec{}) {
		return pose, nil
	}
	index := every(a.scan.even, spun)
	around := a.turns(pose, 0, spins, 1)
	off := make([][]float64, spins)
	err := task.Each(ctx, a.opt.Workers, spins, func(k int) error {
		r, err := measure(ctx, 1, a.scan.full, p.target.full, around[k].pose, index, nil)
		off[k] = r.source
		return err
	})
	if err != nil {
		return pose, err
	}
	index = tellingPoints(index, off)
	turned, err := a.bestTurn(ctx, p, around, index)
	if err != nil {
		return pose, err
	}
	// The axis may be off a little, which polishing mends; it slides the pose back a little, too.
	if turned, err = a.polish(ctx, p, turned); err != nil {
		return pose, err
	}
	if turned, err = a.bestTurn(ctx, p, a.turns(turned, -fineSpins, fineSpins+1, 1.0/fineSpins), index); err != nil {
		return pose, err
	}
	here, err := measure(ctx, a.opt.Workers, a.scan.full, p.target.full, pose, index, nil)
	if err != nil {
		return pose, err
	}
	there, err := measure(ctx, a.opt.Workers, a.scan.full, p.target.full, turned, index, nil)
	if err != nil || advantage(there, here, near) < clearly {
		return pose, err
	}
	return turned, nil
}

// turns are turns of a pose about the reference's axis, from one step to before another, of so
// many spins each.
func (a *alignment) turns(pose geom.Pose, from, to int, spin float64) []candidate {
	var out []candidate
	for k := from; k < to; k++ {
		angle := 2 * math.Pi * float64(k) * spin / spins
		out = append(out, candidate{pose: turn(a.ref.self.axis, a.ref.self.center, angle).Mul(pose)})
	}
	return out
}

// bestTurn is the pose in which the given points of the scan lie on the reference best.
func (a *alignment) bestTurn(ctx context.Context, p pair, turns []candidate, index []int32) (geom.Pose, error) {
	for k := range turns {
		r, err := measure(ctx, a.opt.Workers, a.scan.full, p.target.full, turns[k].pose, index, nil)
		if err != nil {
			return geom.Pose{}, err
		}
		turns[k].cost = r.cost(near)
	}
	return turns[sortedByCost(turns)[0]].pose, nil
}

// tellingPoints are the points whose distances vary most with the turn. off is the distance of
// each at each turn.
func tellingPoints(index []int32, off [][]float64) []int32 {
	type point struct {
		index    int32
		variance float64
	}
	points := make([]point, len(index))
	for i := range points {
		var sum, square float64
		for _, turn := range off {
			sum += turn[i]
			square += float64(turn[i] * turn[i])
		}
		n := float64(len(off))
		points[i] = point{index[i], square/n - float64(sum/n*(sum/n))}
	}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(b.variance, a.variance) })
	points = points[:int(math.Ceil(telling*float64(len(points))))]
	out := make([]int32, len(points))
	for i, p := range points {
		out[i] = p.index
	}
	slices.Sort(out)
	return out
}
