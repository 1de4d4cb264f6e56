package deviation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/register"
	"blemish/spatial"
)

// What a sound scan shows that the others do not: a defect, noise, a table; or how little
// it shows.

const (
	// leastOthers is how many others a scan must be held against before it is said which one
	// is wrong.
	leastOthers = 3
	// standsApart is how many times the threshold that the others alone would give a scan
	// scores that stands apart from them.
	standsApart = 1.5
	// wild is how many times noisier than is usual among the others a scan is that would widen
	// the tolerance for all, and fine the noise, in spacings, up to which that does not count.
	// Where points are few, the bends of the surface look like noise in all scans: one that is
	// noisier and in addition wild times as far off is wild, too.
	wild, noisier, fine = 3, 1.5, 0.05
	// scanty is the share of what the others show that a scan shows at least, where the others
	// show all of the part.
	scanty = 0.75
	// someStrays is the share of a scan's points that must be strays for them to be taken out:
	// a few harm nobody.
	someStrays = 0.001
)

// apart looks at what was found of each scan while it was held out.
func (v *vetting) apart(ctx context.Context, clouds [][]geom.Vec3, g *register.Grouping) (again bool, err error) {
	scans, err := v.lesson.scans(ctx)
	if err != nil {
		return false, err
	}
	var covered, noise, off []float64
	for k, h := range scans {
		s := &v.Scans[v.Used[k]]
		s.Covered, s.Noise = h.View.Shown, h.View.Noise
		covered, noise, off = append(covered, s.Covered), append(noise, s.Noise), append(off, s.Residual)
	}
	whole := stat.Median(covered) >= wholeShare
	for k, h := range scans {
		if v.clean(k, h, clouds[k]) {
			again = true
		}
	}
	if again {
		v.lesson = nil
		return true, nil
	}
	if err := v.compare(ctx, scans); err != nil {
		return false, err
	}
	used := slices.Clone(v.Used)
	for k, h := range scans {
		i := used[k]
		if v.kept[i] || len(used) <= leastOthers {
			continue
		}
		s := &v.Scans[i]
		switch usual := max(stat.Median(without(noise, k)), fine*h.View.Spacing); {
		case s.Noise > wild*usual, s.Noise > noisier*usual && s.Residual > wild*stat.Median(without(off, k)):
			again = v.judged(i, fmt.Sprintf("its noise is %s, %s times that of the others", number(s.Noise), number(s.Noise/usual))) || again
		case whole && s.Covered < scanty:
			again = v.judged(i, fmt.Sprintf("it shows only %.0f %% of what the others show: scanned from one side, or a part is missing", 100*s.Covered)) || again
		}
	}
	if again {
		return true, nil
	}
	return v.defects(ctx, scans, clouds, g)
}

// scans is what the others say of each scan alone.
func (l *lesson) scans(ctx context.Context) ([]*held, error) {
	n := l.model.Frame.Scans()
	if len(l.parts) == n {
		return l.parts, nil
	}
	scans := make([]*held, n)
	for k := range scans {
		index, own, _ := scoring.Split(l.model.Frame.Points, l.model.Frame.Owner, int32(k))
		with := l.parts[l.owner[index[0]]] // which it is held out together with
		scan, err := l.model.Look(ctx, with.Part, own, scoring.Taken{})
		if err != nil {
			return nil, err
		}
		scans[k] = &held{Held: &scoring.Held{Scan: scan, Index: index, Usual: with.Usual}}
		if err := l.measure(ctx, scans[k]); err != nil {
			return nil, err
		}
	}
	return scans, l.score(ctx, scans, l.model, l.apart)
}

// clean takes what is not of the part out of a scan; false where there is nothing.
func (v *vetting) clean(k int, h *held, worked []geom.Vec3) bool {
	i := v.Used[k]
	clutter, strays := h.View.Count(scene.Clutter), h.View.Count(scene.Stray)
	// Where a scan shows little of what the others show, they may show little of what it shows.
	if v.cleaned[i] || v.Scans[i].Covered < scanty || clutter == 0 && float64(strays) < someStrays*float64(len(worked)) {
		return false
	}
	v.cleaned[i] = true
	tree := spatial.NewTree(worked)
	var index []int32
	for p, at := range v.Sound[k].Points {
		if !at.Finite() {
			continue
		}
		if set := h.View.Set[tree.Nearest(at).Index]; set != scene.Clutter && set != scene.Stray {
			index = append(index, int32(p))
		}
	}
	s := &v.Scans[i]
	all := len(v.Sound[k].Points)
	s.Dropped = all - len(index)
	v.Sound[k] = v.Sound[k].Select(index)
	s.Why = fmt.Sprintf("%s %% of it is not of the part, such as a table, and is left out", number(100*float64(s.Dropped)/float64(all)))
	v.warn("%s: %s", v.name(i), s.Why)
	return true
}

