package scene

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Sound surface that a scan does not show: whether it is missing or was not seen. A hole
// or a break leaves no point that could be far off; what betrays it is the void.

// Gaps is the emptiness around the sites of a part in one scan.
type Gaps struct {
	// Radius is the distance from each site to the nearest scanned point, moved to the sound
	// surface, and Expected the scanned points that a sound scan would have within that
	// distance: 0 where nothing is charged. Were points scattered by chance, a ball would be
	// empty with probability exp(−Expected): it is a measure of surprise that needs neither a
	// length nor an even density.
	Radius, Expected []float32
	// Kind says where the void of a site lies.
	Kind []GapKind
	// Unseen are the sites that the scan could not show, Withheld those that it could have
	// shown and does not, over so large an area that nobody can tell what is missing from
	// what was not scanned.
	Unseen, Withheld []bool

	shadow  *spatial.Tree // scanned points of the part, moved to the surface
	owner   []int32       // which points of the scan those are
	density float64       // scanned points for one reference point
}

// GapKind says where a void lies: scanners leave more gaps in one place than in another.
type GapKind uint8

// The kinds of voids.
const (
	Enclosed GapKind = iota // in a scan that was taken from everywhere
	OneSided                // within what a scan of one or two sides shows
	Open                    // next to surface that was not seen
	GapKinds
)

const (
	// counted is up to how many spacings the points within a void are counted; those of a
	// larger one follow from its area.
	counted = 12
	// void is the least Expected of a site that is looked at twice.
	void = 6
	// largest is the share of the part's surface up to which a void is charged. A scan
	// that shows less than that may just be incomplete.
	largest = 0.06
	// alike is the least product of the normals of a void's surface and of what is scanned
	// around it, where the one cannot be hidden from what saw the other.
	alike = 0.77
	// sides is up to how many places a scan shows sides of the part, not all of it.
	sides = 3
	// openShare is the share of the known surface that an open void must have. Scanners leave
	// gaps of that size where their range, their light or their sight ends.
	openShare = 0.005
	// oneSidedShare is the same for a void within what a scan of a side shows. Range scanners
	// leave smaller ones where surface is dark, glints or is met at a slant: of 25 sound scans of
	// two figures the largest had 0.06 %.
	oneSidedShare = 0.001
	// mostOpen is the share of what the places see that open voids may have, all together: where
	// they have more, the places do not explain the scan.
	mostOpen = 0.1
	// piece is the share of largest from which voids count together: a region that is not
	// scanned leaves one in each face of a wall.
	piece = 0.3
	// aboutAll is the share of the surface from which a scan shows more than sides.
	aboutAll = 0.85
)

// ChanceVoid is about the largest void, as Gaps.Expected, that a scan of randomly
// scattered points has among so many sites.
func ChanceVoid(sites int) float64 { return math.Log(float64(max(1, sites))) + 2 }

