package scene

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// Set says what a scanned point belongs to.
type Set uint8

// The sets of scanned points.
const (
	Comparable  Set = iota // over surface that is known
	NoReference            // where no surface is known
	Stray                  // far from all else, with few others
	Clutter                // of something that is not the part
	Ignored                // where nothing counts, as a zone of the part says
)

// Options is how a scan is held against a part.
type Options struct {
	Neighbors int        // discs that are candidates for the nearest
	Reach     float64    // radius of a disc in local spacings
	Eyes      []geom.Vec // places that the scan was taken from, in the frame, where they are told
	Rounding  float64    // standard deviation of rounded coordinates, which neighbours share and so do not show
}

// View is a scan that stands in the part's frame, and what it shows.
type View struct {
	Tree    *spatial.Tree
	Feet    []Foot
	Set     []Set
	Eyes    []geom.Vec // places that explain the scan; nil where the scan is whole
	Shown   float64    // share of the known surface that has scanned points on it
	Noise   float64    // standard deviation of the points along the normal, rounding included
	Spacing float64    // 1/√(points per area), the median over the scan

	Rounding float64 // as in Options

	// Scattered says that the scan has so many strays that some must be next to the surface,
	// where nothing tells them apart.
	Scattered bool

	Gaps Gaps

	part    *Part
	clutter *spatial.Tree // nil where there is none
	table   *plane        // nil where the part rests on none
}

// Look holds a scan against the part. points are finite and in the part's frame.
func (p *Part) Look(ctx context.Context, workers task.Workers, points []geom.Vec3, opt Options) (*View, error) {
	v := &View{Tree: spatial.NewTree(points), Set: make([]Set, len(points)), Rounding: opt.Rounding, part: p}
	var err error
	if v.Feet, err = p.Surface.Feet(ctx, workers, points, opt.Neighbors, opt.Reach); err != nil {
		return nil, err
	}
	if v.Spacing, err = density(ctx, workers, v.Tree); err != nil {
		return nil, err
	}
	if v.Noise, err = v.noise(ctx, workers); err != nil {
		return nil, err
	}
	v.Noise = math.Hypot(v.Noise, opt.Rounding)
	if err := v.setApart(ctx, workers); err != nil {
		return nil, err
	}
	v.beyondRims()
	if err := v.findGaps(ctx, workers, opt.Eyes); err != nil {
		return nil, err
	}
	return v, v.closeUp(ctx, workers)
}

// Near is for each scanned point the nearest point of the known surface.
func (v *View) Near() []int32 {
	near := make([]int32, len(v.Feet))
	for i, f := range v.Feet {
		near[i] = f.Near
	}
	return near
}

// density is the median of 1/√(points per area) over some of the points.
func density(ctx context.Context, workers task.Workers, tree *spatial.Tree) (float64, error) {
	const some = 2000
	n := tree.Len()
	stride := stat.Step(n, some)
	value := make([]float64, task.Count(n, stride))
	err := task.For(ctx, workers, len(value), 64, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for k := lo; k < hi; k++ {
			near = tree.KNN(tree.Points()[tree.Order()[k*stride]], densityNeighbors+1, near)
			value[k] = math.Sqrt(math.Pi * float64(near[len(near)-1].Dist2) / float64(max(1, len(near)-1)))
		}
	})
	if err != nil || len(value) == 0 {
		return 0, err
	}
	return stat.Median(value), nil
}

// beyondRims marks what lies beside the known surface or at its end.
func (v *View) beyondRims() {
	s := v.part.Surface
	rim := marked(s.Tree.Points(), s.Rim)
	if len(rim) == 0 {
		return
	}
	tree := spatial.NewTree(rim)
	points := v.Tree.Points()
	for i, f := range v.Feet {
		if v.Set[i] != Comparable {
			continue
		}
		// At the rim itself the last discs are guesses; and what is off or beside all discs may
		// lie beyond the rim, around a corner, where the rim is not much farther than the
		// surface. Elsewhere what is beside them sticks out over an edge of the part.
		off := max(math.Abs(f.Signed), f.Beside)
		reach := rimGuard*s.Spacing[f.Near] + rimSlack*off
		apart := off > 0.4*s.Spacing[f.Near]+3*s.Noise || f.Beside > s.Spacing[f.Near]+tilt*height(f)
		if s.Rim[f.Near] || v.part.past(f) || apart && float64(tree.Nearest(points[i]).Dist2) < reach*reach {
			v.Set[i] = NoReference
		}
	}
}

