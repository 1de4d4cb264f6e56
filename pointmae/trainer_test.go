package pointmae

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/task"
	"blemish/weights"
)

// smallConfig is what tests train: odd sizes, so that tiles have rests.
var smallConfig = Config{Width: 24, Encoder: 2, Decoder: 2, Heads: 3, GroupSize: 10, Embed: [3]int{9, 20, 33}, PosHidden: 17, DropPath: 0.3}

// randomClouds draws clouds of patches on a sphere, two fifths of them masked.
func randomClouds(n, patches, k, targets int) []Cloud {
	r := seed.Stream(1, "test clouds", n, patches, k)
	point := func(scale float64) geom.Vec3 {
		x, y, z := r.Direction()
		return geom.Vec3{X: float32(scale * x), Y: float32(scale * y), Z: float32(scale * z)}
	}
	batch := make([]Cloud, n)
	for i := range batch {
		c := &batch[i]
		c.Masked = make([]bool, patches)
		for _, p := range r.Perm(patches)[:patches*2/5] {
			c.Masked[p] = true
		}
		for range patches {
			c.Centres = append(c.Centres, point(1))
			for range k {
				c.Patches = append(c.Patches, point(0.1*r.Float64()))
			}
		}
		for range patches * 2 / 5 * targets {
			c.Targets = append(c.Targets, point(0.1*r.Float64()))
		}
	}
	return batch
}

