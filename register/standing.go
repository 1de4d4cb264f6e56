package register

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
)

// Scans that stand in one frame as they come: of a fixture or a turntable, or joined by the
// scanner's own software. Where they do, no search can find better poses, and for parts that look
// alike in many poses, or thin walls seen from both sides, it finds worse ones.

const (
	// standingPoints is how many points of each scan are looked at before anything is refined, and
	// beside how many spacings of the others' they lie on them.
	standingPoints, standingReach = 200, 3
	// standingShare is the share of a scan that must lie so, and on the others once it is refined. The
	// rest is surface that they do not show.
	standingShare = 0.5
	// anyPoseShare is the share of that which may lie so when the scan is turned at will: where more does,
	// that it lies there tells nothing.
	anyPoseShare = 0.75
	// lyingOff is how much more of a scan must lie on the others in another pose.
	lyingOff = 0.01
	// standsStill is how far a scan that stands where it is may be moved by the refinement, root mean
	// square, in sizes of the part.
	standsStill = 0.02
)

// standing returns the scans that stand in one frame as they come, refined, and puts them into the
// group; none where fewer than two thirds do, or where another pose of a nearly symmetric part
// explains one of them clearly better.
func (j *joining) standing(ctx context.Context) ([]int, error) {
	for i, c := range j.thin {
		var err error
		if j.thin[i], err = finite(c, ""); err != nil {
			return nil, nil // the search says which one has too few points
		}
	}
	stand := j.near()
	for again := true; again; {
		if len(stand) < 2 || 3*len(stand) < 2*len(j.clouds) {
			return nil, nil
		}
		var kept []int
		for _, i := range stand {
			ok, err := j.stands(ctx, i, stand)
			if err != nil {
				return nil, err
			}
			if ok {
				kept = append(kept, i)
			}
		}
		again = len(kept) < len(stand)
		stand = kept
	}
	if turned, err := j.turned(ctx, stand); turned || err != nil {
		return nil, err
	}
	return stand, nil
}

// near are the scans most of whose points lie near those of others, and would not in any pose.
func (j *joining) near() []int {
	around := make([]surroundings, len(j.thin))
	for i, c := range j.thin {
		around[i] = surround(c)
	}
	middle := geom.BoxOf(slices.Concat(j.thin...)).Center()
	var near []int
	for i := range around {
		as := lying(around, i, geom.IdentityPose())
		// A ball lies on others of its kind in any pose.
		any := 0.0
		for _, angle := range [...]float64{1.1, 2.3, 4} {
			any = max(any, lying(around, i, turn(geom.Vec{X: 0.36, Y: 0.48, Z: 0.8}, middle, angle)))
		}
		if as >= standingShare && any <= anyPoseShare*as {
			near = append(near, i)
		}
	}
	return near
}

// surroundings are where points of a scan lie.
type surroundings struct {
	some    []geom.Vec3 // of its points, evenly
	tree    *spatial.Tree
	spacing float64 // the median distance to the nearest
}

func surround(points []geom.Vec3) surroundings {
	s := surroundings{some: stat.Every(points, standingPoints), tree: spatial.NewTree(points)}
	var apart []float64
	var room []spatial.Neighbor
	for _, p := range s.some {
		if room = s.tree.KNN(p, 2, room); len(room) > 1 {
			apart = append(apart, math.Sqrt(float64(room[1].Dist2)))
		}
	}
	s.spacing = stat.Median(apart)
	return s
}

// lying is the share of a scan that lies near others in a pose.
func lying(around []surroundings, i int, pose geom.Pose) float64 {
	on := 0
	for _, p := range around[i].some {
		q := pose.ApplyVec(p.D()).F()
		for o, other := range around {
			reach := standingReach * max(around[i].spacing, other.spacing)
			if o != i && float64(other.tree.Nearest(q).Dist2) <= reach*reach {
				on++
				break
			}
		}
	}
	return float64(on) / float64(len(around[i].some))
}

