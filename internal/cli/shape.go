package cli

import (
	"bytes"
	"io"

	"blemish/format"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// shape is what a file holds: a cloud, and the mesh whose vertices it is, if any.
type shape struct {
	file  string
	cloud *geom.Cloud
	mesh  *geom.Mesh // nil: a cloud
	info  *format.Info
}

// readShape reads a cloud or a mesh and passes the reader's warnings on; "-" is
// standard input.
func (e *env) readShape(path string) (*shape, error) {
	var piped []byte
	if path == "-" {
		var err error
		if piped, err = io.ReadAll(e.stdin); err != nil {
			return nil, err
		}
		path = "standard input"
	}
	s := &shape{file: path}
	var err error
	if piped != nil {
		s.cloud, s.info, err = format.DecodeCloud(bytes.NewReader(piped), path)
	} else {
		s.cloud, s.info, err = format.ReadCloud(path)
	}
	if err != nil {
		return nil, err
	}
	if s.info.Faces > 0 {
		if piped != nil {
			s.mesh, s.info, err = format.DecodeMesh(bytes.NewReader(piped), path)
		} else {
			s.mesh, s.info, err = format.ReadMesh(path)
		}
		if err != nil {
			return nil, err
		}
	}
	e.warnAll(path, s.info.Warnings)
	return s, nil
}

// points are those of a cloud, or n drawn uniformly by area from a mesh, with the
// normals of their faces. A mesh without area has none.
func (s *shape) points(n int, r *seed.Rand) *geom.Cloud {
	if s.mesh == nil {
		return s.cloud
	}
	points, faces := mesh.Sample(s.mesh, n, r)
	c := &geom.Cloud{Points: points, Normals: make([]geom.Vec3, len(points)), Origin: s.mesh.Origin}
	for i, f := range faces {
		c.Normals[i] = s.mesh.FaceNormal(int(f)).F()
	}
	return c
}
