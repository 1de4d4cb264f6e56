package spatial

import (
	"context"
	"math"
	"os"
	"testing"
	"time"

	"blemish/geom"
)

// Many points at one place: searches, samples and graphs must stay linear.

// crowd is n points of which all but every 100th lie at one place.
func crowd(n int, all bool) []geom.Vec3 {
	points := bumpyTorus(n)
	for i := range points {
		if all || i%100 != 0 {
			points[i] = geom.Vec3{X: 5e5, Y: -2, Z: 0.25}
		}
	}
	return points
}

func TestCrowdsStayLinear(t *testing.T) {
	ctx := context.Background()
	n := 200000
	switch {
	case testing.Short():
		n = 60000
	case os.Getenv("BLEMISH_LONG") != "":
		n = 400000
	}
	for _, all := range []bool{true, false} {
		points := crowd(n, all)
		start := time.Now()
		done := func(what string, err error) {
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			// A second where n² steps take minutes.
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("%s took %v for %d points", what, took, n)
			}
			start = time.Now()
		}
		tree, err := BuildTree(ctx, 2, points)
		done("the tree", err)
		index, dist, err := tree.KNNSelf(ctx, 2, 20)
		done("k nearest", err)
		_, _, err = tree.KNNBatch(ctx, 2, points, 1)
		done("nearest", err)
		count, err := tree.CountWithin(ctx, 2, points, 1e-3)
		done("counts", err)
		_, components, err := Components(ctx, 2, points, 1e-3)
		done("components", err)
		_, err = Spacing(ctx, 2, tree)
		done("the spacing", err)
		picked, err := FarthestPoints(ctx, 2, points, 500, 0)
		done("farthest points", err)
		voxels, _ := VoxelDownsample(points, 1e-3)
		done("voxels", nil)
		if len(picked) != 500 || all && (components != 1 || len(voxels) != 1) {
			t.Errorf("%d picks, %d components, %d voxels", len(picked), components, len(voxels))
		}
		// The neighbours of a point of the crowd are its lowest.
		next := int32(0)
		for j := range 20 {
			for !all && next%100 == 0 {
				next++
			}
			if at := (n-1)*20 + j; index[at] != next || dist[at] != 0 {
				t.Fatalf("neighbour %d is %d at %v, want %d at 0", j, index[at], dist[at], next)
			}
			next++
		}
		want := n
		if !all {
			want = n / 100 * 99
		}
		if int(count[n-1]) != want {
			t.Errorf("%d points within the radius, want %d", count[n-1], want)
		}
	}
}

func TestMorePointsThanInt32CountsAreRefused(t *testing.T) {
	if checkCount(math.MaxInt32) == nil || checkCount(math.MaxInt32-lanes) != nil {
		t.Error("the limit is not where int32 ends")
	}
}
