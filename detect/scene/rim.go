package scene

import (
	"context"
	"math"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Where the known surface ends.

const (
	// rimCompany is how many of a rim point's nearest neighbours lie at the rim too, at
	// least, of rimCircle: a rim is a line, a gap by chance is alone.
	rimCompany, rimCircle = 3, 10
)

// rims marks the points at which the surface ends: neighbours lie to one side only, and
// no other face goes on from there, as it does at an edge or at the lip of a thin wall. A
// rim that is shorter than shortest is a gap by chance.
func rims(ctx context.Context, workers task.Workers, tree *spatial.Tree, normal []geom.Vec3, spacing, shortest float64) ([]bool, error) {
	points := tree.Points()
	gap := make([]bool, len(points))
	err := tree.ForNeighbors(ctx, workers, feature.RimNeighbors, func(_ int, i int32, near []spatial.Neighbor) {
		gap[i] = feature.AtRim(points, normal, i, near, true)
	})
	if err != nil {
		return nil, err
	}
	rim := make([]bool, len(points))
	err = tree.ForNeighbors(ctx, workers, rimCircle+1, func(_ int, i int32, near []spatial.Neighbor) {
		if !gap[i] {
			return
		}
		company := 0
		for _, n := range near {
			if n.Index != i && gap[n.Index] {
				company++
			}
		}
		rim[i] = company >= rimCompany
	})
	if err != nil {
		return nil, err
	}
	return rim, keepLong(ctx, workers, points, rim, spacing, shortest)
}

// Sides says that the scan shows sides of the part, not about all of it.
func (v *View) Sides() bool { return len(v.Eyes) > 0 && v.Shown < aboutAll }

// FromRim is how far each scanned point lies from where the scan ends, in its spacings: at
// silhouettes, at surface that something hides, around holes.
func (v *View) FromRim(ctx context.Context, workers task.Workers) ([]float64, error) {
	points := v.Tree.Points()
	normal := make([]geom.Vec3, len(points))
	for i, f := range v.Feet {
		normal[i] = v.part.Surface.Normal[f.Near]
	}
	at, err := rims(ctx, workers, v.Tree, normal, v.Spacing, 0)
	if err != nil {
		return nil, err
	}
	rim := marked(points, at)
	tree := spatial.NewTree(rim)
	out := make([]float64, len(points))
	for i, q := range points {
		out[i] = math.Inf(1)
		if len(rim) > 0 {
			out[i] = math.Sqrt(float64(tree.Nearest(q).Dist2)) / v.Spacing
		}
	}
	return out, nil
}

// marked are the points that flags mark.
func marked(points []geom.Vec3, flags []bool) []geom.Vec3 {
	var out []geom.Vec3
	for i, yes := range flags {
		if yes {
			out = append(out, points[i])
		}
	}
	return out
}

// rimStep is within how many spacings rim points belong to one rim.
const rimStep = 6

// keepLong clears the rims that extend over less than shortest.
func keepLong(ctx context.Context, workers task.Workers, points []geom.Vec3, rim []bool, spacing, shortest float64) error {
	var index []int32
	var places []geom.Vec3
	for i, r := range rim {
		if r {
			index, places = append(index, int32(i)), append(places, points[i])
		}
	}
	label, count, err := spatial.Components(ctx, workers, places, rimStep*spacing)
	if err != nil {
		return err
	}
	box := make([]geom.Box, count)
	for l := range box {
		box[l] = geom.EmptyBox()
	}
	for k, l := range label {
		box[l].Extend(places[k].D())
	}
	for k, i := range index {
		rim[i] = box[label[k]].Diagonal() >= shortest
	}
	return nil
}
