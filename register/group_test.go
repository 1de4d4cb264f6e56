package register

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

// posed returns clouds of a shape in random poses, and the poses back.
func posed(n int, shape func(int, *seed.Rand) []geom.Vec3, root uint64) (clouds [][]geom.Vec3, truth []geom.Pose) {
	for i := 0; i < n; i++ {
		r := seed.Stream(root, "cloud", i)
		pose := anyPose(r)
		truth = append(truth, pose.Inverse())
		clouds = append(clouds, pose.ApplyAll(shape(1200, r)))
	}
	return clouds, truth
}

func TestGroupStandsInOneFrame(t *testing.T) {
	clouds, truth := posed(2, mug, 14)
	g, err := Group(context.Background(), clouds, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if same, err := Group(context.Background(), clouds, Options{Workers: 1}); err != nil || !reflect.DeepEqual(g, same) {
		t.Errorf("with one worker %+v, %v; with more %+v", same, err, g)
	}
	for i, c := range clouds {
		want := g.Poses[0].Mul(truth[0].Inverse()).Mul(truth[i])
		if e := off(c, g.Poses[i], want); e > 0.01 {
			t.Errorf("cloud %d: off by %g", i, e)
		}
		if g.Overlaps[i] < 0.95 {
			t.Errorf("cloud %d: overlap %g", i, g.Overlaps[i])
		}
	}
}

func TestGroupSurvivesAWrongFirstScan(t *testing.T) {
	skipLong(t)
	clouds, truth := posed(2, bumpy, 15)
	clouds = append([][]geom.Vec3{mug(1200, seed.Stream(16))}, clouds...)
	g, err := Group(context.Background(), clouds, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if g.Anchor == 0 {
		t.Error("the wrong scan is the anchor")
	}
	if g.Overlaps[0] > 0.5 {
		t.Errorf("the wrong scan has overlap %g", g.Overlaps[0])
	}
	want := g.Poses[1].Mul(truth[0].Inverse()).Mul(truth[1])
	if e := off(clouds[2], g.Poses[2], want); e > 0.01 {
		t.Errorf("the others are off by %g, overlaps %v", e, g.Overlaps)
	}
}

func TestGroupOfOneAndOfNone(t *testing.T) {
	g, err := Group(context.Background(), [][]geom.Vec3{bumpy(500, seed.Stream(17))}, Options{})
	if err != nil || g.Poses[0] != geom.IdentityPose() || g.Overlaps[0] != 1 {
		t.Errorf("one scan: %+v, %v", g, err)
	}
	if _, err := Group(context.Background(), nil, Options{}); !errors.Is(err, ErrTooFewPoints) {
		t.Errorf("no scans: %v", err)
	}
}

// side is the half of a cloud about the origin that faces a direction.
func side(points []geom.Vec3, direction geom.Vec) []geom.Vec3 {
	var seen []geom.Vec3
	for _, p := range points {
		if p.D().Unit().Dot(direction) > 0.05 {
			seen = append(seen, p)
		}
	}
	return seen
}

// Six views from around and above: opposite ones share nothing, and are joined through those
// between them. A mug does not belong to them.
func TestGroupJoinsSides(t *testing.T) {
	skipLong(t)
	views := []geom.Vec{{X: 1}, {X: 0.5, Y: 1}, {X: -1, Y: 0.5}, {X: -0.5, Y: -1}, {X: 0.2, Y: -0.3, Z: 1}, {X: -0.3, Y: 0.2, Z: -1}}
	var clouds [][]geom.Vec3
	var truth []geom.Pose
	for i, v := range views {
		r := seed.Stream(18, "view", i)
		pose := anyPose(r)
		clouds, truth = append(clouds, pose.ApplyAll(side(bumpy(2400, r), v.Unit()))), append(truth, pose.Inverse())
	}
	clouds = append(clouds, mug(1500, seed.Stream(19)))
	g, err := Group(context.Background(), clouds, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range views {
		want := g.Poses[0].Mul(truth[0].Inverse()).Mul(truth[i])
		if e := off(clouds[i], g.Poses[i], want); !g.Joined[i] || e > 0.02 {
			t.Errorf("view %d: joined %v, off by %g, overlap %g", i, g.Joined[i], e, g.Overlaps[i])
		}
	}
	if g.Joined[len(views)] || g.Overlaps[len(views)] > 0.5 {
		t.Errorf("a mug is joined: overlap %g", g.Overlaps[len(views)])
	}
}

func TestGroupLeavesApartWhatSharesNothing(t *testing.T) {
	r := seed.Stream(20)
	whole := bumpy(6000, r)
	g, err := Group(context.Background(), [][]geom.Vec3{side(whole, geom.Vec{X: 1}), side(whole, geom.Vec{X: -1})}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !g.Joined[g.Anchor] || g.Joined[1-g.Anchor] {
		t.Errorf("joined %v, overlaps %v", g.Joined, g.Overlaps)
	}
}

// A scan that goes on around the rim of what is known, down a wall, is explained: what goes on
// beyond a rim is nothing against the pose. The same wall in the middle of what is known is.
func TestExplainedEndsAtTheRim(t *testing.T) {
	plate := func(lo, hi float64, n int, r *seed.Rand) []geom.Vec3 {
		out := make([]geom.Vec3, n)
		for i := range out {
			x, y := r.Uniform(lo, hi), r.Uniform(-0.5, 0.5)
			out[i] = geom.Vec{X: x, Y: y, Z: 0.1 * math.Exp(-((x+0.3)*(x+0.3)+(y-0.2)*(y-0.2))/0.01)}.F()
		}
		return out
	}
	r := seed.Stream(21)
	ref, err := NewReference(context.Background(), plate(-1, 0, 5000, r), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		wall     float64 // where it goes down
		explains bool
	}{{0, true}, {-0.6, false}} {
		scan := plate(-0.6, 0, 3000, r)
		for range 900 {
			scan = append(scan, geom.Vec{X: c.wall, Y: r.Uniform(-0.5, 0.5), Z: r.Uniform(-0.035, 0)}.F())
		}
		res, err := ref.Refine(context.Background(), scan, geom.IdentityPose(), Options{Coverage: CoveragePartial})
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Explained > 0.95; got != c.explains {
			t.Errorf("a wall at %g: explained %.3f, overlap %.3f", c.wall, res.Explained, res.Overlap)
		}
	}
}
