package detect

import (
	"context"

	"blemish/geom"
	"blemish/spatial"
)

// Sampled is the part of a scan that a detector works on: finite points, thinned
// where there are very many, and the way back to all points.
type Sampled struct {
	Points []geom.Vec3 // what is worked on

	finite []geom.Vec3 // all finite points
	index  []int32     // which points of the scan those are; nil: all
	scan   int         // number of points of the scan
}

// Sample takes at most `most` of a scan's finite points, spread evenly.
func Sample(scan *geom.Cloud, most int) *Sampled {
	s := &Sampled{scan: scan.Len()}
	s.finite, s.index = Finite(scan.Points)
	thin := Thin(s.finite, most)
	s.Points = make([]geom.Vec3, len(thin))
	for i, j := range thin {
		s.Points[i] = s.finite[j]
	}
	return s
}

// Carry spreads values, each one a worked point, to all points of the scan; points
// that are not finite get 0. The regions' indices are carried along in place.
func (s *Sampled) Carry(ctx context.Context, workers int, regions []Region, values ...[]float32) ([][]float32, error) {
	if len(s.Points) < len(s.finite) {
		tree := spatial.NewTree(s.Points)
		var err error
		if values, err = Carry(ctx, workers, tree, s.finite, 3, values...); err != nil {
			return nil, err
		}
		carryRegions(regions, tree, s.finite)
	}
	if s.index == nil {
		return values, nil
	}
	out := make([][]float32, len(values))
	for v, from := range values {
		out[v] = make([]float32, s.scan)
		for i, j := range s.index {
			out[v][j] = from[i]
		}
	}
	for r := range regions {
		for i, j := range regions[r].Index {
			regions[r].Index[i] = s.index[j]
		}
	}
	return out, nil
}

// carryRegions gives every point of the whole scan to the region of its nearest
// worked point.
func carryRegions(regions []Region, worked *spatial.Tree, all []geom.Vec3) {
	region := make([]int32, worked.Len())
	for r := range regions {
		for _, i := range regions[r].Index {
			region[i] = int32(r) + 1
		}
		regions[r].Index = nil
	}
	for i, p := range all {
		if r := region[worked.Nearest(p).Index]; r > 0 {
			regions[r-1].Index = append(regions[r-1].Index, int32(i))
		}
	}
	for r := range regions {
		if n := len(regions[r].Index); n > 0 {
			regions[r].Points = n
		}
	}
}
