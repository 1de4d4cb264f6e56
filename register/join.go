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
	opt     Options
	group   *Grouping
	partial []bool
	tried   []held // what each scan was last aligned to
}

// held is an island as it stood: its anchor and how many scans it had.
type held struct{ anchor, scans int }

func heldOf(island []int) held { return held{island[0], len(island)} }

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
	island, left := []int{anchor}, slices.Clone(others)
	j.group.Poses[anchor] = geom.IdentityPose()
	for len(left) > 0 {
		ref, err := NewReference(ctx, j.union(island), j.opt)
		if err != nil {
			return nil, fmt.Errorf("scan %d of the group: %w", anchor, err)
		}
		// What a short search leaves may be found at once when there are more to lie on.
		joined, err := j.joinAll(ctx, ref, heldOf(island), left, true)
		if err == nil && len(joined) == 0 {
			joined, err = j.joinAll(ctx, ref, heldOf(island), left, false)
		}
		if err != nil {
			return nil, err
		}
		if len(joined) == 0 {
			break
		}
		island = append(island, joined...)
		left = slices.DeleteFunc(left, func(i int) bool { return slices.Contains(joined, i) })
	}
	return island, nil
}

// joinAll aligns scans to others and returns those whose pose can be trusted.
func (j *joining) joinAll(ctx context.Context, ref *Reference, to held, scans []int, brisk bool) ([]int, error) {
	var joined []int
	for _, i := range scans {
		ok, err := j.join(ctx, ref, to, i, brisk)
		if err != nil {
			return nil, err
		}
		if ok {
			joined = append(joined, i)
		}
	}
	return joined, nil
}

// join aligns a scan to others and says whether that can be trusted.
func (j *joining) join(ctx context.Context, ref *Reference, to held, i int, brisk bool) (bool, error) {
	job, err := ref.start(ctx, j.clouds[i], j.opt)
	if err != nil {
		return false, fmt.Errorf("scan %d of the group: %w", i, err)
	}
	job.brisk = brisk
	res, err := job.run(ctx)
	if err != nil {
		return false, err
	}
	j.tried[i] = to
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

// union is the points of some scans in the frame they share.
func (j *joining) union(scans []int) []geom.Vec3 {
	var out []geom.Vec3
	for _, i := range scans {
		out = append(out, j.group.Poses[i].ApplyAll(j.clouds[i])...)
	}
	return out
}

// bringTo says which scans are joined, and brings the others to them.
func (j *joining) bringTo(ctx context.Context, joined []int) error {
	g := j.group
	g.Anchor = joined[0]
	for _, i := range joined {
		g.Joined[i] = true
	}
	var ref *Reference
	for i := range j.clouds {
		if g.Joined[i] || j.tried[i] == heldOf(joined) {
			continue
		}
		var err error
		if ref == nil {
			if ref, err = NewReference(ctx, j.union(joined), j.opt); err != nil {
				return err
			}
		}
		if g.Joined[i], err = j.join(ctx, ref, heldOf(joined), i, false); err != nil {
			return err
		}
	}
	return nil
}

// jointly refines every joined scan against the union of all others as they stand, and
// measures those that are not joined anew.
func (j *joining) jointly(ctx context.Context) error {
	g := j.group
	for i, c := range j.clouds {
		var others []int
		for k := range j.clouds {
			if k != i && g.Joined[k] {
				others = append(others, k)
			}
		}
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
