package memory

import (
	"context"
	"slices"

	"blemish/detect/bank"
	"blemish/internal/stat"
	"blemish/seed"
	"blemish/task"
)

// Which vectors are remembered.

// choose thins the vectors of all sound scans to those that are remembered.
func (c Config) choose(ctx context.Context, workers task.Workers, root uint64, rows []float32, dim int) ([]float32, error) {
	n := len(rows) / dim
	if c.Drawn > 0 && n > c.Drawn {
		some := stat.Every(slices.Collect(slices.Chunk(rows, dim)), c.Drawn)
		rows, n = slices.Concat(some...), c.Drawn
	}
	keep := min(c.Vectors, max(1, int(c.Share*float64(n))))
	if keep >= n {
		return rows, nil
	}
	space, width := rows, dim
	if c.Projection > 0 || c.Isometric {
		to := c.Projection
		if c.Isometric {
			to = -1
		}
		var err error
		if space, width, err = bank.Project(ctx, workers, rows, dim, to, seed.Stream(root, stream, "projection")); err != nil {
			return nil, err
		}
	}
	chosen, err := bank.CoresetFrom(ctx, workers, space, width, keep, c.Starts, seed.Stream(root, stream, "starts"))
	if err != nil {
		return nil, err
	}
	out := make([]float32, 0, len(chosen)*dim)
	for _, i := range chosen {
		out = append(out, rows[int(i)*dim:(int(i)+1)*dim]...)
	}
	return out, nil
}
