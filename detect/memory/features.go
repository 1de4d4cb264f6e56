package memory

import (
	"context"

	"blemish/geom"
	"blemish/task"
	"blemish/weights"
)

// Features of a scan.

// Cloud is a scan whose features are wanted.
type Cloud struct {
	Points  []geom.Vec3 // finite
	Outward []geom.Vec3 // which way the sound surface faces next to each; nil: unknown
	Size    float64     // of the sound part, the diagonal of its box; 0: unknown
	Workers task.Workers
}

// middle is the mean of the points.
func (c *Cloud) middle() geom.Vec {
	var sum geom.Vec
	for _, p := range c.Points {
		sum = sum.Add(p.D())
	}
	return sum.Scale(1 / float64(max(1, len(c.Points))))
}

// Features are vectors and where they belong.
type Features struct {
	At   []geom.Vec3 // points of the scan, or places between them
	Rows []float32   // a row for each
}

// Kind is one kind of features.
type Kind struct {
	Name string // of the term and of the tensor in a model file
	Dim  int
	// Describe makes the features of a scan: any number of rows of Dim finite values. A scan
	// with too few points is an error that wraps detect.ErrTooFewPoints.
	Describe func(ctx context.Context, c *Cloud) (*Features, error)
	// Smooth smooths the scores of a scan's points; nil: they stay.
	Smooth func(ctx context.Context, c *Cloud, score []float32) ([]float32, error)
	// Put adds what Describe needs to a model file; nil: nothing.
	Put func(f *weights.File)
	// Keep says that features hang on the points alone, and take long: those of a sound scan
	// are made once.
	Keep bool
}

// Coordinates are where a scan's points are: in the common frame, where scans are aligned.
var Coordinates = Kind{Name: "place", Dim: 3, Describe: func(_ context.Context, c *Cloud) (*Features, error) {
	f := &Features{At: c.Points}
	for _, p := range c.Points {
		f.Rows = append(f.Rows, p.X, p.Y, p.Z)
	}
	return f, nil
}}

// every takes one row in step, the first included.
func (f *Features) every(step, dim int) *Features {
	if step <= 1 {
		return f
	}
	out := &Features{}
	for i := 0; i < len(f.At); i += step {
		out.At, out.Rows = append(out.At, f.At[i]), append(out.Rows, f.Rows[i*dim:(i+1)*dim]...)
	}
	return out
}
