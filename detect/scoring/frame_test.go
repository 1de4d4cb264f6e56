package scoring

import (
	"bytes"
	"context"
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/weights"
)

// tube is a body of revolution, which tells nothing of a turn about its axis, far from 0.
func tube(n int, r *seed.Rand) []geom.Vec3 {
	out := make([]geom.Vec3, n)
	for i := range out {
		angle, z := r.Uniform(0, 2*math.Pi), r.Uniform(0, 3)
		radius := 1 + 0.2*math.Sin(z)
		out[i] = geom.Vec{X: 40 + radius*math.Cos(angle), Y: radius * math.Sin(angle), Z: z}.F()
	}
	return out
}

// Where sound scans stand in one frame as they come, the next scan stands there too, also once the
// frame has been in a file: a turn that nothing else tells is not made up.
func TestScansStandAsTheSoundOnesDid(t *testing.T) {
	ctx := context.Background()
	var clouds [][]geom.Vec3
	for i := range 3 {
		clouds = append(clouds, tube(1500, seed.Stream(5, "tube", i)))
	}
	opt := FrameOptions{Seed: 1}
	g, err := opt.Group(ctx, clouds)
	if err != nil {
		t.Fatal(err)
	}
	f, err := JoinFrame(ctx, clouds, g, opt)
	if err != nil {
		t.Fatal(err)
	}
	if f.given == nil {
		t.Fatal("they do not stand in one frame")
	}
	file := &weights.File{}
	f.Save(file)
	var written bytes.Buffer
	if err := weights.Encode(&written, file); err != nil {
		t.Fatal(err)
	}
	if file, err = weights.Decode(&written); err != nil {
		t.Fatal(err)
	}
	again, err := OpenFrame(ctx, file, opt)
	if err != nil || again.given == nil || *again.given != *f.given {
		t.Fatalf("read back %+v, error %v; want %+v", again.given, err, f.given)
	}
	scan := tube(1500, seed.Stream(6, "tube"))
	pose, fit, err := again.Place(ctx, 0, scan)
	if err != nil || fit.Overlap < 0.95 {
		t.Fatalf("fit %+v, error %v", fit, err)
	}
	for i := 0; i < len(scan); i += 100 {
		if d := pose.ApplyVec(scan[i].D()).Sub(f.given.ApplyVec(scan[i].D())).Norm(); d > 0.2 {
			t.Fatalf("point %d is moved by %g", i, d)
		}
	}
}
