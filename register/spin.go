package register

import (
	"cmp"
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
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
	// rather is the same where the pose is the one given: of so many turns of a part without a mark one
	// is better by two by chance.
	rather = 3.5
)

// spin looks for the turn about the reference's axis in which the points that depend on the
// turn lie on it best.
func (a *alignment) spin(ctx context.Context, p pair, pose geom.Pose) (geom.Pose, error) {
	if a.ref.self.axis == (geom.Vec{}) {
		return pose, nil
	}
	index := stat.Every(a.scan.even, spun)
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
	places := tellingPlaces(off)
	index = pick(index, places)
	here := residuals{source: pick(off[0], places)} // of the pose itself
	for k := range around {
		around[k].cost = residuals{source: pick(off[k], places)}.cost(near)
	}
	turned := around[sortedByCost(around)[0]].pose
	// The axis may be off a little, which polishing mends; it slides the pose back a little, too.
	if turned, err = a.polish(ctx, p, turned); err != nil {
		return pose, err
	}
	turned, there, err := a.bestTurn(ctx, p, a.turns(turned, -fineSpins, fineSpins+1, 1.0/fineSpins), index)
	enough := float64(clearly)
	if a.isGiven(pose) {
		enough = rather
	}
	if err != nil || advantage(there, here, near) < enough {
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

// bestTurn is the pose in which the given points of the scan lie on the reference best, and how.
func (a *alignment) bestTurn(ctx context.Context, p pair, turns []candidate, index []int32) (geom.Pose, residuals, error) {
	found := make([]residuals, len(turns))
	for k := range turns {
		var err error
		if found[k], err = measure(ctx, a.opt.Workers, a.scan.full, p.target.full, turns[k].pose, index, nil); err != nil {
			return geom.Pose{}, residuals{}, err
		}
		turns[k].cost = found[k].cost(near)
	}
	best := sortedByCost(turns)[0]
	return turns[best].pose, found[best], nil
}

// tellingPlaces are the places, ascending, of the points whose distances vary most with the
// turn. off is the distance of each at each turn.
func tellingPlaces(off [][]float64) []int32 {
	variance := make([]float64, len(off[0]))
	places := make([]int32, len(variance))
	for i := range variance {
		var sum, square float64
		for _, turn := range off {
			sum += turn[i]
			square += float64(turn[i] * turn[i])
		}
		n := float64(len(off))
		variance[i], places[i] = square/n-float64(sum/n*(sum/n)), int32(i)
	}
	slices.SortStableFunc(places, func(a, b int32) int { return cmp.Compare(variance[b], variance[a]) })
	places = places[:int(math.Ceil(telling*float64(len(places))))]
	slices.Sort(places)
	return places
}