// findGaps measures the emptiness around each site and tells what it means.
func (v *View) findGaps(ctx context.Context, workers task.Workers, told []geom.Vec) error {
	p := v.part
	g := &v.Gaps
	var at []geom.Vec3
	near := strayReach * v.Spacing
	for i, f := range v.Feet {
		// Where clutter touches the part nothing is missing; farther away it says nothing.
		if v.Set[i] == Comparable || v.Set[i] == NoReference && f.Beside == 0 || v.Set[i] == Clutter && math.Abs(f.Signed) < near {
			at, g.owner = append(at, f.At.F()), append(g.owner, int32(i))
		}
	}
	g.shadow = spatial.NewTree(at)
	n := len(p.Sites)
	g.Radius, g.Expected = make([]float32, n), make([]float32, n)
	g.Kind, g.Unseen, g.Withheld = make([]GapKind, n), make([]bool, n), make([]bool, n)
	nearest := make([]int32, n)
	g.density = float64(len(at)) / float64(p.Surface.Tree.Len())
	if err := v.measure(ctx, workers, nearest); err != nil {
		return err
	}
	shown, known := v.shown()
	// The scan's points lie on what it shows of the surface.
	if share := float64(shown) / float64(max(1, known)); share > 0 && share < 1 {
		g.density /= share
		for i := range g.Expected {
			g.Expected[i] = float32(float64(g.Expected[i]) / share)
		}
	}
	shown, known = v.shown()
	v.Shown = float64(shown) / float64(max(1, known))
	var empty []int32
	scanned := make([]bool, n)
	for i := range scanned {
		switch {
		case !p.known[i]:
			g.Expected[i] = 0
		case g.Expected[i] >= void && v.obscured(p.Sites[i]):
			g.Unseen[i], g.Expected[i] = true, 0
		case g.Expected[i] < void:
			scanned[i] = true
		default:
			empty = append(empty, int32(i))
		}
	}
	if len(empty) == 0 && !v.mixed() {
		return nil
	}
	var err error
	if v.mixed() || v.clutter != nil || v.Shown < aboutAll || v.hidden(empty, nearest) {
		if v.Eyes, err = p.eyes(ctx, workers, scanned, told); err != nil {
			return err
		}
		v.Eyes = slices.DeleteFunc(v.Eyes, func(eye geom.Vec) bool { return v.table != nil && v.table.height(eye.F()) < 0 })
	}
	if v.mixed() {
		v.behind()
	}
	return v.judgeGaps(ctx, workers, empty, scanned, nearest, known)
}

// shown counts the known sites and those of them that have scanned points close by.
func (v *View) shown() (shown, known int) {
	for i, k := range v.part.known {
		if k {
			known++
			if v.Gaps.Expected[i] < void {
				shown++
			}
		}
	}
	return shown, known
}

// hidden says that surface which faces another way than what is scanned around it has a void
// that chance does not make: whether it was in sight must be found out.
func (v *View) hidden(empty, nearest []int32) bool {
	chance := float32(ChanceVoid(len(v.part.Sites)))
	for _, i := range empty {
		if v.Gaps.Expected[i] > chance && !(nearest[i] >= 0 && v.facesAlike(i, nearest[i])) {
			return true
		}
	}
	return false
}

// mixed says that the known surface is open, so that its far side may be scanned.
func (v *View) mixed() bool { return slices.Contains(v.part.Surface.Rim, true) }

// measure fills in Radius and Expected, and for each site the nearest scanned point.
func (v *View) measure(ctx context.Context, workers task.Workers, nearest []int32) error {
	p, g := v.part, &v.Gaps
	reference := p.Surface
	return task.For(ctx, workers, len(p.Sites), 256, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for i := lo; i < hi; i++ {
			q := p.Sites[i]
			n := g.shadow.Nearest(q)
			nearest[i] = n.Index
			if n.Index < 0 {
				g.Radius[i], g.Expected[i] = float32(math.Inf(1)), float32(g.density*float64(reference.Tree.Len()))
				continue
			}
			r := math.Sqrt(float64(n.Dist2))
			spacing := p.spacing[i]
			g.Radius[i] = float32(r)
			if wide := r / spacing; wide > counted {
				g.Expected[i] = float32(g.density * math.Pi * min(wide*wide, float64(reference.Tree.Len())))
				continue
			}
			near = reference.Tree.Radius(q, r, near)
			g.Expected[i] = float32(g.density * float64(len(near)))
		}
	})
}

