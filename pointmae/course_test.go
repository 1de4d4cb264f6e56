package pointmae

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blemish/nn"
	"blemish/seed"
	"blemish/weights"
)

func tinyCourse(steps int) Course {
	return Course{
		Steps: steps,
		Rate:  nn.Cosine{Base: 1e-3, Min: 1e-6, Warmup: 3, Total: steps},
		Batch: func(_ context.Context, step int) ([]Cloud, error) {
			return randomClouds(1, 8+step%3, 4, 4), nil
		},
		Identity: map[string]string{"seed": "1"},
	}
}

func tinyTrainer(t *testing.T) *Trainer {
	t.Helper()
	c := Config{Width: 16, Encoder: 1, Decoder: 1, Heads: 2, GroupSize: 4, Embed: [3]int{8, 8, 16}, PosHidden: 8, DropPath: 0.1}
	return NewTrainer(newModel(t, c), TrainOptions{Workers: 1, WeightDecay: 0.05, Clip: 10, Seed: 1})
}

func bytesOf(t *testing.T, m *Model) []byte {
	t.Helper()
	f := &weights.File{}
	m.Save(f, "")
	var b bytes.Buffer
	if err := weights.Encode(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestStoppedRunsGoOnToTheSameBytes cancels a run at twenty random steps and resumes
// each with a fresh trainer.
func TestStoppedRunsGoOnToTheSameBytes(t *testing.T) {
	const steps = 40
	whole := tinyTrainer(t)
	losses, err := whole.Run(context.Background(), tinyCourse(steps))
	if err != nil {
		t.Fatal(err)
	}
	want := bytesOf(t, whole.pass.m)
	r := seed.Stream(1, "stops")
	for trial := range 20 {
		path := filepath.Join(t.TempDir(), "checkpoint")
		for stops := 0; ; stops++ {
			ctx, cancel := context.WithCancel(context.Background())
			c := tinyCourse(steps)
			c.Checkpoint, c.Resume, c.Every = path, true, time.Hour
			left := 1 + r.Intn(30)
			c.After = func([]float64, float64) {
				if left--; left == 0 {
					cancel()
				}
			}
			again := tinyTrainer(t)
			got, err := again.Run(ctx, c)
			cancel()
			if errors.Is(err, context.Canceled) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(bytesOf(t, again.pass.m), want) {
				t.Fatalf("trial %d: after %d stops the model is another", trial, stops)
			}
			for i := range got {
				if got[i] != losses[i] {
					t.Fatalf("trial %d: the loss of step %d is %v instead of %v", trial, i+1, got[i], losses[i])
				}
			}
			break
		}
	}
}

func TestCheckpointsThatDoNotFit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "checkpoint")
	c := tinyCourse(5)
	c.Checkpoint, c.Every = path, 0
	if _, err := tinyTrainer(t).Run(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		want string
		turn func(f *weights.File, c *Course)
	}{
		"other seed": {"its seed is 1, this run's is 2", func(_ *weights.File, c *Course) { c.Identity = map[string]string{"seed": "2"} }},
		"NaN":        {tensorFirst, func(f *weights.File, _ *Course) { f.Find(tensorFirst).Data[3] = float32(math.NaN()) }},
		"missing":    {`"mask_token" is missing`, func(f *weights.File, _ *Course) { f.Find("mask_token").Name = "mask" }},
		"shape":      {"mask_token", func(f *weights.File, _ *Course) { f.Find("mask_token").Shape = []int{16} }},
		"no run":     {"no checkpoint", func(f *weights.File, _ *Course) { f.Metadata = nil }},
		"longer":     {"5 steps, this run ends at 4", func(_ *weights.File, c *Course) { c.Steps = 4 }},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := weights.Decode(bytes.NewReader(good))
			if err != nil {
				t.Fatal(err)
			}
			c := tinyCourse(5)
			x.turn(f, &c)
			c.Checkpoint, c.Resume = filepath.Join(t.TempDir(), "checkpoint"), true
			if err := weights.Write(c.Checkpoint, f); err != nil {
				t.Fatal(err)
			}
			if _, err := tinyTrainer(t).Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), x.want) || !strings.Contains(err.Error(), c.Checkpoint) {
				t.Fatalf("error %v, want one that names the file and says %s", err, x.want)
			}
		})
	}
}

// TestACheckpointThatCannotBeWrittenLeavesTheLastOne takes the folder away in the
// middle of a run, as a full disk would.
func TestACheckpointThatCannotBeWrittenLeavesTheLastOne(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "in", "checkpoint")
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	c := tinyCourse(10)
	c.Checkpoint, c.Every = path, 0
	c.After = func(losses []float64, _ float64) {
		if len(losses) == 5 {
			if err := os.Rename(filepath.Dir(path), filepath.Join(dir, "away")); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := tinyTrainer(t).Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "checkpoint after 5 steps") {
		t.Fatalf("error %v", err)
	}
	f, err := weights.Read(filepath.Join(dir, "away", "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	if losses, err := tinyTrainer(t).loadState(f, c.Identity); err != nil || len(losses) != 4 {
		t.Fatalf("the last good checkpoint has %d steps, error %v", len(losses), err)
	}
}

func TestPlateauEndsARun(t *testing.T) {
	c := Course{Patience: 3}
	for _, x := range []struct {
		losses []float64
		done   bool
	}{
		{[]float64{5, 5, 5}, false},
		{[]float64{5, 5, 5, 4, 4, 4}, false},
		{[]float64{5, 5, 5, 4, 4, 4, 4}, false},
		{[]float64{5, 5, 5, 4, 4, 4, 4, 3.99, 4}, true},
	} {
		if got := c.done(x.losses); got != x.done {
			t.Errorf("losses %v: done %v", x.losses, got)
		}
	}
	if (Course{}).done([]float64{1, 1}) {
		t.Error("without patience a run ended early")
	}
}
