package register

import (
	"context"
	"errors"
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
		clouds = append(clouds, pose.ApplyAll(shape(2500, r)))
	}
	return clouds, truth
}

func TestGroupStandsInOneFrame(t *testing.T) {
	clouds, truth := posed(3, mug, 14)
	g, err := Group(context.Background(), clouds, Options{})
	if err != nil {
		t.Fatal(err)
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
	clouds, truth := posed(2, bumpy, 15)
	clouds = append([][]geom.Vec3{mug(2500, seed.Stream(16))}, clouds...)
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
