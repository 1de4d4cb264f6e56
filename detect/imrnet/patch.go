package imrnet

import (
	"context"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Patches, section 4.2 (Eq. 8): each centre with its k nearest points.

// patches are n centres with the k points nearest to each. Points are stored
// relative to their centre, as the network reads them.
type patches struct {
	k       int
	centres []geom.Vec3 // n
	points  []geom.Vec3 // n·k, relative to the centre
	index   []int32     // n·k, which point of the cloud each is
	beside  *patches    // of a sound scan, seen by the network along with these; nil: none
}

// n is the number of patches; 0 for nil.
func (p *patches) n() int {
	if p == nil {
		return 0
	}
	return len(p.centres)
}

// gather forms patches around the given points of a cloud.
func gather(ctx context.Context, workers task.Workers, tree *spatial.Tree, centre []int32, k int) (*patches, error) {
	cloud := tree.Points()
	at := make([]geom.Vec3, len(centre))
	for i, c := range centre {
		at[i] = cloud[c]
	}
	index, _, err := tree.KNNBatch(ctx, workers, at, k)
	if err != nil {
		return nil, err
	}
	p := &patches{k: k, index: index}
	p.place(at, cloud)
	return p, nil
}

// place sets the centres and the members' positions: the patches keep their
// membership and follow the points.
func (p *patches) place(centres, points []geom.Vec3) {
	p.centres = centres
	p.points = make([]geom.Vec3, 0, len(p.index))
	for i, c := range centres {
		p.points = appendRelative(p.points, p.index[i*p.k:(i+1)*p.k], points, c)
	}
}

// appendRelative appends the points at index, as seen from c.
func appendRelative(dst []geom.Vec3, index []int32, points []geom.Vec3, c geom.Vec3) []geom.Vec3 {
	for _, i := range index {
		q := points[i]
		dst = append(dst, geom.Vec3{X: q.X - c.X, Y: q.Y - c.Y, Z: q.Z - c.Z})
	}
	return dst
}