// judgeGaps tells what is missing from what was not seen.
func (v *View) judgeGaps(ctx context.Context, workers task.Workers, empty []int32, scanned []bool, nearest []int32, known int) error {
	p, g := v.part, &v.Gaps
	whole := patch{points: p.Sites, normal: p.normal, spacing: math.Sqrt(p.area)}
	if v.clutter != nil {
		whole.before = v.clutter.Points()
	}
	visible, err := v.surelyVisible(ctx, workers, whole)
	if err != nil {
		return err
	}
	places := make([]geom.Vec3, len(empty))
	for k, i := range empty {
		places[k] = p.Sites[i]
	}
	label, count, err := spatial.Components(ctx, workers, places, p.reach)
	if err != nil {
		return err
	}
	size := make([]int, count)
	for _, l := range label {
		size[l]++
	}
	beside := v.beside(empty, label, count, scanned)
	most := int(largest * float64(known))
	together := 0
	for _, n := range size {
		if float64(n) > piece*float64(most) {
			together += n
		}
	}
	// What a scan of one or two sides does not show may be hidden from there; one that was
	// taken from everywhere shows what is next to what it shows.
	fewEyes := len(v.Eyes) > 0 && len(v.Eyes) <= sides && v.Shown < aboutAll
	var candidates []int32
	places = places[:0]
	for k, i := range empty {
		enclosed := beside[label[k]] && size[label[k]] <= most && (together <= most || float64(size[label[k]]) <= piece*float64(most))
		if !fewEyes && !enclosed && visible[i] {
			// What is taken from everywhere and lacks so large a piece is not complete, or
			// broken: the piece's rim tells nothing.
			g.Withheld[i], g.Expected[i] = true, 0
			continue
		}
		island := fewEyes && !beside[label[k]]
		if visible[i] && !island || !fewEyes && v.clutter == nil && enclosed && nearest[i] >= 0 && v.facesAlike(i, nearest[i]) {
			candidates, places = append(candidates, i), append(places, p.Sites[i])
			switch {
			case !enclosed:
				g.Kind[i] = Open
			case fewEyes:
				g.Kind[i] = OneSided
			}
			continue
		}
		g.Unseen[i] = true
		g.Expected[i] = 0
	}
	if label, count, err = spatial.Components(ctx, workers, places, p.reach); err != nil {
		return err
	}
	size = make([]int, count)
	for _, l := range label {
		size[l]++
	}
	share := v.bound(candidates, label, size, known)
	unexplained := v.unexplained(candidates, visible)
	for k, i := range candidates {
		switch n := size[label[k]]; {
		case n > most, g.Kind[i] == Open && unexplained:
			g.Withheld[i], g.Expected[i] = true, 0
		case g.Kind[i] == Open && n < int(openShare*float64(known)), g.Kind[i] == OneSided && share[k] < oneSidedShare:
			g.Unseen[i], g.Expected[i] = true, 0
		}
	}
	return nil
}

// beside says which voids lie next to sites that are scanned. One that does not is an island of
// surface that is known by chance, as through a gap, and nothing around it says that it was in
// the scanner's range.
func (v *View) beside(empty, label []int32, count int, scanned []bool) []bool {
	sites := marked(v.part.Sites, scanned)
	beside := make([]bool, count)
	tree := spatial.NewTree(sites)
	for k, i := range empty {
		if !beside[label[k]] && len(sites) > 0 {
			beside[label[k]] = float64(tree.Nearest(v.part.Sites[i]).Dist2) <= v.part.reach*v.part.reach
		}
	}
	return beside
}

// bound bounds what is expected at the candidates by what their void holds, however far the
// nearest scanned point is, and returns the share of the known surface that each one's void has.
func (v *View) bound(candidates, label []int32, size []int, known int) []float64 {
	g, p := &v.Gaps, v.part
	widest := make([]float32, len(size))
	for k, i := range candidates {
		// The void is wider than its candidates, by the radius at which sites become such.
		area := float64(size[label[k]]) * p.area / (p.spacing[i] * p.spacing[i])
		radius := math.Sqrt(g.density*area) + math.Sqrt(void)
		g.Expected[i] = min(g.Expected[i], float32(radius*radius))
		widest[label[k]] = max(widest[label[k]], g.Expected[i])
	}
	share := make([]float64, len(candidates))
	for k, l := range label {
		share[k] = max(float64(widest[l])/(g.density*float64(p.Surface.Tree.Len())), float64(size[l])/float64(known))
	}
	return share
}

// unexplained says that so much of what the places see is empty that they are not those from
// which the scan was taken: a part of it was taken away, or many were put together.
func (v *View) unexplained(candidates []int32, visible []bool) bool {
	open, all := 0, 0
	for _, i := range candidates {
		if v.Gaps.Kind[i] == Open {
			open++
		}
	}
	for i, yes := range visible {
		if yes && v.part.known[i] {
			all++
		}
	}
	return float64(open) > mostOpen*float64(all)
}

