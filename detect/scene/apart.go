package scene

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Strays and clutter: points that are not of the part.

const (
	// offSpacings and offNoise are how far from the surface a point is surely off it, in
	// spacings of the scan and in standard deviations of its noise.
	offSpacings, offNoise = 2.5, 6
	// company is how many points off the surface one has within strayReach spacings, at
	// least, if they are of something: a surface has about nine times as many.
	company, strayReach = 4, 3
	// farOff is how far from the known surface, as a share of the part's size, something
	// connected reaches that is no defect of the part but another thing beside it.
	farOff = 0.25
	// scattered is the share of the points from which strays within the part's box tell of others
	// that are too near to the surface to be seen as such.
	scattered = 0.002
	// touching is how near to clutter, in spacings, nobody can tell which is which, and onTable
	// the same above a table, which is known better.
	touching, onTable = 5, 3
	// few is the least number of points of something.
	few = 8
)

// setApart finds strays and clutter among the points that are off the surface.
func (v *View) setApart(ctx context.Context, workers task.Workers) error {
	noise := offNoise * max(v.Noise, v.part.Surface.Noise)
	limit := max(offSpacings*v.Spacing, noise)
	if err := v.setAlone(ctx, workers, limit, company); err != nil {
		return err
	}
	inside, chance := v.straysWithin(strayReach * v.Spacing)
	v.Scattered = float64(inside) > scattered*float64(v.Tree.Len())
	// Where strays are many, some have others by chance.
	if chance > 0.05 {
		if err := v.setAlone(ctx, workers, limit, company+int(math.Ceil(chance+3*math.Sqrt(chance)))); err != nil {
			return err
		}
	}
	var left []int32
	var kept []geom.Vec3
	points := v.Tree.Points()
	for i, f := range v.Feet {
		// The flanks of a small dent or bump belong to its few points that are off.
		if v.Set[i] != Stray && math.Abs(f.Signed) > limit/2 {
			left, kept = append(left, int32(i)), append(kept, points[i])
		}
	}
	if len(left) == 0 {
		return nil
	}
	reach := strayReach * v.Spacing
	label, count, err := spatial.Components(ctx, workers, kept, reach)
	if err != nil {
		return err
	}
	size, far := make([]int, count), make([]float64, count)
	for k, i := range left {
		size[label[k]]++
		far[label[k]] = max(far[label[k]], math.Abs(v.Feet[i].Signed))
	}
	var clutter []geom.Vec3
	for k, i := range left {
		if math.Abs(v.Feet[i].Signed) <= limit {
			continue
		}
		switch l := label[k]; {
		case far[l] > farOff*v.part.Size && size[l] >= few:
			v.Set[i] = Clutter
			clutter = append(clutter, kept[k])
		case size[l] < few:
			v.Set[i] = Stray
		}
	}
	if len(clutter) == 0 {
		return nil
	}
	if v.table = v.findTable(clutter); v.table != nil {
		v.underTable(limit)
	}
	v.clutter = spatial.NewTree(clutter)
	reach = touching * v.Spacing
	for i, q := range points {
		if v.Set[i] != Comparable {
			continue
		}
		if float64(v.clutter.Nearest(q).Dist2) <= reach*reach || v.table != nil && v.table.height(q) <= onTable*v.Spacing {
			v.Set[i] = Clutter
		}
	}
	return nil
}

// straysWithin counts the strays within the box of the part, and how many of them a ball of a
// radius has in the mean, if they are spread over it.
func (v *View) straysWithin(radius float64) (inside int, mean float64) {
	box := geom.BoxOf(v.part.Sites)
	for i, q := range v.Tree.Points() {
		if v.Set[i] == Stray && box.Contains(q.D()) {
			inside++
		}
	}
	size := box.Size()
	least := 2 * radius // a flat part's box has no volume
	volume := max(size.X, least) * max(size.Y, least) * max(size.Z, least)
	return inside, float64(inside) * 4 / 3 * math.Pi * radius * radius * radius / volume
}

// setAlone takes for strays the points farther than limit off the surface that have less
// company than enough: points around them that are off by at least half of limit.
func (v *View) setAlone(ctx context.Context, workers task.Workers, limit float64, enough int) error {
	points := v.Tree.Points()
	reach := strayReach * v.Spacing
	return task.For(ctx, workers, len(points), 256, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for i := lo; i < hi; i++ {
			if math.Abs(v.Feet[i].Signed) <= limit {
				continue
			}
			near = v.Tree.Radius(points[i], reach, near)
			count := 0
			for _, n := range near { // itself included
				if math.Abs(v.Feet[n.Index].Signed) > limit/2 {
					count++
				}
			}
			if count < enough {
				v.Set[i] = Stray
			}
		}
	})
}
