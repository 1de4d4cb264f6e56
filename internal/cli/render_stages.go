package cli

import (
	"context"
	"fmt"
	"image"

	"blemish/dataset"
	"blemish/render"
)

// mostStages is how many samples stand side by side where none are named.
const mostStages = 8

// drawStages draws samples of a set side by side, and one below the other the mesh, the
// subdivided mesh, the defective cloud and its truth, as in Figure 1 of the IMRNet paper.
func (e *env) drawStages(ctx context.Context, dir string, p picture) ([]image.Image, []string, int, error) {
	m, err := dataset.ReadManifest(dir)
	if err != nil {
		return nil, nil, 0, err
	}
	set, err := dataset.Open(dir, "auto")
	if err != nil {
		return nil, nil, 0, err
	}
	samples, err := chosenStages(m, p.only)
	if err != nil {
		return nil, nil, 0, err
	}
	if m.FromFiles() && len(p.meshes) == 0 {
		return nil, nil, 0, usagef("the set of %s was made from mesh files: give them with --meshes", dir)
	}
	stages, err := set.Stages(ctx, m, samples, p.meshes)
	if err != nil {
		return nil, nil, 0, err
	}
	n := len(stages)
	images, labels := make([]image.Image, 4*n), make([]string, 4*n)
	for i, s := range stages {
		label := s.Cloud.Scalar("label")
		opt := render.Options{Width: p.width, Height: p.height, Workers: e.workers, View: render.Facing(s.Cloud.Points, label, 0.5), Frame: s.Mesh.Vertices}
		edges := opt
		edges.Edges = true
		truth := opt
		truth.Values, truth.Map = label, render.Labels
		for row, draw := range []func() (image.Image, error){
			func() (image.Image, error) { return render.Mesh(ctx, s.Mesh, edges) },
			func() (image.Image, error) { return render.Mesh(ctx, s.Subdivided, edges) },
			func() (image.Image, error) { return render.Cloud(ctx, s.Cloud, opt) },
			func() (image.Image, error) { return render.Cloud(ctx, s.Cloud, truth) },
		} {
			if images[row*n+i], err = draw(); err != nil {
				return nil, nil, 0, err
			}
		}
		labels[i] = fmt.Sprintf("%s: %d faces", s.Sample.Class, len(s.Mesh.Faces))
		labels[n+i] = fmt.Sprintf("%d faces", len(s.Subdivided.Faces))
		labels[2*n+i] = fmt.Sprintf("%s: %d points", s.Sample.Kind, s.Cloud.Len())
		labels[3*n+i] = fmt.Sprintf("%.1f %% of them", 100*s.Sample.Share)
	}
	return images, labels, n, nil
}

// chosenStages are the named samples; without names one of each of the first classes, of kinds
// that differ where they can.
func chosenStages(m *dataset.Manifest, names []string) ([]dataset.Sample, error) {
	if len(names) > 0 {
		samples, err := m.Find(names)
		if err != nil {
			return nil, err
		}
		for _, s := range samples {
			if s.Truth == "" {
				return nil, usagef("%s is sound: there is no defect to show", s.File)
			}
		}
		return samples, nil
	}
	shown := map[string]int{}
	var out []dataset.Sample
	for i := 0; i < len(m.Samples) && len(out) < mostStages; {
		var best *dataset.Sample
		class := m.Samples[i].Class
		for ; i < len(m.Samples) && m.Samples[i].Class == class; i++ {
			if s := &m.Samples[i]; s.Truth != "" && (best == nil || shown[s.Kind] < shown[best.Kind]) {
				best = s
			}
		}
		if best != nil {
			shown[best.Kind]++
			out = append(out, *best)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the set has no defective cloud to show")
	}
	return out, nil
}
