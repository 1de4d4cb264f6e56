package feature

import (
	"context"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Clouds in which points are repeated. The nearest neighbours of a point that stands
// there forty times are itself, and span no plane: neighbourhoods are those of the
// places.

// places is the tree over the places of a cloud's points.
type places struct {
	tree  *spatial.Tree
	owner []int32 // of each point: its place, -1 where it is not finite
	first []int32 // of each place: its first point
}

// crowded reports whether a third of the points or more repeat another. Equal points lie
// next to each other in tree order, most of them.
func crowded(t *spatial.Tree) bool {
	points, same := t.Points(), 0
	for place, i := range t.Order() {
		if place > 0 && points[i] == points[t.Order()[place-1]] {
			same++
		}
	}
	return same > 0 && 3*same >= t.Len()
}

// placesOf builds the tree over the distinct points.
func placesOf(ctx context.Context, workers task.Workers, t *spatial.Tree) (*places, error) {
	p := &places{}
	var distinct []geom.Vec3
	_, p.owner = spatial.VoxelDownsample(t.Points(), 0)
	for i, o := range p.owner {
		if int(o) == len(distinct) { // places are numbered as they appear
			distinct = append(distinct, t.Points()[i])
			p.first = append(p.first, int32(i))
		}
	}
	var err error
	p.tree, err = spatial.BuildTree(ctx, workers, distinct)
	return p, err
}

// gather takes the values of the places' first points.
func (p *places) gather(values []geom.Vec3) []geom.Vec3 {
	out := make([]geom.Vec3, len(p.first))
	for o, i := range p.first {
		out[o] = values[i]
	}
	return out
}