// encoded is a model's file.
func encoded(t testing.TB, m *Model) []byte {
	t.Helper()
	var f weights.File
	m.Save(&f, "")
	var b bytes.Buffer
	if err := weights.Encode(&b, &f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func newModel(t testing.TB, c Config) *Model {
	t.Helper()
	m, err := New(c, 5)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestResultsDoNotDependOnWorkers(t *testing.T) {
	for _, frozen := range []bool{false, true} {
		for _, clouds := range []int{1, 3} {
			var want []byte
			var points [][]geom.Vec3
			for _, workers := range []task.Workers{1, 2, 5} {
				m := newModel(t, smallConfig)
				tr := NewTrainer(m, TrainOptions{Workers: workers, Clip: 1, FrozenNorm: frozen, Seed: 3})
				batch := randomClouds(clouds, 100, 12, 7)
				for range 3 {
					if _, err := tr.Step(context.Background(), batch, 1e-2); err != nil {
						t.Fatal(err)
					}
				}
				got := encoded(t, m)
				out, err := NewSession(m, workers).Reconstruct(context.Background(), batch)
				if err != nil {
					t.Fatal(err)
				}
				if want == nil {
					want, points = got, out
					continue
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%d clouds, frozen %v: %d workers train another model", clouds, frozen, workers)
				}
				for i := range out {
					if !slices.Equal(out[i], points[i]) {
						t.Errorf("%d clouds, frozen %v: %d workers reconstruct other points", clouds, frozen, workers)
					}
				}
			}
		}
	}
}

func TestTrainingLowersTheLoss(t *testing.T) {
	m := newModel(t, smallConfig)
	tr := NewTrainer(m, TrainOptions{WeightDecay: 0.01, Seed: 1})
	batch := randomClouds(2, 40, 12, 12)
	var first, last float64
	for step := range 60 {
		loss, err := tr.Step(context.Background(), batch, 3e-3)
		if err != nil {
			t.Fatal(err)
		}
		if step == 0 {
			first = loss
		}
		last = loss
	}
	if last > 0.6*first {
		t.Errorf("loss went from %v to %v only", first, last)
	}
}

func TestLaterStepsDoNotAllocate(t *testing.T) {
	c := smallConfig
	c.DropPath = 0 // its streams are hashed from names
	m := newModel(t, c)
	batch := randomClouds(2, 64, 12, 7)
	ctx := context.Background()
	for _, frozen := range []bool{false, true} {
		tr := NewTrainer(m, TrainOptions{Workers: 1, FrozenNorm: frozen})
		step := func() {
			if _, err := tr.Step(ctx, batch, 1e-3); err != nil {
				t.Fatal(err)
			}
		}
		step()
		if n := testing.AllocsPerRun(5, step); n > 0 {
			t.Errorf("frozen %v: %v allocations a step", frozen, n)
		}
	}
	s := NewSession(m, 1)
	infer := func() {
		if _, err := s.Reconstruct(ctx, batch); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Features(ctx, batch, 1, 2); err != nil {
			t.Fatal(err)
		}
	}
	infer()
	if n := testing.AllocsPerRun(5, infer); n > 2 { // the two variadic lists of blocks
		t.Errorf("%v allocations an inference", n)
	}
}

func TestSaveAndLoad(t *testing.T) {
	m := newModel(t, smallConfig)
	tr := NewTrainer(m, TrainOptions{})
	if _, err := tr.Step(context.Background(), randomClouds(2, 20, 8, 8), 1e-3); err != nil {
		t.Fatal(err)
	}
	var f weights.File
	m.Save(&f, "backbone.")
	back, err := Load(smallConfig, &f, "backbone.")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encoded(t, m), encoded(t, back)) || !bytes.Equal(encoded(t, m), encoded(t, m.Clone())) {
		t.Error("a loaded or cloned model differs")
	}
	other := smallConfig
	other.GroupSize++
	if _, err := Load(other, &f, "backbone."); err == nil || !strings.Contains(err.Error(), "increase_dim.0.weight") {
		t.Errorf("another head was accepted: %v", err)
	}
	if _, err := Load(smallConfig, &f, ""); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("missing tensors were accepted: %v", err)
	}
	f.Find("backbone.mask_token").Data[3] = float32(nan())
	if _, err := Load(smallConfig, &f, "backbone."); err == nil || !strings.Contains(err.Error(), "mask_token") {
		t.Errorf("NaN was accepted: %v", err)
	}
}

func nan() float64 { var zero float64; return zero / zero }

func TestSessionSeesTraining(t *testing.T) {
	m := newModel(t, smallConfig)
	batch := randomClouds(1, 20, 8, 8)
	s := NewSession(m, 1)
	run := func() geom.Vec3 {
		out, err := s.Reconstruct(context.Background(), batch)
		if err != nil {
			t.Fatal(err)
		}
		return out[0][0]
	}
	before := run()
	if _, err := NewTrainer(m, TrainOptions{}).Step(context.Background(), batch, 1e-2); err != nil {
		t.Fatal(err)
	}
	if run() == before {
		t.Error("the session goes on with the old weights")
	}
}

func TestWithoutMaskNothingIsReconstructed(t *testing.T) {
	batch := randomClouds(2, 10, 8, 6)
	batch[0].Masked = nil
	m := newModel(t, smallConfig)
	out, err := NewSession(m, 2).Reconstruct(context.Background(), batch)
	if err != nil || len(out) != 2 || len(out[0]) != 0 || len(out[1]) != 4*smallConfig.GroupSize {
		t.Errorf("%d and %d points, %v", len(out[0]), len(out[1]), err)
	}
}

func TestBadBatchesAreErrors(t *testing.T) {
	m := newModel(t, smallConfig)
	tr := NewTrainer(m, TrainOptions{})
	for name, spoil := range map[string]func(b []Cloud) []Cloud{
		"no clouds":        func(b []Cloud) []Cloud { return nil },
		"patch points":     func(b []Cloud) []Cloud { b[1].Patches = b[1].Patches[1:]; return b },
		"points a patch":   func(b []Cloud) []Cloud { b[1].Patches = b[1].Patches[:10*4]; return b },
		"mask of":          func(b []Cloud) []Cloud { b[0].Masked = b[0].Masked[1:]; return b },
		"no masked":        func(b []Cloud) []Cloud { b[0].Masked = nil; return b },
		"all of its":       func(b []Cloud) []Cloud { b[0].Masked = slices.Repeat([]bool{true}, 10); return b },
		"target points":    func(b []Cloud) []Cloud { b[0].Targets = b[0].Targets[1:]; return b },
		"target points a ": func(b []Cloud) []Cloud { b[1].Targets = b[1].Targets[:4]; return b },
		"the loss of step": func(b []Cloud) []Cloud { b[0].Centres[0].X = float32(nan()); return b },
	} {
		_, err := tr.Step(context.Background(), spoil(randomClouds(2, 10, 8, 6)), 1e-3)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tr.Step(ctx, randomClouds(2, 10, 8, 6), 1e-3); err != context.Canceled {
		t.Errorf("cancelled step: %v", err)
	}
	if _, err := NewSession(m, 1).Features(context.Background(), randomClouds(1, 10, 8, 6), 3); err == nil {
		t.Error("features of a block that is not there")
	}
	for _, c := range []Config{{}, {Width: 10, Encoder: 1, Decoder: 1, Heads: 3, GroupSize: 1, Embed: [3]int{1, 1, 1}, PosHidden: 1}} {
		if _, err := New(c, 1); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}

// Point-MAE's published sizes (29.0 million, FIELD notes of the checkpoint).
func TestDefaultModelHasThePublishedSize(t *testing.T) {
	m, err := build(DefaultConfig(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := m.Count(); n < 28_900_000 || n > 29_100_000 {
		t.Errorf("%d parameters", n)
	}
	if head := 384*96 + 96; m.head.W.Value == nil || len(m.head.W.Value)+len(m.head.B.Value) != head {
		t.Errorf("the head is not of %d values", head)
	}
}

func Example() {
	cfg := Config{Width: 24, Encoder: 2, Decoder: 1, Heads: 2, GroupSize: 8, Embed: [3]int{8, 16, 24}, PosHidden: 8}
	model, err := New(cfg, 1)
	if err != nil {
		panic(err)
	}
	batch := randomClouds(2, 20, 8, 8) // 20 patches of 8 points, 8 of them masked
	trainer := NewTrainer(model, TrainOptions{WeightDecay: 0.05})
	for range 10 {
		if _, err := trainer.Step(context.Background(), batch, 1e-3); err != nil {
			panic(err)
		}
	}
	points, err := NewSession(model, 0).Reconstruct(context.Background(), batch)
	if err != nil {
		panic(err)
	}
	fmt.Println(len(points), "clouds,", len(points[0]), "reconstructed points each")
	// Output: 2 clouds, 64 reconstructed points each
}
