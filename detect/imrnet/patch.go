// Patches, section 4.2 (Eq. 8): each centre with its k nearest points.
package imrnet

import (
	"context"

	"blemish/geom"
	"blemish/pointmae"
	"blemish/spatial"
)

// patches are n centres with the k points nearest to each. Points are stored
// relative to their centre, as the network reads them.
type patches struct {
	k       int
	centres []geom.Vec3 // n
	points  []geom.Vec3 // n·k, relative to the centre
	index   []int32     // n·k, which point of the cloud each is
	beside  *patches    // of a sound scan, seen by the network along with these; nil: none
}

func (p *patches) n() int { return len(p.centres) }

// input is what the network takes: these patches with some of them masked, and
// those beside them, enlarged by scale.
func (p *patches) input(mask []bool, scale float64) pointmae.Cloud {
	c := pointmae.Cloud{Centres: p.centres, Patches: p.points, Masked: mask}
	if b := p.beside; b != nil {
		c.Centres = append(p.centres[:p.n():p.n()], b.centres...)
		c.Patches = append(p.points[:len(p.points):len(p.points)], b.points...)
		c.Masked = append(mask[:p.n():p.n()], make([]bool, b.n())...)
	}
	c.Centres, c.Patches = scaled(c.Centres, scale), scaled(c.Patches, scale)
	return c
}

// alone is what the network takes to look at these patches by themselves.
func (p *patches) alone(scale float64) pointmae.Cloud {
	return pointmae.Cloud{Centres: scaled(p.centres, scale), Patches: scaled(p.points, scale)}
}

// scaled returns the points enlarged about 0.
func scaled(points []geom.Vec3, by float64) []geom.Vec3 {
	if by == 1 {
		return points
	}
	out := make([]geom.Vec3, len(points))
	for i, q := range points {
		out[i] = q.D().Scale(by).F()
	}
	return out
}

// gather forms patches around the given points of a cloud.
func gather(ctx context.Context, workers int, tree *spatial.Tree, centre []int32, k int) (*patches, error) {
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
