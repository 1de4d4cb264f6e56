package scoring

import (
	"context"
	"math"
	"slices"

	"blemish/detect"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// From scores to a list of defects, as an inspector would write it.

// RegionOptions says when points form a region; the zero value is the default.
type RegionOptions struct {
	High  float64 // a region holds points with at least this score; 0: 1
	Low   float64 // and grows over points with at least this; 0: half of High
	Least int     // how many points that score High a region holds; 0: as many as carry an object score
	Reach float64 // points belong together within so many spacings, 1/√(points per area); 0: 2.5
}

func (o RegionOptions) orDefaults() RegionOptions {
	if o.High == 0 {
		o.High = 1
	}
	if o.Low == 0 {
		o.Low = o.High / 2
	}
	if o.Reach == 0 {
		o.Reach = 2.5
	}
	return o
}

// Evidence is what regions are made from, all in the scan's frame.
type Evidence struct {
	Scan     []geom.Vec3 // finite points
	Score    []float32   // calibrated, one a point
	Signed   []float32   // signed distances, or nil
	Missing  []geom.Vec3 // sound surface that was not found, or nil
	Surprise []float32   // how surely: calibrated, one for each of Missing
	Area     float64     // that one of Missing stands for
	Own      []bool      // points with a tolerance of their own, of which few make a region; nil: none
}

// FindRegions groups points that score at least Low into connected regions and
// keeps those with a score of at least High (hysteresis: a defect's faint border
// belongs to it, a faint spot alone is nothing). Missing surface joins the region
// around it. Worst first; ties in the order of the points.
func FindRegions(ctx context.Context, workers task.Workers, e Evidence, opt RegionOptions) ([]detect.Region, error) {
	opt = opt.orDefaults()
	if opt.Least == 0 {
		opt.Least = regionSize(len(e.Scan))
	}
	var members []int32 // of e.Scan, then len(e.Scan)+ of e.Missing
	var places []geom.Vec3
	for i, s := range e.Score {
		if float64(s) >= opt.Low {
			members, places = append(members, int32(i)), append(places, e.Scan[i])
		}
	}
	for i, p := range e.Missing {
		members, places = append(members, int32(len(e.Scan)+i)), append(places, p)
	}
	if len(members) == 0 {
		return nil, nil
	}
	tree := spatial.NewTree(e.Scan)
	label, count, err := spatial.Components(ctx, workers, places, opt.Reach*typicalSpacing(tree, places))
	if err != nil {
		return nil, err
	}
	parts := make([][]int32, count)
	for i, l := range label {
		if l >= 0 {
			parts[l] = append(parts[l], members[i])
		}
	}
	var regions []detect.Region
	for _, part := range parts {
		if r, ok := e.region(tree, part, opt); ok {
			regions = append(regions, r)
		}
	}
	slices.SortStableFunc(regions, func(a, b detect.Region) int {
		switch {
		case a.Peak > b.Peak:
			return -1
		case a.Peak < b.Peak:
			return 1
		}
		return 0
	})
	return regions, nil
}

// areaNeighbors is over how many points the area that one stands for is measured.
const areaNeighbors = 8

// typicalSpacing is 1/√(points per area) of a scan around places: the median over
// at most a thousand of them.
func typicalSpacing(scan *spatial.Tree, places []geom.Vec3) float64 {
	var near []spatial.Neighbor
	var areas []float64
	for i := 0; i < len(places); i += stat.Step(len(places), 1000) {
		near = scan.KNN(places[i], areaNeighbors+1, near)
		areas = append(areas, areaOf(near))
	}
	return math.Sqrt(stat.Median(areas))
}

// areaOf is the area that one of the points stands for, from the nearest ones to a
// point, itself included.
func areaOf(near []spatial.Neighbor) float64 {
	return math.Pi * float64(near[len(near)-1].Dist2) / float64(max(1, len(near)-1))
}

// halo is the share of a region's peak below which a point is not counted in: scores
// are averages over neighbours, so a strong defect lights up the sound points around.
const halo = 0.25

// peak is the largest score of a part.
func (e *Evidence) peak(part []int32) float64 {
	var most float64
	for _, m := range part {
		if lost := int(m) - len(e.Scan); lost >= 0 {
			most = max(most, float64(e.Surprise[lost]))
		} else {
			most = max(most, float64(e.Score[m]))
		}
	}
	return most
}

// LeastMissing is how many places of missing surface make a region.
const LeastMissing = 5

// counts says whether a part has enough points that score high, or enough surface that is
// surely missing.
func (e *Evidence) counts(part []int32, opt RegionOptions) bool {
	high, missing, own := 0, 0, 0
	for _, m := range part {
		if lost := int(m) - len(e.Scan); lost >= 0 {
			if float64(e.Surprise[lost]) >= opt.High {
				missing++
			}
		} else if float64(e.Score[m]) >= opt.High {
			high++
			if e.Own != nil && e.Own[m] {
				own++
			}
		}
	}
	return high >= opt.Least || missing >= LeastMissing || own >= SmallRegion
}

// level is the score that enough points of a part reach to make a region, whatever a few
// wild ones score.
func (e *Evidence) level(part []int32, least int) float64 {
	var scores []float64
	for _, m := range part {
		if int(m) < len(e.Scan) {
			scores = append(scores, float64(e.Score[m]))
		}
	}
	if len(scores) == 0 {
		return 0
	}
	slices.Sort(scores)
	return scores[max(0, len(scores)-least)]
}

// region describes one part; false where it is too small or too faint.
func (e *Evidence) region(tree *spatial.Tree, part []int32, opt RegionOptions) (detect.Region, bool) {
	r := detect.Region{Box: geom.EmptyBox()}
	var sum geom.Vec
	var total, out, in, void, off float64
	var near []spatial.Neighbor
	var depths []float64
	r.Peak = e.peak(part)
	if !e.counts(part, opt) {
		return r, false
	}
	faint := halo * e.level(part, opt.Least)
	n := 0.0
	for _, m := range part {
		if lost := int(m) - len(e.Scan); lost >= 0 {
			p, s := e.Missing[lost], float64(e.Surprise[lost])
			r.Box.Extend(p.D())
			n++
			total += s
			sum = sum.Add(p.D())
			void += e.Area
			continue
		}
		p, s := e.Scan[m], float64(e.Score[m])
		if s < faint {
			continue
		}
		r.Index = append(r.Index, m)
		r.Box.Extend(p.D())
		n++
		total += s
		sum = sum.Add(p.D())
		near = tree.KNN(p, areaNeighbors+1, near)
		area := areaOf(near)
		r.Area += area
		if e.Signed != nil {
			d := float64(e.Signed[m])
			depths = append(depths, d)
			r.Depth = max(r.Depth, math.Abs(d))
			out, in = out+max(0, d), in+max(0, -d)
			if d*d > area/4 {
				off += area
			}
		}
	}
	r.Typical = typical(depths)
	r.Mean, r.Center = total/n, sum.Scale(1/n)
	r.Points = len(r.Index)
	if r.Points == 0 {
		r.Points = len(part)
	}
	if r.Kind = kindOf(out, in, void > off); void > off {
		r.Area = off // the points around a void are where they should be
	}
	r.Area += void
	return r, true
}

// kindOf names a region by the sums of its distances outwards and inwards, and by
// whether more of its surface was not found than is off by half a spacing.
func kindOf(out, in float64, lost bool) string {
	const mostly = 0.75
	switch {
	case lost:
		return detect.Missing
	case out > mostly*(out+in):
		return detect.Excess
	case in > mostly*(out+in):
		return detect.Missing
	}
	return detect.Deviating
}
