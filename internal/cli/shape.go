package cli

import (
	"bytes"

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
	s, err := e.openShape(path)
	if err == nil {
		e.warnAll(s.file, s.info.Warnings)
	}
	return s, err
}

// openShape is readShape without the warnings; info is that of the mesh where the
// file holds one.
func (e *env) openShape(path string) (s *shape, err error) {
	s = &shape{file: path}
	opt := e.reading()
	readCloud := func() (*geom.Cloud, *format.Info, error) { return opt.ReadCloud(path) }
	readMesh := func() (*geom.Mesh, *format.Info, error) { return opt.ReadMesh(path) }
	if path == "-" || isPipe(path) {
		piped, err := e.readAll(path)
		if err != nil {
			return nil, err
		}
		if path == "-" {
			s.file = "standard input"
		}
		readCloud = func() (*geom.Cloud, *format.Info, error) { return opt.DecodeCloud(bytes.NewReader(piped), s.file) }
		readMesh = func() (*geom.Mesh, *format.Info, error) { return opt.DecodeMesh(bytes.NewReader(piped), s.file) }
	}
	if s.cloud, s.info, err = readCloud(); err == nil && s.info.Faces > 0 {
		s.mesh, s.info, err = readMesh()
	}
	if err != nil {
		return nil, err
	}
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

// origin is what is to be added to the shape's coordinates to have those of the file.
func (s *shape) origin() [3]float64 {
	if s.mesh != nil {
		return s.mesh.Origin
	}
	return s.cloud.Origin
}
