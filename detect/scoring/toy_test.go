package scoring_test

import (
	"context"
	"math"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/scene"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
	"blemish/weights"
)

// The least detector that there is: by how much a point is off is its distance to the nearest
// sound point. It goes all the way and keeps the contract.

type toy struct{}

func (toy) Name() string { return "toy" }
func (toy) Config() any  { return struct{}{} }

func (d toy) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	return scoring.Fit(ctx, d, toyPlan, sound, opt)
}

var toyPlan = &scoring.Plan{
	Settings: scoring.Settings{Points: 20000, Look: scene.Options{Neighbors: 20, Reach: 1.5}, Smooth: scoring.PoolNeighbors},
	Terms:    1,
	Learn: func(_ context.Context, sound *scoring.Sound) (scoring.Method, error) {
		return nearest{spatial.NewTree(sound.Points()), sound.Workers}, nil
	},
	Open: func(_ context.Context, f *weights.File, workers task.Workers) (scoring.Method, error) {
		points, err := detect.Places(f, "toy.points")
		return nearest{spatial.NewTree(points), workers}, err
	},
}

type nearest struct {
	sound   *spatial.Tree
	workers task.Workers
}

func (m nearest) Terms(ctx context.Context, scan *scoring.Scan) (*scoring.Terms, error) {
	t, points := &scoring.Terms{}, scan.Points()
	off := make([]float32, len(points))
	t.Add("distance to a point", off)
	return t, task.For(ctx, m.workers, len(points), 256, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			off[i] = float32(math.Sqrt(float64(m.sound.Nearest(points[i]).Dist2)))
		}
	})
}

func (m nearest) Put(f *weights.File) {
	var flat []float32
	for _, p := range m.sound.Points() {
		flat = append(flat, p.X, p.Y, p.Z)
	}
	f.Add("toy.points", flat, len(flat)/3, 3)
}

func TestAToyKeepsTheContract(t *testing.T) {
	open := func(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
		return scoring.Open(ctx, f, "toy", toyPlan, opt)
	}
	detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return toy{} }, Open: open, Scans: 3, Points: 1500, Contrast: 2})
}
