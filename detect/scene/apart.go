package scene

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/spatial"
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
	// touching is how near to clutter, in spacings, nobody can tell which is which.
	touching = 5
	// few is the least number of points of something.
	few = 8
)

// setApart finds strays and clutter among the points that are off the surface.
func (v *View) setApart(ctx context.Context, workers int) error {
	limit := max(offSpacings*v.Spacing, offNoise*max(v.Noise, v.part.Surface.Noise))
	// The flanks of a small dent or bump are company to its few points that are off.
	var off []int32
	var places []geom.Vec3
	points := v.Tree.Points()
	for i, f := range v.Feet {
		if math.Abs(f.Signed) > limit/2 {
			off, places = append(off, int32(i)), append(places, points[i])
		}
	}
	if len(off) == 0 {
		return nil
	}
	reach := strayReach * v.Spacing
	tree := spatial.NewTree(places)
	around, err := tree.CountWithin(ctx, workers, places, reach)
	if err != nil {
		return err
	}
	var left []int32
	var kept []geom.Vec3
	for k, i := range off {
		if around[k] < company { // itself included
			if math.Abs(v.Feet[i].Signed) > limit {
				v.Set[i] = Stray
			}
			continue
		}
		left, kept = append(left, i), append(kept, places[k])
	}
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
		switch l := label[k]; {
		case far[l] > farOff*v.part.Size && size[l] >= few:
			v.Set[i] = Clutter
			clutter = append(clutter, kept[k])
		case size[l] < few && math.Abs(v.Feet[i].Signed) > limit:
			v.Set[i] = Stray
		}
	}
	if len(clutter) == 0 {
		return nil
	}
	beside := spatial.NewTree(clutter)
	reach = touching * v.Spacing
	for i, q := range points {
		if v.Set[i] == Comparable && float64(beside.Nearest(q).Dist2) <= reach*reach {
			v.Set[i] = Clutter
		}
	}
	return nil
}