// stands refines a scan against others where it is, and says whether it stands there.
func (j *joining) stands(ctx context.Context, i int, stand []int) (bool, error) {
	var others []geom.Vec3 // as they come, though some have been refined
	for _, k := range but(stand, i) {
		others = append(others, j.thin[k]...)
	}
	ref, err := prepare(ctx, others, j.opt)
	if err != nil {
		return false, err
	}
	opt := j.opt
	opt.Coverage = CoveragePartial
	res, err := ref.Refine(ctx, j.clouds[i], geom.IdentityPose(), opt)
	if err != nil {
		return false, err
	}
	j.group.put(i, res)
	j.partial[i] = res.Covered < shows
	moved := j.moved(i, res.TargetFromSource)
	return res.Overlap >= standingShare && res.Explained >= surelyExplained && moved <= standsStill*ref.Size(), nil
}

// moved is how far a pose moves a scan, root mean square.
func (j *joining) moved(i int, pose geom.Pose) float64 {
	var sum float64
	for _, p := range j.thin[i] {
		sum += pose.ApplyVec(p.D()).Sub(p.D()).Norm2()
	}
	return math.Sqrt(sum / float64(len(j.thin[i])))
}

// turned says that a scan is clearly better explained when it is turned as a nearly symmetric part
// can be.
func (j *joining) turned(ctx context.Context, stand []int) (bool, error) {
	all, err := prepare(ctx, j.union(stand), j.opt)
	if err != nil {
		return false, err
	}
	if all.self, err = findSymmetry(ctx, j.opt.Workers, all.body); err != nil {
		return false, err
	}
	// What resembles itself less is looked at as well: a half turn about each axis.
	_, axes := geom.SymEigen(all.body.cov)
	for k := range 3 {
		all.self.poses = append(all.self.poses, turn(axes.Row(k), all.body.mean, math.Pi))
	}
	// Where some lie the other way round, all of them together show no difference; two of them do. So
	// whole scans are held against the first one.
	first := slices.IndexFunc(stand, func(i int) bool { return !j.partial[i] })
	var whole *Reference
	for k, i := range stand {
		ref := whole
		switch {
		case j.partial[i] || k == first:
			ref, err = prepare(ctx, j.union(but(stand, i)), j.opt)
		case whole == nil:
			whole, err = prepare(ctx, j.union(stand[first:first+1]), j.opt)
			ref = whole
		}
		if err != nil {
			return false, err
		}
		if better, err := j.better(ctx, i, ref, all); better || err != nil {
			return better, err
		}
	}
	return false, nil
}

// better says that a scan is explained better by others when it is turned as the part that all of
// them show resembles itself.
func (j *joining) better(ctx context.Context, i int, others, all *Reference) (bool, error) {
	from, to := all.body.frame, others.body.frame
	others.self.axis, others.self.center = all.self.axis, from.center.AddScaled(from.size, all.self.center).Sub(to.center).Scale(1/to.size)
	opt := j.opt
	opt.Given = &j.group.Poses[i]
	a, err := others.start(ctx, j.clouds[i], opt)
	if err != nil {
		return false, err
	}
	list := []candidate{{pose: *a.given}}
	for _, s := range all.self.poses {
		turned := s.Mul(workingPose(a.scan.frame, from, j.group.Poses[i]))
		list = append(list, candidate{pose: workingPose(a.scan.frame, to, outward(a.scan.frame, from, turned))})
	}
	p := pair{source: a.scan, target: others.body}
	list, found, stays, err := a.compare(ctx, p, list, 0)
	if err != nil {
		return false, err
	}
	best := sortedByCost(list)[0]
	j.group.Ambiguous[i] = a.ambiguous(list, found, best)
	if !a.isGiven(list[best].pose) && share(found[best].source, a.on())-share(found[stays].source, a.on()) > lyingOff {
		return true, nil
	}
	if j.partial[i] {
		return false, nil // what the others do not show of it would tell the turn
	}
	turned, err := a.spin(ctx, p, list[stays].pose)
	return turned != list[stays].pose, err
}