// baseline is the angle, in radians, between the two lines of sight of a scanner: of its
// light and of its camera, both of which must reach what it measures: the larger ones that
// are usual, 30 degrees.
const baseline = 0.52

// surelyVisible marks the sites that an eye sees well, wherever the scanner's other line of
// sight may come from.
func (v *View) surelyVisible(ctx context.Context, workers task.Workers, whole patch) ([]bool, error) {
	visible := make([]bool, len(v.part.Sites))
	middle := geom.BoxOf(v.part.Surface.Tree.Points()).Center()
	for _, eye := range v.Eyes {
		out := eye.Sub(middle)
		across := out.Unit().Perpendicular()
		up := out.Unit().Cross(across)
		from := []geom.Vec{eye}
		for k := 0; k < 6; k++ {
			sin, cos := math.Sincos(math.Pi / 3 * float64(k))
			shift := across.Scale(cos).AddScaled(sin, up)
			from = append(from, middle.Add(out.Scale(math.Cos(baseline)).AddScaled(math.Sin(baseline)*out.Norm(), shift)))
		}
		seen := make([]sightings, len(from))
		err := task.For(ctx, workers, len(from), 1, func(_, k, _ int) { seen[k] = whole.from(from[k], 2) })
		if err != nil {
			return nil, err
		}
		for i := range visible {
			all := seen[0][i] > grazing
			for _, s := range seen[1:] {
				all = all && s[i] > 0
			}
			visible[i] = visible[i] || all
		}
	}
	return visible, nil
}

// facesAlike says that a site faces the same way as the surface under the nearest
// scanned point.
func (v *View) facesAlike(site, nearest int32) bool {
	foot := v.Feet[v.Gaps.owner[nearest]]
	return v.part.normal[site].D().Dot(v.part.Surface.Normal[foot.Near].D()) > alike
}

// Charge hands the surprise of voids to the scanned points around them. surprise is one
// value a site, 0 where there is nothing to charge; a comparable point gets the largest
// among the sites that it is within reach of, the site's Radius plus rim, a length, and
// whose face it is on: a void in one side of a wall is nothing to the other.
func (v *View) Charge(ctx context.Context, surprise []float32, rim float64) ([]float32, error) {
	charged := make([]float32, v.Tree.Len())
	var near []spatial.Neighbor
	for i, s := range surprise {
		if !(s > 0) || math.IsInf(float64(v.Gaps.Radius[i]), 0) {
			continue
		}
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		n := v.part.normal[i].D()
		near = v.Gaps.shadow.Radius(v.part.Sites[i], float64(v.Gaps.Radius[i])+rim, near)
		for _, o := range near {
			point := v.Gaps.owner[o.Index]
			if v.Set[point] != Comparable || v.part.Surface.Normal[v.Feet[point].Near].D().Dot(n) < 0 {
				continue
			}
			charged[point] = max(charged[point], s)
		}
	}
	return charged, nil
}

// Spread hands the surprise of voids to the sites within them: a site gets the largest
// among those whose empty ball holds it and whose face it is on. What lies within is as
// surely missing as the middle, though near the rim the emptiness around it is smaller.
func (v *View) Spread(ctx context.Context, surprise []float32) ([]float32, error) {
	p := v.part
	spread := make([]float32, len(p.Sites))
	var tree *spatial.Tree
	var near []spatial.Neighbor
	for i, s := range surprise {
		if !(s >= 1) {
			continue
		}
		if tree == nil {
			tree = spatial.NewTree(p.Sites)
		}
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		near = tree.Radius(p.Sites[i], min(float64(v.Gaps.Radius[i]), math.MaxFloat32), near)
		for _, n := range near {
			if p.normal[n.Index].D().Dot(p.normal[i].D()) >= 0 {
				spread[n.Index] = max(spread[n.Index], s)
			}
		}
	}
	return spread, nil
}

// Share is the part of the known surface that flags mark, one for each site.
func (p *Part) Share(flags []bool) float64 {
	n, known := 0, 0
	for i, k := range p.known {
		if k {
			known++
			if flags[i] {
				n++
			}
		}
	}
	return float64(n) / float64(max(1, known))
}
