package memory

import (
	"context"

	"blemish/feature"
	"blemish/geom"
	"blemish/internal/setting"
	"blemish/spatial"
)

// Fast point feature histograms as features: of points, with normals that face the same way
// in every scan.

// Oriented is a scan's points with unit normals that look outwards: as the sound surface
// beside them does, where that is known, and else away from the middle of the scan. normals
// are changed in place.
func (c *Cloud) Oriented(normals []geom.Vec3) []geom.Vec3 {
	if c.Outward == nil {
		feature.Orient(c.Points, normals, c.middle())
		return normals
	}
	for i, n := range normals {
		if n.D().Dot(c.Outward[i].D()) < 0 {
			normals[i] = geom.Vec3{X: -n.X, Y: -n.Y, Z: -n.Z}
		}
	}
	return normals
}

// Histograms is over what neighbourhoods histograms are made.
type Histograms struct {
	// NormalNeighbors and FPFHNeighbors are over how many points normals and histograms are
	// made, at most; NormalRadius and FPFHRadius within what radius, in the scans' unit. 0: as
	// many as there are neighbours, however far, which no unit and no density changes.
	NormalNeighbors int     `json:"normal_neighbors"`
	NormalRadius    float64 `json:"normal_radius"`
	FPFHNeighbors   int     `json:"fpfh_neighbors"`
	FPFHRadius      float64 `json:"fpfh_radius"`
}

// DefaultHistograms are over the published numbers of neighbours, however far.
func DefaultHistograms() Histograms { return Histograms{NormalNeighbors: 30, FPFHNeighbors: 100} }

// HistogramRanges lists what each number may be.
func (h Histograms) HistogramRanges() []setting.Range {
	return []setting.Range{
		setting.Whole("normal_neighbors", h.NormalNeighbors, 3, 1000),
		setting.Number("normal_radius", h.NormalRadius, 0, 1e15),
		setting.Whole("fpfh_neighbors", h.FPFHNeighbors, 2, 1000),
		setting.Number("fpfh_radius", h.FPFHRadius, 0, 1e15),
	}
}

// FPFH is the descriptor of every point (Rusu et al., 2009).
func (c *Cloud) FPFH(ctx context.Context, h Histograms) ([]float32, error) {
	tree := spatial.NewTree(c.Points)
	normals, err := c.normals(ctx, tree, h.NormalNeighbors, h.NormalRadius)
	if err != nil {
		return nil, err
	}
	if h.FPFHRadius > 0 {
		return feature.FPFHRadius(ctx, c.Workers, tree, normals, h.FPFHRadius, h.FPFHNeighbors)
	}
	return feature.FPFH(ctx, c.Workers, tree, normals, h.FPFHNeighbors)
}

// FPFHScales is the descriptor of every point over several numbers of neighbours, one slice
// each, of normals over another.
func (c *Cloud) FPFHScales(ctx context.Context, normal int, neighbors ...int) ([][]float32, error) {
	tree := spatial.NewTree(c.Points)
	normals, err := c.normals(ctx, tree, normal, 0)
	if err != nil {
		return nil, err
	}
	return feature.FPFHScales(ctx, c.Workers, tree, normals, neighbors...)
}

// normals are those over the nearest neighbors; with a radius above 0, of those within it.
func (c *Cloud) normals(ctx context.Context, tree *spatial.Tree, neighbors int, radius float64) (normals []geom.Vec3, err error) {
	if radius > 0 {
		normals, err = feature.NormalsRadius(ctx, c.Workers, tree, radius, neighbors)
	} else {
		normals, _, err = feature.Normals(ctx, c.Workers, tree, neighbors)
	}
	if err != nil {
		return nil, err
	}
	return c.Oriented(normals), nil
}