// height is how far a point is above the plane of its disc.
func height(f Foot) float64 {
	return math.Sqrt(max(0, float64(f.Signed*f.Signed)-float64(f.Beside*f.Beside)))
}

// past says that a point lies past the last discs of surface that is known from a slant only.
// Such surface thins out and has no clear rim. Points that it goes on to as it bends away lie
// deeper than its discs and beside them; a dent lies over discs.
func (p *Part) past(f Foot) bool {
	spacing := p.Surface.Spacing[f.Near]
	return spacing > p.thin && f.Signed < 0 && f.Beside > 0.3*spacing+tilt*height(f)
}

// tilt is how far to the side of its disc a point may seem, for each length that it is
// above it: normals of noisy discs are off by so much.
const tilt = 0.6

// rimGuard is how near to the rim, in spacings, and rimSlack how many times farther than
// from the surface a point may be that lies beyond it.
const rimGuard, rimSlack = 3, 1.5

// behind marks the points that show what sound scans have not: seen from all the eyes, the
// surface at their foot faces away, or they lie far behind it or beside it where the known
// surface shows no front at all. What is missing of known surface opens the view through
// that surface, and what sticks out stands before it.
func (v *View) behind() {
	s := v.part.Surface
	whole := patch{points: v.part.Sites, normal: v.part.normal, spacing: math.Sqrt(v.part.area)}
	points := v.Tree.Points()
	var far []int32
	var places []geom.Vec3
	limit := max(offSpacings*v.Spacing, offNoise*max(v.Noise, s.Noise))
	for i, f := range v.Feet {
		if v.Set[i] != Comparable {
			continue
		}
		if v.away(points[i].D(), s.Normal[f.Near].D()) {
			v.Set[i] = NoReference
		} else if f.Signed < -limit || f.Beside > limit {
			far, places = append(far, int32(i)), append(places, points[i])
		}
	}
	front := make([]bool, len(far))
	for _, eye := range v.Eyes {
		whole.faces(eye, v.part.known, places, front)
	}
	for k, i := range far {
		if !front[k] {
			v.Set[i] = NoReference
		}
	}
}

// closeUp makes comparable what was taken for unknown in the midst of comparable points: a
// few discs that are off do not make an island. The end of surface that thins out does.
func (v *View) closeUp(ctx context.Context, workers task.Workers) error {
	for round := 0; round < 3; round++ {
		var islands []int32
		for i, set := range v.Set {
			if set == NoReference && !v.part.past(v.Feet[i]) {
				islands = append(islands, int32(i))
			}
		}
		inside := make([]bool, len(islands))
		err := task.For(ctx, workers, len(islands), 64, func(_, lo, hi int) {
			var near []spatial.Neighbor
			for k := lo; k < hi; k++ {
				near = v.Tree.KNN(v.Tree.Points()[islands[k]], closing+1, near)
				count := 0
				for _, n := range near {
					if v.Set[n.Index] == Comparable {
						count++
					}
				}
				inside[k] = count > closing*6/10
			}
		})
		if err != nil {
			return err
		}
		changed := false
		for k, i := range islands {
			if inside[k] {
				v.Set[i], changed = Comparable, true
			}
		}
		if !changed {
			return nil
		}
	}
	return nil
}

// closing is over how many neighbours closeUp asks.
const closing = 20

// away says that a normal at p points away from all eyes.
func (v *View) away(p, normal geom.Vec) bool {
	for _, eye := range v.Eyes {
		sight := eye.Sub(p)
		if sight.Dot(normal) > -0.2*sight.Norm() {
			return false
		}
	}
	return len(v.Eyes) > 0
}

// Count is the number of points in a set.
func (v *View) Count(set Set) int {
	n := 0
	for _, s := range v.Set {
		if s == set {
			n++
		}
	}
	return n
}

// Beside lists the clutter that is not of a table.
func (v *View) Beside() []int32 {
	var beside []int32
	reach := 2 * v.tableReach()
	for i, q := range v.Tree.Points() {
		if v.Set[i] == Clutter && (v.table == nil || v.table.height(q) > reach) {
			beside = append(beside, int32(i))
		}
	}
	return beside
}
