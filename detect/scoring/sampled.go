package scoring

import (
	"context"
	"slices"

	"blemish/detect"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// Sampled is the part of a scan that a detector works on: measured points, thinned
// where there are very many, and the way back to all points.
type Sampled struct {
	Points   []geom.Vec3 // what is worked on
	Missed   int         // points of the scan that are missed returns: 0 0 0, many times
	Rounding float64     // standard deviation of rounded coordinates, in the scan's unit; 0: none that can be told
	Eyes     []geom.Vec3 // where the scanner stood, in the scan's frame, where that is known

	finite []geom.Vec3 // all measured points
	index  []int32     // which points of the scan those are; nil: all
	scan   int         // number of points of the scan
}

// Sample takes at most `most` of a scan's measured points, spread evenly: those that are
// finite and no missed returns.
func Sample(scan *geom.Cloud, most int) *Sampled {
	s := &Sampled{scan: scan.Len()}
	if scan.Sensor != nil {
		s.Eyes = []geom.Vec3{scan.Sensor.F()}
	}
	s.finite, s.index = Finite(scan.Points)
	s.dropMissed(scan.MissedReturns())
	s.Rounding = rounding(s.finite)
	thin := spatial.Thin(s.finite, most)
	s.Points = make([]geom.Vec3, len(thin))
	for i, j := range thin {
		s.Points[i] = s.finite[j]
	}
	return s
}

// dropMissed leaves out missed returns, which many scanners write as 0 0 0. missed are
// points of the scan, ascending.
func (s *Sampled) dropMissed(missed []int32) {
	if len(missed) == 0 {
		return
	}
	s.Missed = len(missed)
	kept, index := make([]geom.Vec3, 0, len(s.finite)), make([]int32, 0, len(s.finite))
	for i, p := range s.finite {
		at := int32(i)
		if s.index != nil {
			at = s.index[i]
		}
		if _, found := slices.BinarySearch(missed, at); !found {
			kept, index = append(kept, p), append(index, at)
		}
	}
	s.finite, s.index = kept, index
}

const (
	// aloneNeighbors and alone say which points are left out before a scan is aligned:
	// those whose fourth neighbour is so many times farther than usual.
	aloneNeighbors = 4
	alone          = 6
)

// Solid leaves out points that stand alone, which no surface explains.
func Solid(ctx context.Context, workers task.Workers, points []geom.Vec3) ([]geom.Vec3, error) {
	if len(points) <= aloneNeighbors {
		return points, nil
	}
	tree := spatial.NewTree(points)
	dist := make([]float32, len(points))
	err := tree.ForNeighbors(ctx, workers, aloneNeighbors+1, func(_ int, i int32, near []spatial.Neighbor) {
		dist[i] = near[len(near)-1].Dist2
	})
	if err != nil {
		return nil, err
	}
	limit := alone * alone * stat.Median(slices.Clone(dist))
	var kept []geom.Vec3
	for i, p := range points {
		if dist[i] <= limit {
			kept = append(kept, p)
		}
	}
	if len(kept) == len(points) || len(kept) < len(points)/2 {
		return points, nil
	}
	return kept, nil
}

// owners tells for each point of the scan which worked point is nearest; −1 for those that are not
// measured.
func (s *Sampled) owners() []int32 {
	owner := make([]int32, s.scan)
	for i := range owner {
		owner[i] = -1
	}
	var tree *spatial.Tree
	if len(s.Points) < len(s.finite) {
		tree = spatial.NewTree(s.Points)
	}
	for i, p := range s.finite {
		at, own := int32(i), int32(i)
		if s.index != nil {
			at = s.index[i]
		}
		if tree != nil {
			own = tree.Nearest(p).Index
		}
		owner[at] = own
	}
	return owner
}

// Carry spreads values, each one a worked point, to all points of the scan; points
// that are not finite get 0. The regions' indices are carried along in place.
func (s *Sampled) Carry(ctx context.Context, workers task.Workers, regions []detect.Region, values ...[]float32) ([][]float32, error) {
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
func carryRegions(regions []detect.Region, worked *spatial.Tree, all []geom.Vec3) {
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

// measured is the number of the scan's points that are measured.
func (s *Sampled) measured() int { return len(s.finite) }
