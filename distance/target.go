package distance

import (
	"context"
	"errors"

	"blemish/feature"
	"blemish/geom"
	"blemish/mesh"
	"blemish/spatial"
	"blemish/task"
)

// Where a cloud has no normals, they are fitted to so many points, and oriented over
// a graph of so many neighbours.
const (
	normalNeighbors = 16
	orientNeighbors = 12
)

// Target is what distances are measured to: a mesh or a cloud, made ready. It does
// not change once made and may be used from several goroutines.
type Target struct {
	origin  geom.Vec
	faces   closest       // nil for a cloud
	surface *mesh.Surface // nil where nothing signed was asked for

	tree    *spatial.Tree
	normals []geom.Vec3 // of the cloud's points, nil where nothing signed was asked for
	guessed bool        // the normals were fitted, not given
}

// closest is what finds the nearest points of a mesh.
type closest interface {
	ForClosest(ctx context.Context, workers task.Workers, points []geom.Vec3, shift geom.Vec, limit float64, body func(i int32, c spatial.Closest)) error
}

// ErrEmpty is returned for a target without anything to measure to.
var ErrEmpty = errors.New("there is nothing to measure distances to")

// ToMesh prepares a mesh. What it takes to tell the sides apart is prepared with
// signed only.
func ToMesh(ctx context.Context, workers task.Workers, m *geom.Mesh, signed bool) (*Target, error) {
	if !signed {
		bvh, err := spatial.BuildBVH(ctx, workers, m)
		if err != nil {
			return nil, err
		}
		if bvh.Repeats() > fewRepeats {
			if bvh, err = spatial.BuildBVH(ctx, workers, mesh.Clean(mesh.Weld(m, 0))); err != nil {
				return nil, err
			}
		}
		if bvh.Len() == 0 {
			return nil, ErrEmpty
		}
		return &Target{origin: vec(m.Origin), faces: bvh}, nil
	}
	s, err := mesh.NewSurface(ctx, workers, m)
	if err != nil {
		return nil, err
	}
	if len(s.Mesh.Faces) == 0 {
		return nil, ErrEmpty
	}
	return &Target{origin: vec(m.Origin), faces: s, surface: s}, nil
}

// ToCloud prepares a cloud. With signed its normals say which side is outside; a
// cloud without gets normals that are fitted to its points and turned so that
// neighbours agree and the whole looks outwards.
func ToCloud(ctx context.Context, workers task.Workers, c *geom.Cloud, signed bool) (*Target, error) {
	t := &Target{origin: vec(c.Origin), normals: c.Normals}
	var err error
	if t.tree, err = spatial.BuildTree(ctx, workers, c.Points); err != nil {
		return nil, err
	}
	if t.tree.Repeats() > fewRepeats {
		c = places(c)
		t.normals = c.Normals
		if t.tree, err = spatial.BuildTree(ctx, workers, c.Points); err != nil {
			return nil, err
		}
	}
	if t.tree.Nearest(geom.Vec3{}).Index < 0 {
		return nil, ErrEmpty
	}
	if signed && t.normals == nil {
		t.guessed = true
		if t.normals, _, err = feature.Normals(ctx, workers, t.tree, normalNeighbors); err != nil {
			return nil, err
		}
		if err := feature.OrientOutward(ctx, workers, t.tree, t.normals, orientNeighbors); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// fewRepeats is how many blocks of equal points or faces do no harm to searches.
const fewRepeats = 8

// places keeps the first point at each place.
func places(c *geom.Cloud) *geom.Cloud {
	_, owner := spatial.VoxelDownsample(c.Points, 0)
	var kept []int32
	for i, o := range owner {
		if int(o) == len(kept) { // places are numbered as they appear
			kept = append(kept, int32(i))
		}
	}
	return (&geom.Cloud{Points: c.Points, Normals: c.Normals, Origin: c.Origin, Sensor: c.Sensor}).Select(kept)
}

// Doubt says why signs may be wrong, "" where they are right.
func (t *Target) Doubt() string {
	switch {
	case t.surface != nil && !t.surface.Closed():
		return "the mesh is not closed: signs tell the side of the nearest face, which means something near the surface only"
	case t.guessed:
		return "the cloud has no normals: they were fitted to its points and turned outwards as neighbours agree, so signs may be wrong where surfaces nearly touch"
	}
	return ""
}

// IsMesh reports whether distances go to a surface rather than to points.
func (t *Target) IsMesh() bool { return t.faces != nil }

// Closed reports whether the target is a mesh, prepared for signed distances, that
// tells inside from outside everywhere.
func (t *Target) Closed() bool { return t.surface != nil && t.surface.Closed() }

func vec(o [3]float64) geom.Vec { return geom.Vec{X: o[0], Y: o[1], Z: o[2]} }
