package dataset

import (
	"context"
	"fmt"

	"blemish/geom"
)

// What a defective cloud went through, to be looked at.

// Stages are one sample of a set from its mesh to its truth, all in the cloud's frame.
type Stages struct {
	Sample     Sample
	Mesh       *geom.Mesh  // of the sound object, cleaned
	Subdivided *geom.Mesh  // ready to be carved
	Cloud      *geom.Cloud // with the truth as scalar "label"
}

// Stages makes the meshes of samples again; from is the mesh files or folders that the set was
// made from, none for built-in objects. The clouds are read from the set.
func (s *Set) Stages(ctx context.Context, m *Manifest, samples []Sample, from []string) ([]Stages, error) {
	if m.Options.Scans {
		return nil, fmt.Errorf("%s was made from scans: there are no meshes to show", s.Dir)
	}
	opt := m.Recipe()
	opt.Meshes, opt.Classes = from, nil
	sources, err := findSources(opt)
	if err != nil {
		return nil, err
	}
	var out []Stages
	var ready *prepared
	for i, sample := range samples {
		if err := sample.valid(); err != nil {
			return nil, fmt.Errorf("manifest: %w", err)
		}
		if i == 0 || samples[i-1].Class != sample.Class {
			src, err := sourceOf(sample, sources)
			if err != nil {
				return nil, err
			}
			if ready, err = src.prepare(ctx, opt); err != nil {
				return nil, err
			}
		}
		cloud, _, err := s.Load(Item{Class: sample.Class, File: sample.File, Kind: sample.Kind, Defective: sample.defective(), Truth: sample.Truth})
		if err != nil {
			return nil, err
		}
		cloudFromMesh := geom.PoseFromMatrix(sample.Pose)
		out = append(out, Stages{sample, moved(ready.target.Mesh(), cloudFromMesh), moved(ready.target.Subdivided(), cloudFromMesh), cloud})
	}
	return out, nil
}

// moved is a mesh in another frame.
func moved(m *geom.Mesh, pose geom.Pose) *geom.Mesh {
	return &geom.Mesh{Vertices: pose.ApplyAll(m.Vertices), Faces: m.Faces}
}
