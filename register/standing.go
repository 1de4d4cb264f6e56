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
	ok, err := j.turned(ctx, stand)
	if err != nil || !ok {
		return nil, err
	}
	return stand, nil
}

// near are the scans most of whose points lie near those of others.
func (j *joining) near() []int {
	trees, spacing := make([]*spatial.Tree, len(j.thin)), make([]float64, len(j.thin))
	for i, c := range j.thin {
		trees[i] = spatial.NewTree(c)
		apart := make([]float64, 0, standingPoints)
		var room []spatial.Neighbor
		for _, k := range stat.Every(all(len(c)), standingPoints) {
			if room = trees[i].KNN(c[k], 2, room); len(room) > 1 {
				apart = append(apart, math.Sqrt(float64(room[1].Dist2)))
			}
		}
		spacing[i] = stat.Median(apart)
	}
	lying := func(i int, pose geom.Pose) float64 {
		on := 0
		some := stat.Every(all(len(j.thin[i])), standingPoints)
		for _, k := range some {
			q := pose.ApplyVec(j.thin[i][k].D()).F()
			for o, t := range trees {
				reach := standingReach * max(spacing[i], spacing[o])
				if o != i && float64(t.Nearest(q).Dist2) <= reach*reach {
					on++
					break
				}
			}
		}
		return float64(on) / float64(len(some))
	}
	middle := geom.BoxOf(slices.Concat(j.thin...)).Center()
	var near []int
	for i := range j.thin {
		as := lying(i, geom.IdentityPose())
		// A ball lies on others of its kind in any pose.
		any := 0.0
		for _, angle := range [...]float64{1.1, 2.3, 4} {
			any = max(any, lying(i, turn(geom.Vec{X: 0.36, Y: 0.48, Z: 0.8}, middle, angle)))
		}
		if as >= standingShare && any <= anyPoseShare*as {
			near = append(near, i)
		}
	}
	return near
}

// stands refines a scan against others where it is, and says whether it stands there.
func (j *joining) stands(ctx context.Context, i int, stand []int) (bool, error) {
	ref, err := prepare(ctx, j.untouched(stand, i), j.opt)
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

// untouched is the points of scans but one as they come.
func (j *joining) untouched(scans []int, but int) []geom.Vec3 {
	var out []geom.Vec3
	for _, i := range scans {
		if i != but {
			out = append(out, j.thin[i]...)
		}
	}
	return out
}

// moved is how far a pose moves a scan, root mean square.
func (j *joining) moved(i int, pose geom.Pose) float64 {
	var sum float64
	for _, p := range j.thin[i] {
		sum += pose.ApplyVec(p.D()).Sub(p.D()).Norm2()
	}
	return math.Sqrt(sum / float64(len(j.thin[i])))
}

// turned says that no scan is clearly better explained when it is turned as a nearly symmetric part
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
	first := slices.IndexFunc(stand, func(i int) bool { return !j.partial[i] })
	for _, i := range stand {
		// Where some lie the other way round, all of them together show no difference; two of them do.
		others := slices.DeleteFunc(slices.Clone(stand), func(k int) bool { return k == i })
		if !j.partial[i] && i != stand[first] {
			others = stand[first : first+1]
		}
		better, err := j.better(ctx, i, others, all)
		if better || err != nil {
			return false, err
		}
	}
	return true, nil
}

// better says that a scan is explained better by others when it is turned as the part that all of
// them show resembles itself.
func (j *joining) better(ctx context.Context, i int, others []int, all *Reference) (bool, error) {
	ref, err := prepare(ctx, j.union(others), j.opt)
	if err != nil {
		return false, err
	}
	from, to := all.body.frame, ref.body.frame
	ref.self.axis, ref.self.center = all.self.axis, from.center.AddScaled(from.size, all.self.center).Sub(to.center).Scale(1/to.size)
	a, err := ref.start(ctx, j.clouds[i], j.opt)
	if err != nil {
		return false, err
	}
	given := workingPose(a.scan.frame, to, j.group.Poses[i])
	a.given = &given
	list := []candidate{{pose: given}}
	for _, s := range all.self.poses {
		turned := s.Mul(workingPose(a.scan.frame, from, j.group.Poses[i]))
		list = append(list, candidate{pose: workingPose(a.scan.frame, to, outward(a.scan.frame, from, turned))})
	}
	p := pair{source: a.scan, target: ref.body}
	list, found, stays, err := a.compare(ctx, p, list, 0)
	if err != nil {
		return false, err
	}
	best := sortedByCost(list)[0]
	for k := range list {
		if k != best && a.scan.apart(list[k].pose, list[best].pose) > elsewhere && advantage(found[best], found[k], near) < surely {
			j.group.Ambiguous[i] = true
		}
	}
	if !a.isGiven(list[best].pose) && share(found[best].source, a.on())-share(found[stays].source, a.on()) > lyingOff {
		return true, nil
	}
	if j.partial[i] {
		return false, nil // what the others do not show of it would tell the turn
	}
	_, err = a.spin(ctx, p, list[stays].pose)
	return a.spun, err
}
