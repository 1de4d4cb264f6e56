package inscan

import (
	"context"
	"fmt"
	"math"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// A scan that is made ready to be carved into.

const (
	// around is over how many points a normal is fitted, and orientation spreads.
	around = 16
	// least is the fewest points of a scan that can be carved into.
	least = 100
	// seenFrom is the least length of the mean normal, and the share of normals on its side,
	// of a scan that was taken from one side. All around, normals cancel out.
	seenFrom, seenShare = 0.5, 0.9
)

// Ground is a scan with its surface normals. It may be used by several goroutines at once.
type Ground struct {
	Cloud    *geom.Cloud
	Diagonal float64

	tree      *spatial.Tree
	normals   []geom.Vec3 // out of the material; zero where unknown
	variation []float32   // high at edges
	// eye is where the scan was taken from, far away where only the side is known; nil where
	// it was taken from all around.
	eye *geom.Vec
}

// NewGround fits the normals of a scan. They look towards Cloud.Sensor where that is known.
// Else neighbours are made to agree, outermost points to look outwards; and a scan whose
// normals nearly all look to one side counts as seen from there.
func NewGround(ctx context.Context, workers task.Workers, cloud *geom.Cloud) (*Ground, error) {
	if cloud.Len() < least {
		return nil, fmt.Errorf("%d points: at least %d are needed to carve into", cloud.Len(), least)
	}
	g := &Ground{Cloud: cloud, Diagonal: cloud.Box().Diagonal()}
	if missed := cloud.MissedReturns(); missed != nil {
		g.Diagonal = boxWithout(cloud.Points, missed).Diagonal()
	}
	if !(g.Diagonal > 0) {
		return nil, fmt.Errorf("all points are at one place")
	}
	var err error
	if g.tree, err = spatial.BuildTree(ctx, workers, cloud.Points); err != nil {
		return nil, err
	}
	if g.normals, g.variation, err = feature.Normals(ctx, workers, g.tree, around); err != nil {
		return nil, err
	}
	if cloud.Sensor != nil {
		g.eye = cloud.Sensor
		feature.Orient(cloud.Points, g.normals, *g.eye)
		for i, n := range g.normals { // Orient turns them away
			g.normals[i] = geom.Vec3{X: -n.X, Y: -n.Y, Z: -n.Z}
		}
		return g, nil
	}
	if err := feature.OrientOutward(ctx, workers, g.tree, g.normals, around); err != nil {
		return nil, err
	}
	g.eye = g.side()
	return g, nil
}

func boxWithout(points []geom.Vec3, left []int32) geom.Box {
	out := make(map[int32]bool, len(left))
	for _, i := range left {
		out[i] = true
	}
	box := geom.EmptyBox()
	for i, p := range points {
		if !out[int32(i)] {
			box.Extend(p.D())
		}
	}
	return box
}

// side is a place far away on the side from which a one-sided scan is seen; nil where it
// shows more sides.
func (g *Ground) side() *geom.Vec {
	var sum geom.Vec
	known := 0
	for _, n := range g.normals {
		if n != (geom.Vec3{}) {
			sum = sum.Add(n.D())
			known++
		}
	}
	if known == 0 || sum.Norm() < seenFrom*float64(known) {
		return nil
	}
	way, towards := sum.Unit(), 0
	for _, n := range g.normals {
		if n.D().Dot(way) > 0 {
			towards++
		}
	}
	if float64(towards) < seenShare*float64(known) {
		return nil
	}
	eye := g.Cloud.Box().Center().AddScaled(10*g.Diagonal, way)
	return &eye
}

// Spacing is 1/√(points per area) around a place.
func (g *Ground) Spacing(at geom.Vec) float64 {
	near := g.tree.KNN(at.F(), around+1, nil)
	return math.Sqrt(math.Pi * float64(near[len(near)-1].Dist2) / float64(len(near)-1))
}

// Nearest is the point of the scan nearest to a place, and how far away it is.
func (g *Ground) Nearest(at geom.Vec) (point int32, distance float64) {
	n := g.tree.Nearest(at.F())
	return n.Index, math.Sqrt(float64(n.Dist2))
}
