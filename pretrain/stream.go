package pretrain

import (
	"context"
	"fmt"

	"blemish/detect/imrnet"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
)

// Clouds that are read when they are called for, so that a set may be larger than memory.

// Stream is clouds to learn from. Every epoch takes each of them once, in an order of its own.
type Stream struct {
	Count int
	Name  func(i int) string // for messages
	Read  func(i int) (*geom.Cloud, error)
}

// epochs draws examples of a stream. It serves one goroutine.
type epochs struct {
	cfg   imrnet.Config
	seed  uint64
	from  *Stream
	epoch int     // whose order is that below; -1: none
	order []int32 // of the clouds
}

// example is the i-th example of a step: a cloud of the epoch, thinned anew, in the unit sphere.
func (e *epochs) example(ctx context.Context, step, i int) ([]pointmae.Cloud, error) {
	n := step*e.cfg.Batch + i
	if epoch := n / e.from.Count; epoch != e.epoch {
		e.epoch, e.order = epoch, seed.Stream(e.seed, "pretrain epoch", epoch).Perm(e.from.Count)
	}
	k := int(e.order[n%e.from.Count])
	cloud, err := e.from.Read(k)
	if err != nil {
		return nil, err
	}
	if least := max(e.cfg.Patches, e.cfg.Reference, e.cfg.PatchSize); cloud.Len() < least {
		return nil, fmt.Errorf("%s has %d points, pre-training needs at least %d", e.from.Name(k), cloud.Len(), least)
	}
	points := append([]geom.Vec3(nil), cloud.Points...)
	normalise(points)
	r := seed.Stream(e.seed, "pretrain streamed", step, i)
	view, err := imrnet.NewView(ctx, 1, e.cfg, points, r)
	if err != nil {
		return nil, err
	}
	return imrnet.Example(ctx, 1, e.cfg, view, view, r)
}
