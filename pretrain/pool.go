package pretrain

import (
	"context"
	"fmt"

	"blemish/detect/imrnet"
	"blemish/geom"
	"blemish/mesh"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/shape"
	"blemish/task"
)

// A window of so many surfaces is drawn from at any time; it moves on by one every
// slide steps. A surface costs as much as some tens of steps, so it is used for a while.
const (
	window = 32
	slide  = 100
)

// viewsPerSurface is how many samplings of a surface are drawn from.
const viewsPerSurface = 3

// pool makes surfaces as they are called for and forgets those that the window has
// passed. It serves one goroutine.
type pool struct {
	cfg     imrnet.Config
	seed    uint64
	workers task.Workers
	scans   []*geom.Cloud // every second surface is one of these, where there are any
	views   map[int][]*imrnet.View
}

// example is the i-th example of a step.
func (p *pool) example(ctx context.Context, step, i int) ([]pointmae.Cloud, error) {
	first := step / slide
	for id := range p.views {
		if id < first {
			delete(p.views, id)
		}
	}
	r := seed.Stream(p.seed, "pretrain example", step, i)
	views, err := p.surface(ctx, first+r.Intn(window))
	if err != nil {
		return nil, err
	}
	own := r.Intn(len(views))
	beside := (own + 1 + r.Intn(len(views)-1)) % len(views)
	return imrnet.Example(ctx, p.workers, p.cfg, views[own], views[beside], r)
}

// surface returns the views of a surface, made where they are not there.
func (p *pool) surface(ctx context.Context, id int) ([]*imrnet.View, error) {
	if v := p.views[id]; v != nil {
		return v, nil
	}
	var clouds [][]geom.Vec3
	var err error
	if len(p.scans) > 0 && id%2 == 1 {
		clouds = p.drawScan(id)
	} else if clouds, err = p.drawShape(id); err != nil {
		return nil, err
	}
	normalise(clouds...)
	views := make([]*imrnet.View, len(clouds))
	for k, c := range clouds {
		if views[k], err = imrnet.NewView(ctx, p.workers, p.cfg, c, seed.Stream(p.seed, "pretrain thin", id, k)); err != nil {
			return nil, err
		}
	}
	p.views[id] = views
	return views, nil
}

// attempts is how many instances of a class are tried: a drawn one may not close.
const attempts = 4

// build draws an object.
func build(root uint64, name string, id int) (m *geom.Mesh, err error) {
	for try := range attempts {
		if m, _, err = shape.Random(seed.Stream(root, name, id, try)); err == nil {
			return m, nil
		}
	}
	return nil, fmt.Errorf("pre-training: %w", err)
}

func (p *pool) drawShape(id int) ([][]geom.Vec3, error) {
	m, err := build(p.seed, "pretrain shape", id)
	if err != nil {
		return nil, err
	}
	points := p.cfg.Points/2 + seed.Stream(p.seed, "pretrain points", id).Intn(p.cfg.Points/2+1) // scans are more or less dense
	clouds := make([][]geom.Vec3, viewsPerSurface)
	for k := range clouds {
		clouds[k], _ = mesh.Sample(m, points, seed.Stream(p.seed, "pretrain sample", id, k))
	}
	return clouds, nil
}

// drawScan deals the points of a scan to as many views as it can fill.
func (p *pool) drawScan(id int) [][]geom.Vec3 {
	scan := p.scans[(id/2)%len(p.scans)].Points
	perm := seed.Stream(p.seed, "pretrain deal", id).Perm(len(scan))
	parts := min(viewsPerSurface, max(2, len(scan)/p.cfg.Points))
	clouds := make([][]geom.Vec3, parts)
	for i, j := range perm {
		clouds[i%parts] = append(clouds[i%parts], scan[j])
	}
	return clouds
}

// normalise brings clouds of one surface to the unit sphere, all alike, in place.
func normalise(clouds ...[]geom.Vec3) {
	box := geom.EmptyBox()
	for _, p := range clouds[0] {
		box.Extend(p.D())
	}
	middle, radius := box.Center(), 0.0
	for _, p := range clouds[0] {
		radius = max(radius, p.D().Sub(middle).Norm())
	}
	for _, c := range clouds {
		for i, p := range c {
			c[i] = p.D().Sub(middle).Scale(1 / radius).F()
		}
	}
}
