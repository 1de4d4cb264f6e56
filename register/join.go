package register

import (
	"context"
	"fmt"
	"slices"

	"blemish/geom"
)

// Scans joined one after the other.

// joining is one call of Group. Poses in group are those of each scan in the frame of the
// first scan of its island.
type joining struct {
	clouds  [][]geom.Vec3
	thin    [][]geom.Vec3 // the same, not denser than unions are worked with
	opt     Options
	group   *Grouping
	partial []bool
}

// forget takes back what was put into the group.
func (j *joining) forget() {
	*j.group = *NewGrouping(len(j.clouds))
	j.partial = make([]bool, len(j.clouds))
}

// thinned are clouds no denser than the unions of them that are worked with.
func thinned(clouds [][]geom.Vec3, opt Options) [][]geom.Vec3 {
	limit := opt.MaxPoints
	if limit <= 0 {
		limit = capReference
	}
	limit = max(limit/6, 2*limit/len(clouds))
	out := make([][]geom.Vec3, len(clouds))
	for i, c := range clouds {
		out[i] = c
		if len(c) <= limit {
			continue
		}
		if kept, err := finite(c, ""); err == nil {
			if kept, f, err := frameOf(kept, ""); err == nil {
				index, _ := thinTo(f.inward(kept), limit, 0.01)
				out[i] = pick(kept, index)
			}
		}
	}
	return out
}

// all grows islands, joins them where that is possible, and returns the largest: the scans
// that belong to it, the anchor first.
func (j *joining) all(ctx context.Context) ([]int, error) {
	left := make([]int, len(j.clouds))
	for i := range left {
		left[i] = i
	}
	var largest []int
	for n := 0; n < islands && len(left) > 0; n++ {
		island, err := j.grow(ctx, left[0], left[1:])
		if err != nil {
			return nil, err
		}
		left = slices.DeleteFunc(left, func(i int) bool { return slices.Contains(island, i) })
		small := largest
		if len(island) > len(largest) {
			largest = island
		} else {
			small = island
		}
		if len(small) > 1 {
			ok, err := j.bridge(ctx, largest, small)
			if err != nil {
				return nil, err
			}
			if ok {
				largest = append(largest, small...)
			}
		}
	}
	return largest, nil
}

// grow joins scans to one, and to those that are joined, as long as there are any that
// overlap them. The others get the best pose that was found.
func (j *joining) grow(ctx context.Context, anchor int, others []int) ([]int, error) {
	island := []int{anchor}
	j.group.Poses[anchor] = geom.IdentityPose()
	err := j.extend(ctx, &island, slices.Clone(others), true)
	return island, err
}

// extend joins scans to an island as long as there are any that overlap it.
func (j *joining) extend(ctx context.Context, island *[]int, left []int, brisk bool) error {
	for len(left) > 0 {
		ref, err := NewReference(ctx, j.union(*island), j.opt)
		if err != nil {
			return fmt.Errorf("scan %d of the group: %w", (*island)[0], err)
		}
		var joined []int
		for _, i := range left {
			ok, err := j.join(ctx, ref, i, brisk)
			if err != nil {
				return err
			}
			if ok {
				joined = append(joined, i)
			}
		}
		if len(joined) == 0 {
			return nil
		}
		*island = append(*island, joined...)
		left = slices.DeleteFunc(left, func(i int) bool { return slices.Contains(joined, i) })
	}
	return nil
}

// join aligns a scan to others and says whether that can be trusted.
func (j *joining) join(ctx context.Context, ref *Reference, i int, brisk bool) (bool, error) {
	job, err := ref.start(ctx, j.clouds[i], j.opt)
	if err != nil {
		return false, fmt.Errorf("scan %d of the group: %w", i, err)
	}
	job.brisk = brisk
	res, err := job.run(ctx)
	if err != nil {
		return false, err
	}
	j.group.put(i, res)
	j.group.Ambiguous[i], j.partial[i] = res.Ambiguous, res.Partial
	return res.trusted(), nil
}

// bridge aligns one island to another, whose frame its scans are taken to where the pose
// can be trusted.
func (j *joining) bridge(ctx context.Context, to, from []int) (bool, error) {
	ref, err := NewReference(ctx, j.union(to), j.opt)
	if err != nil {
		return false, err
	}
	job, err := ref.start(ctx, j.union(from), j.opt)
	if err != nil {
		return false, err
	}
	res, err := job.run(ctx)
	if err != nil {
		return false, err
	}
	if !res.trusted() {
		return false, nil
	}
	for _, i := range from {
		j.group.Poses[i] = res.TargetFromSource.Mul(j.group.Poses[i])
	}
	return true, nil
}

// but is scans without one.
func but(scans []int, one int) []int {
	return slices.DeleteFunc(slices.Clone(scans), func(i int) bool { return i == one })
}

// union is the points of some scans in the frame they share.
func (j *joining) union(scans []int) []geom.Vec3 {
	var out []geom.Vec3
	for _, i := range scans {
		out = append(out, j.group.Poses[i].ApplyAll(j.thin[i])...)
	}
	return out
}

// bringTo says which scans are joined, and brings the others to them, with patience.
func (j *joining) bringTo(ctx context.Context, joined []int) error {
	g := j.group
	g.Anchor = joined[0]
	var left []int
	for i := range j.clouds {
		if !slices.Contains(joined, i) {
			left = append(left, i)
		}
	}
	if err := j.extend(ctx, &joined, left, false); err != nil {
		return err
	}
	for _, i := range joined {
		g.Joined[i] = true
	}
	return nil
}

// jointly refines every joined scan against the union of all others as they stand, and
// measures those that are not joined anew.
func (j *joining) jointly(ctx context.Context) error {
	g := j.group
	var joined []int
	for i, is := range g.Joined {
		if is {
			joined = append(joined, i)
		}
	}
	for i, c := range j.clouds {
		others := but(joined, i)
		if len(others) == 0 {
			continue // the anchor, which nothing fits
		}
		ref, err := prepare(ctx, j.union(others), j.opt)
		if err != nil {
			return err
		}
		opt := j.opt
		if j.partial[i] {
			opt.Coverage = CoveragePartial
		}
		res, err := ref.Refine(ctx, c, g.Poses[i], opt)
		if err != nil {
			return err
		}
		g.put(i, res)
	}
	return nil
}
