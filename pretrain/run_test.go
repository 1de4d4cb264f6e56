package pretrain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blemish/geom"
	"blemish/seed"
	"blemish/task"
	"blemish/weights"
)

// tiny is a run of seconds.
func tiny(t *testing.T) Options {
	t.Helper()
	c, err := Configure([]byte(`{"width":16,"heads":2,"encoder_depth":1,"decoder_depth":1,"embed":[8,8,16,16],"patches":16,"reference":16,"patch_size":8,"points":300,"region":8,"steps":4}`))
	if err != nil {
		t.Fatal(err)
	}
	return Options{Config: c, Seed: 3, Workers: 1, heldOut: 3}
}

func weightsOf(t *testing.T, o *Outcome) []byte {
	t.Helper()
	f, err := o.File()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := weights.Encode(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameBytesOnAnyWorkersAndAfterAStop(t *testing.T) {
	if testing.Short() {
		t.Skip("builds some dozen objects")
	}
	whole, err := Run(context.Background(), tiny(t))
	if err != nil {
		t.Fatal(err)
	}
	want := weightsOf(t, whole)

	two := tiny(t)
	two.Workers = 2
	o, err := Run(context.Background(), two)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(weightsOf(t, o), want) {
		t.Error("two workers made other weights than one")
	}

	stopped := tiny(t)
	stopped.Checkpoint, stopped.Every, stopped.Resume = filepath.Join(t.TempDir(), "checkpoint"), time.Hour, true
	ctx, cancel := context.WithCancel(context.Background())
	stopped.Progress = func(e task.Event) {
		if e.Done == 2 {
			cancel()
		}
	}
	if _, err := Run(ctx, stopped); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	stopped.Progress = nil
	if o, err = Run(context.Background(), stopped); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(weightsOf(t, o), want) {
		t.Error("a run that was stopped and resumed made other weights")
	}
	if !(o.HeldOutLoss > 0) || math.IsInf(o.HeldOutLoss, 0) {
		t.Errorf("held-out loss %v", o.HeldOutLoss)
	}

	other := stopped
	other.Seed = 4
	if _, err := Run(context.Background(), other); err == nil || !strings.Contains(err.Error(), "seed") {
		t.Errorf("a checkpoint of another seed was taken: error %v", err)
	}
}

func TestScansGiveEverySecondSurface(t *testing.T) {
	opt := tiny(t)
	r := seed.Stream(1)
	scan := &geom.Cloud{}
	for range 450 {
		x, y, z := r.Direction()
		scan.Points = append(scan.Points, geom.Vec{X: 50 + x, Y: 2 * y, Z: z}.F())
	}
	p := &pool{cfg: opt.Config, seed: 1, workers: 1, scans: []*geom.Cloud{scan}}
	views := p.drawScan(1)
	if len(views) != 2 || len(views[0])+len(views[1]) != 450 {
		t.Fatalf("%d views of the scan", len(views))
	}
	normalise(views...)
	for _, q := range views[0] {
		if q.D().Norm() > 1+1e-6 {
			t.Fatalf("%v lies outside the unit sphere", q)
		}
	}
	opt.Scans = []*geom.Cloud{{Points: scan.Points[:20]}}
	if _, err := Run(context.Background(), opt); err == nil || !strings.Contains(err.Error(), "scan 1 has 20 points") {
		t.Errorf("a scan of 20 points: error %v", err)
	}
}

// TestAFolderIsLearntFromAlone streams clouds in literal mode: each once an epoch, read when it
// is called for, the same weights after a stop, and no built-in object among them.
func TestAFolderIsLearntFromAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("measures on some dozen objects")
	}
	c, err := Configure([]byte(`{"mode":"literal","width":16,"heads":2,"encoder_depth":2,"decoder_depth":2,"embed":[8,8,16,16],"patches":16,"patch_size":8,"points":200,"steps":8,"batch":3,"learning_rate":0.003}`))
	if err != nil {
		t.Fatal(err)
	}
	if c.Displace != 0 || c.Scatter != 0 || c.Jitter != 0 || c.Reference != 0 || c.MaskRatio != 0.4 || c.DropPath != 0.1 {
		t.Fatalf("not plain masked pre-training: %+v", c)
	}
	var read []int
	stream := &Stream{Count: 6, Name: func(i int) string { return fmt.Sprint("cloud", i) }, Read: func(i int) (*geom.Cloud, error) {
		read = append(read, i)
		r := seed.Stream(9, i)
		cloud := &geom.Cloud{}
		for range 300 {
			x, y, z := r.Direction()
			cloud.Points = append(cloud.Points, geom.Vec{X: 7 + x, Y: float64(i+1) * y, Z: z}.F())
		}
		return cloud, nil
	}}
	run := func(workers task.Workers, stop int) []byte {
		t.Helper()
		opt := Options{Config: c, Seed: 3, Workers: workers, Stream: stream, Digest: "six", Checkpoint: filepath.Join(t.TempDir(), "checkpoint"), Every: time.Hour, Resume: true, heldOut: 3}
		if stop > 0 {
			ctx, cancel := context.WithCancel(t.Context())
			opt.Progress = func(e task.Event) {
				if e.Done == stop {
					cancel()
				}
			}
			if _, err := Run(ctx, opt); !errors.Is(err, context.Canceled) {
				t.Fatalf("a stopped run says %v", err)
			}
			opt.Progress = nil
		}
		o, err := Run(t.Context(), opt)
		if err != nil {
			t.Fatal(err)
		}
		return weightsOf(t, o)
	}
	want := run(1, 0)
	for epoch := range 4 {
		seen := map[int]bool{}
		for _, i := range read[6*epoch : 6*epoch+6] {
			seen[i] = true
		}
		if len(seen) != 6 {
			t.Errorf("epoch %d takes %v", epoch, read[6*epoch:6*epoch+6])
		}
	}
	if !bytes.Equal(run(2, 5), want) {
		t.Error("another number of workers and a stop make other weights")
	}
	short := *stream
	short.Read = func(int) (*geom.Cloud, error) { return &geom.Cloud{Points: make([]geom.Vec3, 10)}, nil }
	_, err = Run(t.Context(), Options{Config: c, Stream: &short})
	if err == nil || !strings.Contains(err.Error(), " has 10 points, pre-training needs at least 16") {
		t.Errorf("a cloud of 10 points: %v", err)
	}
}

func TestSettingsThatDoNotExist(t *testing.T) {
	for settings, want := range map[string]string{
		`{"stepps":3}`: "stepps", `{"points":0}`: "points is 0", `{"width":-1}`: "width",
	} {
		if _, err := Configure([]byte(settings)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one that says %s", settings, err, want)
		}
	}
}