// compare scores each scan anew, in the units that scans like most of them give, and fills
// in the threshold that the others alone would give.
func (v *vetting) compare(ctx context.Context, scans []*held) error {
	l := v.lesson
	m := *l.model
	m.limit = nil
	for _, h := range scans {
		if err := m.measureWander(ctx, h.reading); err != nil {
			return err
		}
	}
	for scale := range l.mean {
		m.limit = append(m.limit, l.usualLimits(scans, scale))
	}
	if err := l.score(ctx, scans, &m, l.apart); err != nil {
		return err
	}
	for k, h := range scans {
		c := others(scans, k)
		s := &v.Scans[v.Used[k]]
		s.Score, s.Threshold = max(float64(h.scored.Object)/c.Object, float64(h.scored.LargestVoid())), c.Threshold
	}
	return nil
}

// usualLimits are the limits by the scan in the middle: a defect in one of them makes the limits of
// all of them large, and with them the defect small.
func (l *lesson) usualLimits(scans []*held, scale int) limits {
	var own [len(bands)][]float32
	for _, h := range scans {
		for b, v := range limitsOf(l.apart, []*held{h}, scale) {
			own[b] = append(own[b], v)
		}
	}
	var out limits
	for b := range out {
		out[b] = stat.Quantile(own[b], 0.5)
	}
	return out
}

// others is the calibration that the scans but one would give.
func others(scans []*held, k int) detect.Calibration {
	return calibration(slices.Delete(slices.Clone(scans), k, k+1))
}

// defects looks for the scan that stands apart most, by what it scores when it is held out.
func (v *vetting) defects(ctx context.Context, scans []*held, clouds [][]geom.Vec3, g *register.Grouping) (again bool, err error) {
	worst := -1
	var most float64
	for k := range scans {
		s := &v.Scans[v.Used[k]]
		allowed := standsApart
		if v.cleaned[v.Used[k]] {
			allowed = 1 // there may be something of it left
		}
		if over := s.Score / s.Threshold; !v.kept[v.Used[k]] && over > max(allowed, most) {
			worst, most = k, over
		}
	}
	if worst < 0 {
		return false, nil
	}
	i := v.Used[worst]
	s := &v.Scans[i]
	if s.Regions, err = v.places(ctx, scans, worst, clouds[worst], g.Poses[worst]); err != nil || len(s.Regions) == 0 {
		return false, err
	}
	r := s.Regions[0]
	why := fmt.Sprintf("it scores %s times what the others allow: %s", number(most), place(r, v.opt.Unit))
	if len(s.Regions) > 1 {
		why += fmt.Sprintf(", and %d more", len(s.Regions)-1)
	}
	if len(scans) <= leastOthers {
		s.Why = fmt.Sprintf("%s; with %d scans it cannot be told which one is wrong, four or more are better", why, len(scans))
		v.warn("%s stands apart from the others: %s", v.name(i), s.Why)
		return false, nil
	}
	if !v.judged(i, why) {
		return v.defects(ctx, scans, clouds, g)
	}
	return true, nil
}

// mostPlaces is how many regions of a scan are listed.
const mostPlaces = 5

// places are the regions where a scan stands apart, in its own frame.
func (v *vetting) places(ctx context.Context, scans []*held, k int, points []geom.Vec3, pose geom.Pose) ([]detect.LearntPlace, error) {
	h := scans[k]
	c := others(scans, k)
	// The frame of the lesson is that of the poses, moved.
	m := v.lesson.model
	pose.T = pose.T.Add(m.Frame.Points[h.Index[0]].D().Sub(pose.ApplyVec(points[0].D())))
	score := make([]float32, len(h.scored.Score))
	for i, f := range h.scored.Score {
		score[i] = f / float32(c.Object)
	}
	res := &detect.Result{Pose: pose}
	if err := m.FindRegions(ctx, res, h.scored, points, score); err != nil {
		return nil, err
	}
	origin := v.Sound[k].Origin
	var out []detect.LearntPlace
	for _, r := range res.Regions {
		out = append(out, detect.LearntPlace{
			Kind: r.Kind, Depth: r.Depth, Area: r.Area,
			Center: [3]float64{r.Center.X + origin[0], r.Center.Y + origin[1], r.Center.Z + origin[2]},
		})
	}
	return out[:min(len(out), mostPlaces)], nil
}

// place says what a region is and where. unit is that of the scan's coordinates, or empty.
func place(r detect.LearntPlace, unit string) string {
	square := unit
	if unit != "" {
		unit, square = " "+unit, " "+unit+"²"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %.5g %.5g %.5g", r.Kind, r.Center[0], r.Center[1], r.Center[2])
	if r.Depth > 0 {
		fmt.Fprintf(&b, ", depth %s%s", number(r.Depth), unit)
	}
	if r.Area > 0 {
		fmt.Fprintf(&b, ", area %s%s", number(r.Area), square)
	}
	return b.String()
}

func without(v []float64, k int) []float64 {
	return slices.Delete(slices.Clone(v), k, k+1)
}
