package capability

import (
	"context"
	"fmt"
	"slices"

	"blemish/defect/inscan"
	"blemish/geom"
	"blemish/spatial"
)

// Where on the part defects are tried.

const (
	// mostPoints is how many points of all scans together places are chosen from.
	mostPoints = 40_000
	// candidates is how many places are looked at for each that is wanted: at the rims of
	// what scans show there is no room.
	candidates = 6
	// shown is within how many spacings of a place a scan must have points to show it.
	shown = 2.5
)

// Place is where defects are tried, in the frame of the model.
type Place struct {
	At [3]float64 `json:"at"`
	// Measured is false where no scan shows enough surface to carve into.
	Measured bool `json:"measured"`
}

// surface is the part as the scans show it, and the places on it.
type surface struct {
	points []geom.Vec3 // of all scans together, thinned
	places []Place     // looked at, each the farthest from those before
	chosen []int       // which of them are tried
}

// nearest is for each point the place that counts for it.
func (sf *surface) nearest() []int32 {
	places := make([]geom.Vec3, len(sf.places))
	for i, p := range sf.places {
		places[i] = vec(p.At).F()
	}
	tree := spatial.NewTree(places)
	out := make([]int32, len(sf.points))
	for i, p := range sf.points {
		out[i] = int32(tree.Nearest(p).Index)
	}
	return out
}

// share is how much of the surface lies nearest to places of that sort: points are counted, which are
// spread evenly where there are many.
func (sf *surface) share(of func(place int) bool) float64 {
	n := 0
	for _, place := range sf.nearest() {
		if of(int(place)) {
			n++
		}
	}
	return float64(n) / float64(len(sf.points))
}

// notShown is the share of the surface that the model knows and that no scan shows. It looks at what the scan that
// shows the most leaves out.
func notShown(scans []*ready) float64 {
	best := scans[0]
	for _, r := range scans {
		if r.notSeenShare < best.notSeenShare {
			best = r
		}
	}
	if len(best.notSeen) == 0 {
		return 0
	}
	n := 0
	for _, p := range best.notSeen {
		if !slices.ContainsFunc(scans, func(r *ready) bool {
			_, off := r.ground.Nearest(r.scanFromPart.ApplyVec(p.D()))
			return off <= shown*r.spacing
		}) {
			n++
		}
	}
	return best.notSeenShare * float64(n) / float64(len(best.notSeen))
}

// choose spreads places over the part: each is the farthest from those before it, and a
// defect of the middle size fits there in some scan.
func (s *Study) choose(ctx context.Context, scans []*ready, d *Design) (*surface, error) {
	var all []geom.Vec3
	for _, r := range scans {
		all = append(all, r.points...)
	}
	sf := &surface{}
	for _, i := range spatial.Thin(all, mostPoints) {
		sf.points = append(sf.points, all[i])
	}
	if len(sf.points) == 0 {
		return nil, fmt.Errorf("%w: no point of them is over surface that the model knows", ErrScans)
	}
	order, err := spatial.FarthestPoints(ctx, s.Workers, sf.points, candidates*d.Places, middle(sf.points))
	if err != nil {
		return nil, err
	}
	probe := wish{kind: inscan.Hole, size: d.middle()}
	for k, i := range order {
		at := sf.points[i].D()
		_, _, err := carveAt(ctx, scans, at, probe, k)
		if err != nil && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		sf.places = append(sf.places, Place{At: [3]float64{at.X, at.Y, at.Z}, Measured: err == nil})
		if err == nil {
			sf.chosen = append(sf.chosen, k)
		}
		if len(sf.chosen) == d.Places {
			break
		}
	}
	if len(sf.chosen) == 0 {
		return nil, fmt.Errorf("%w: nowhere on it is room for a defect of %.4g", ErrDesign, probe.size)
	}
	return sf, nil
}

// middle is the index of the point nearest to the middle of the box.
func middle(points []geom.Vec3) int {
	c := geom.BoxOf(points).Center().F()
	best := 0
	for i, p := range points {
		if p.Dist2(c) < points[best].Dist2(c) {
			best = i
		}
	}
	return best
}

// carveAt carves a defect into the first scan that shows a place of the part, whose model knows it
// without that scan, and that has room there,
// beginning with a different one for each turn. The error wraps inscan.ErrUnsuitable where none has.
func carveAt(ctx context.Context, scans []*ready, at geom.Vec, w wish, turn int) (*ready, *inscan.Carved, error) {
	last := fmt.Errorf("%w: no scan shows it whose model knows the surface there", inscan.ErrUnsuitable)
	for k := range scans {
		r := scans[(turn+k)%len(scans)]
		here := r.scanFromPart.ApplyVec(at)
		point, off := r.ground.Nearest(here)
		if off > shown*r.spacing || !r.knows(point) {
			continue
		}
		plan := inscan.Plan{Kind: w.kind, Center: [3]float64{here.X, here.Y, here.Z}, Size: w.size, Depth: w.depth, Turn: w.turn}
		c, err := r.ground.Carve(ctx, plan)
		if err == nil {
			return r, c, nil
		}
		last = err
	}
	return nil, nil, last
}
